"""The one way in which a decoder refuses what a node sent."""


class MalformedError(ValueError):
    """A message, or a part of one, is not what the protocol says; the text says what is wrong.

    It never leaves the reducer of a node, which counts it and drops the message.
    """
