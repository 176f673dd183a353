"""Dates and times of day, from what a host says of its time zone: no clock and no tables here.

Days are counted from 1970-01-01 in the Gregorian calendar, seconds from local midnight.
"""

from bisect import bisect_right
from dataclasses import dataclass
import math
import re

from ..core.reading import WallClock

DAY_S = 86400

_ERA_DAYS = 146_097
"""Days of 400 years, after which the calendar repeats itself."""
_ERA_YEARS = 400
_SHIFT = 719_468
"""Days from 0000-03-01, the first day of an era whose years begin in March, to 1970-01-01."""
_MARCH = 3
_THURSDAY = 3
"""The weekday of day 0, where Monday is 0."""

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)


def day_of(year: int, month: int, day: int) -> int:
    """The number of a date; raises ValueError for one that is not in the calendar."""
    # Years begin in March, so that the day that leaps is the last of a year.
    years = year - (month < _MARCH)
    months = (month - _MARCH) % 12
    era, of_era = divmod(years, _ERA_YEARS)
    of_year = (153 * months + 2) // 5 + day - 1
    number = era * _ERA_DAYS + of_era * 365 + of_era // 4 - of_era // 100 + of_year - _SHIFT
    if date_of(number) != (year, month, day):
        raise ValueError(f"{year:04}-{month:02}-{day:02} is no date")
    return number


def date_of(number: int) -> tuple[int, int, int]:
    """Year, month and day of a day's number."""
    era, of_era = divmod(number + _SHIFT, _ERA_DAYS)
    years = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    months = (5 * of_year + 2) // 153
    day = of_year - (153 * months + 2) // 5 + 1
    month = (months + _MARCH - 1) % 12 + 1
    return era * _ERA_YEARS + years + (month < _MARCH), month, day


def weekday(number: int) -> int:
    """Which day of the week: 0 is Monday."""
    return (number + _THURSDAY) % 7


def date_text(number: int) -> str:
    """A day as YYYY-MM-DD."""
    year, month, day = date_of(number)
    return f"{year:04}-{month:02}-{day:02}"


def read_date(text: str) -> int:
    """The number of a day given as YYYY-MM-DD; raises ValueError."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no date; write YYYY-MM-DD")
    return day_of(*map(int, match.groups()))


def read_time(text: str) -> int:
    """Seconds after midnight of HH:MM or HH:MM:SS; raises ValueError."""
    match = _TIME.fullmatch(text)
    hours, minutes, seconds = map(int, match.groups(default="0")) if match else (24, 0, 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(f"{text!r} is no time of day; write HH:MM")
    return hours * 3600 + minutes * 60 + seconds


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone as far as a host has said: what is between local time and UTC, and from when.

    `offsets` are (unix seconds from which, seconds east of UTC) in rising order, at least one; the
    first counts for what was before too, the last for what comes after.
    """

    offsets: tuple[tuple[float, int], ...]

    def local(self, unix: float) -> tuple[int, int]:
        """The day and the second of the day that a clock on the wall shows."""
        place = bisect_right(self.offsets, unix, key=lambda row: row[0]) - 1
        return divmod(math.floor(unix) + self.offsets[max(place, 0)][1], DAY_S)

    def unix(self, day: int, second: int) -> float:
        """When a clock on the wall shows a time: unix seconds.

        A time that is shown twice counts the first time. One that is left out when clocks go
        forward counts as the moment at which they do.
        """
        local = day * DAY_S + second
        ends = [since for since, _ in self.offsets[1:]]
        for (since, offset), end in zip(self.offsets, [*ends, math.inf], strict=True):
            unix = float(local - offset)
            if unix < end:
                # Before its own beginning lies what clocks leave out when they go forward to it.
                return unix if since == self.offsets[0][0] else max(unix, since)
        raise AssertionError("the last offset never ends")


def zone_in(clock: WallClock) -> Zone | None:
    """The zone that a host described with its clock; None where it only named one."""
    return Zone(clock.offsets) if clock.offsets else None
