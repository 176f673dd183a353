"""Ultrasound in rooms: what a node with a speaker and microphones would have measured."""
