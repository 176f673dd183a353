"""From observations to what is true of a room: presence, motion, breathing, environment."""
