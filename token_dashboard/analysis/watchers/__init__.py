"""Watchers: each looks for one thing that goes wrong, and says with which figures and why.

What is usual is always a high percentile of the owner's own past, so that single odd hours don't move it, and
a watcher that knows too little of the past keeps quiet.
"""
