"""From the rooms of a home to what it says and asks: rooms composed, nodes commanded."""
