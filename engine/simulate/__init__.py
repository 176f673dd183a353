"""Rooms, people, things and nodes that never were, speaking the protocol byte for byte."""
