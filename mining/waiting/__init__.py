"""Why dossiers wait: when work could have begun, when it did, and what the time in between went to.

`answers.waiting` asks a store, `analysis.analyse` a table of activity instances; docs/waiting.md has every formula.
"""
