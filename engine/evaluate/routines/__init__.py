"""Routines held against a model that takes one second at a time."""
