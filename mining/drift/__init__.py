"""Change over time: since when dossiers take another way or another time, and what changed."""
