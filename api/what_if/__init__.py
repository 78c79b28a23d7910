"""What-if over HTTP and on the command line: what is asked, the runs, and what is answered."""
