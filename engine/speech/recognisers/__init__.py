"""What turns sound into hypotheses: two streaming passes, attention, and whether anybody speaks."""
