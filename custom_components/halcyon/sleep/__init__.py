"""Sleepers: who they are, their nights, and the picture of one."""
