"""What could be changed so that dossiers take less time: one small module per detector, ranked, overlaps counted once.

`ranking.opportunities` asks; docs/opportunities.md explains every detector, its threshold and its source.
"""
