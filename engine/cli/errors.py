"""What a command cannot do."""


class UnusableError(Exception):
    """What was asked for cannot be done; the message says why and what to do."""
