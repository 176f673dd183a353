"""Recordings of nights that people scored: one loader a data set, one form for all."""
