"""Where working time is lost: ranked bottlenecks, workload over time and the hand-over network.

All of it is told from a `mining.waiting.findings.WaitingLog`; docs/bottlenecks.md has every formula.
"""
