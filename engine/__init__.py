"""Halcyon's engine: deterministic reducers that turn sensor messages into a home's state."""

__version__ = "0.1.0"
