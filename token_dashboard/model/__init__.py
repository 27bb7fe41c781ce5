"""What the words mean: money, usage, snapshots, alerts, periods, errors.

Standard library only, immutable values, no I/O. Every other room speaks in these types.
"""
