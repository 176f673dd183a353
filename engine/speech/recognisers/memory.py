"""Giving memory back."""

from contextlib import suppress
import ctypes

_M_MMAP_THRESHOLD = -3
"""Of `mallopt`, from glibc's malloc.h."""

_LARGE = 1 << 19
"""Bytes from which a block is given back as soon as it is freed."""


def keep_little() -> None:
    """Let what is large and freed go back to the system at once, where the C library can.

    glibc raises the size from which it does so to 32 MB by itself, and what loading models and
    reading utterances leaves in between is 25 MB that nobody uses.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
