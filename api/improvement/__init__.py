"""Where hours are lost, how units compare and what could be changed: over HTTP, in reports on a file, as metrics."""
