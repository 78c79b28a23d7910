"""How dossiers travel: directly-follows graph, variants, rework, and what the time between steps went to."""
