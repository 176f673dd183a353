"""The host's clocks: one that never steps, and the name of the zone it stands in."""

import os
from pathlib import Path
import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LOCALTIME = Path("/etc/localtime")
_ZONES = "/zoneinfo/"


class HostClock:
    """Unix seconds as they were at the start, plus monotonic time since.

    A step of the wall clock therefore never reaches a timer. `not_before` keeps time going
    forward across a restart on a machine whose wall clock was set back meanwhile.
    """

    def __init__(self, not_before: float = 0.0) -> None:
        self._offset = max(time.time(), not_before) - time.monotonic()

    def now(self) -> float:
        """Unix seconds, never decreasing."""
        return self._offset + time.monotonic()


def zone_name() -> str | None:
    """The IANA name of the machine's time zone, None where it does not say."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if "/" in named or named == "UTC":
        return named
    _, found, name = str(_LOCALTIME.resolve()).partition(_ZONES)
    return name if found else None


def own_zone() -> ZoneInfo | None:
    """The machine's time zone, None where it does not say or its rules are not there."""
    name = zone_name()
    try:
        return None if name is None else ZoneInfo(name)
    except ZoneInfoNotFoundError, ValueError, OSError:
        return None
