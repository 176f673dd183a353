"""Routines: what triggers them, what must be so then, and what becomes of their runs."""
