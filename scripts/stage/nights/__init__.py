"""Nights on which things break: whether an alarm on a speaker node rings, and rings once."""
