"""The vocabulary that every floor of the engine shares: what is seen, said, asked and kept."""
