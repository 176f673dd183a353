"""What was said, from all passes and the household; and whether it was a command at all."""
