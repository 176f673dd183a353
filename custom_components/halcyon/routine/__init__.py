"""Routines: made in a form, run as scripts, told and explained."""
