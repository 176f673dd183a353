"""Streaming parsers for the serial frames of radar modules; the model is always told."""
