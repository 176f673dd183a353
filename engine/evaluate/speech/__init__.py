"""How well spoken commands are understood, and what is no command refused."""
