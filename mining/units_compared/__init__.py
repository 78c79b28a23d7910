"""Units that handle the same procedures, compared so that chance is not called a difference.

docs/bottlenecks.md has every formula.
"""
