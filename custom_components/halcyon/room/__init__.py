"""Rooms: how they are made, and what they are called."""
