"""Ultrasonic motion: grids, empty rooms, recordings, and what simpler methods reach."""
