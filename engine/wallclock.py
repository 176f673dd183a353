"""What a host tells the engine of its wall clock: `$host/clock`, with its zone's offsets.

Not part of the reducers: a zone's rules are files. Hosts send it when they start, once a day, and
as soon as the wall clock or the zone is another than was told.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from importlib.metadata import PackageNotFoundError, version
import json
from pathlib import Path
import zoneinfo

from .core.message import HOST_TOPIC, Message

_BEFORE = timedelta(days=3)
"""How far back the offsets reach: an alarm of yesterday may still ring."""
_AHEAD = timedelta(days=400)
"""How far ahead: more than a year, though a host tells them anew every day."""
_STRIDE = timedelta(hours=6)
"""Offsets are looked up so often; none has ever come and gone within less than days."""

STEP_S = 0.5
"""By so much the wall clock must differ from what was told to have been set; it is otherwise only
disciplined, by parts in ten thousand."""

TELL_EVERY_S = 86400.0


class WallWatch:
    """Knows what was told of the wall clock, and when to tell it anew."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._zone = ""
        self._due = float("-inf")

    def news(self, unix: float, host_t: float, zone: tzinfo, name: str) -> Message | None:
        """The message that is due at a time of both clocks; None while nothing is new."""
        ahead = unix - host_t
        if host_t < self._due and name == self._zone and abs(ahead - self._ahead) < STEP_S:
            return None
        self._ahead, self._zone, self._due = ahead, name, host_t + TELL_EVERY_S
        return clock_message(unix, host_t, zone, name)


def clock_message(unix: float, host_t: float, zone: tzinfo, name: str) -> Message:
    """The `$host/clock` of a moment, unix seconds by the wall and on the host's own clock."""
    body = {
        "unix": unix,
        "tz": name,
        "tzdata": TZDATA,
        "offsets": offsets(zone, unix),
    }
    return Message(f"{HOST_TOPIC}clock", json.dumps(body).encode(), host_t)


def offsets(zone: tzinfo, unix: float) -> list[tuple[int, int]]:
    """Seconds east of UTC from when on, over the year ahead of a time (unix seconds)."""
    at = datetime.fromtimestamp(unix, UTC).replace(microsecond=0) - _BEFORE
    end = at + _BEFORE + _AHEAD
    offset = _offset(zone, at)
    found = [(round(at.timestamp()), offset)]
    while at < end:
        until = at + _STRIDE
        if (after := _offset(zone, until)) != offset:
            found.append((round(_change(zone, at, until).timestamp()), after))
            offset = after
        at = until
    return found


def _tzdata_version() -> str | None:
    for folder in map(Path, zoneinfo.TZPATH):
        try:
            first = (folder / "tzdata.zi").read_text(encoding="ascii").partition("\n")[0]
        except OSError, ValueError:
            continue
        return first.removeprefix("# version ").strip() or None
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return None


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """The second at which the offset of `after` begins."""
    offset = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: tzinfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


TZDATA = _tzdata_version()
"""The release of the time zone database, such as 2026b; None where nothing tells.

Read while this module is imported, because hosts import where files may be read.
"""
