"""Histories that other programs kept, and our own exports, as usage events; what can't be one is named."""
