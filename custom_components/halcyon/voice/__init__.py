"""Spoken commands: heard by the service, told, done and answered."""
