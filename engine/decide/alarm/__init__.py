"""Alarms: schedules, ringers, the right moment to wake, and the light before it."""
