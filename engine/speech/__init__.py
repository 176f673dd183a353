"""From sound to commands: recognition that knows the household."""
