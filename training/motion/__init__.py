"""Ultrasonic motion: recordings, labels, training and evaluation."""
