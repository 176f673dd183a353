"""The node as a satellite: its wake word, what it sends to be recognised, and when it stops."""
