"""Why dossiers wait, for those who ask: in the report on a file, over HTTP and as metrics."""
