"""The alarm of a sleeper: set in a form, kept, rung, and the light before it."""
