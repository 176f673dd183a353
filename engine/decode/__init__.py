"""From bytes to observations: protocol, clock, radar frames and other people's dialects."""
