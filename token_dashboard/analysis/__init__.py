"""Pure judgement: how fast it burns, how long it lasts, which thresholds are crossed.

No clock, no I/O: the same figures in give the same judgement out.
"""
