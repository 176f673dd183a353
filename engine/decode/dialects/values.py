"""Values as other people write them: texts for numbers, many words for yes and no."""

import math
import re

from ...core.reading import Availability

_NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d*)?|\.\d{1,18})([eE][+-]?\d{1,3})?", re.ASCII)
_YES = frozenset({"on", "true", "yes", "1", "detected", "occupied"})
_NO = frozenset({"off", "false", "no", "0", "clear"})
_LONGEST = 64
"""Characters of the longest value worth reading; numbers and states are far shorter."""


def text_of(payload: bytes) -> str | None:
    """A short payload as text without surrounding space, None for anything else."""
    if len(payload) > _LONGEST:
        return None
    try:
        return payload.decode("utf-8").strip()
    except UnicodeDecodeError:
        return None


def number_of(value: object) -> float | None:
    """A finite number, written as a number or as a text; None for anything else, so for "nan"."""
    if isinstance(value, str):
        value = float(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def flag_of(value: object) -> bool | None:
    """A yes or no in any of the usual words; None for anything else."""
    if isinstance(value, bool):
        return value
    word = str(value).lower() if isinstance(value, str | int) else ""
    return True if word in _YES else False if word in _NO else None


def availability_of(value: object) -> Availability | None:
    """`online` and `offline`, whatever their case; None for anything else."""
    word = value.lower() if isinstance(value, str) else ""
    known = (Availability.ONLINE, Availability.OFFLINE)
    return next((each for each in known if each == word), None)
