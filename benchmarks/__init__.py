"""Figures beside their comparison, measured in the same run."""
