"""Where sound comes from and goes to: a card, a file, or a simulated room."""
