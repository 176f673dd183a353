"""Data set loaders, training and evaluation. Never shipped."""
