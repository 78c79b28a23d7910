"""What the HTTP API knows of rules, integrity, two systems and change: questions, documents and their examples."""
