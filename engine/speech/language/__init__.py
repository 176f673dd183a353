"""What may be said in a household, how it sounds, and how it is written."""
