"""The legal clocks of a dossier: spans of agency, citizen and suspension, due dates, promises and on-time verdicts."""
