"""Motion from a tone that nobody hears: what moves in a room shifts its frequency."""
