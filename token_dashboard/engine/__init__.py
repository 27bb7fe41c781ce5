"""Brings the rooms together: asks, reads, prices, stores, judges, answers. No HTTP, no SQL, no sentences."""
