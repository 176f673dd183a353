from datetime import UTC, date, datetime, timedelta
import json
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings, strategies as st
import pytest

from halcyon.core.message import Message
from halcyon.core.reading import WallClock
from halcyon.decide.calendar import (
    DAY_S,
    Zone,
    date_of,
    date_text,
    day_of,
    read_date,
    read_time,
    weekday,
    zone_in,
)
from halcyon.decode.host import decode_host
from halcyon.wallclock import WallWatch, clock_message, offsets

_EPOCH = date(1970, 1, 1)
_ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith("Etc/")
)
_DAYS = st.integers(day_of(1950, 1, 1), day_of(2200, 12, 31))
_MOMENTS = st.integers(
    int(datetime(1972, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2037, 1, 1, tzinfo=UTC).timestamp()),
)


def _zone(name: str, unix: float) -> Zone:
    return Zone(tuple((float(since), offset) for since, offset in offsets(ZoneInfo(name), unix)))


@given(_DAYS)
def test_days_are_those_of_the_gregorian_calendar(number: int) -> None:
    expected = _EPOCH + timedelta(days=number)
    assert date_of(number) == (expected.year, expected.month, expected.day)
    assert day_of(*date_of(number)) == number
    assert weekday(number) == expected.weekday()
    assert date_text(number) == expected.isoformat()
    assert read_date(expected.isoformat()) == number


@pytest.mark.parametrize(
    "text", ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "", "٢٠٢٦-01-01"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no date"):
        read_date(text)


def test_times_of_day() -> None:
    assert read_time("07:05") == 7 * 3600 + 300
    assert read_time("23:59:58") == DAY_S - 2
    for text in ("24:00", "7:05", "07:60", "07:05:60", "seven"):
        with pytest.raises(ValueError, match="no time of day"):
            read_time(text)


@settings(max_examples=200)
@given(st.sampled_from(_ZONES), _MOMENTS, st.integers(0, 400 * DAY_S))
def test_local_time_is_that_of_zoneinfo(name: str, unix: int, later: int) -> None:
    zone, moment = _zone(name, unix), unix + later
    day, second = zone.local(moment)
    local = datetime.fromtimestamp(moment, ZoneInfo(name))
    shown = local.hour * 3600 + local.minute * 60 + local.second
    assert (date_text(day), second) == (local.date().isoformat(), shown)


@settings(max_examples=200)
@given(st.sampled_from(_ZONES), _MOMENTS, st.integers(0, 399), st.integers(0, DAY_S - 1))
def test_unix_time_is_that_of_zoneinfo(name: str, unix: int, days: int, second: int) -> None:
    day = unix // DAY_S + days
    assert _zone(name, unix).unix(day, second) == _expected(ZoneInfo(name), day, second)


def test_every_change_of_every_zone_in_a_year() -> None:
    """The minutes around each change, where the two directions differ most."""
    unix = datetime(2026, 1, 10, tzinfo=UTC).timestamp()
    for name in _ZONES:
        zone, known = _zone(name, unix), ZoneInfo(name)
        for since, _ in zone.offsets[1:]:
            day, second = zone.local(since)
            for minutes in range(-150, 151, 15):
                days, seconds = divmod(day * DAY_S + second + 60 * minutes, DAY_S)
                expected = _expected(known, days, seconds)
                assert zone.unix(days, seconds) == expected, (name, since, minutes)


def test_a_time_that_is_left_out_is_the_end_of_the_gap_and_one_that_comes_twice_the_first() -> None:
    zone = _zone("Europe/Berlin", datetime(2027, 1, 1, tzinfo=UTC).timestamp())
    spring, autumn = read_date("2027-03-28"), read_date("2027-10-31")
    assert zone.unix(spring, read_time("02:30")) == datetime(2027, 3, 28, 1, tzinfo=UTC).timestamp()
    assert (
        zone.unix(autumn, read_time("02:30"))
        == datetime(2027, 10, 31, 0, 30, tzinfo=UTC).timestamp()
    )


def _expected(zone: ZoneInfo, day: int, second: int) -> float:
    """As zoneinfo says, whose two answers lie on both sides of a gap."""
    local = datetime.combine(_EPOCH + timedelta(days=day), datetime.min.time()) + timedelta(
        seconds=second
    )
    first = local.replace(tzinfo=zone, fold=0).timestamp()
    second_time = local.replace(tzinfo=zone, fold=1).timestamp()
    if second_time >= first:
        return first
    before, after = int(second_time), int(first)
    offset = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def test_a_host_tells_its_zone_with_the_clock() -> None:
    unix = datetime(2026, 11, 20, tzinfo=UTC).timestamp()
    message = clock_message(unix + 5.0, unix, ZoneInfo("Europe/Berlin"), "Europe/Berlin")
    (observation,) = decode_host(message, "home")
    clock = observation.reading
    assert isinstance(clock, WallClock)
    assert (clock.unix, clock.zone) == (unix + 5.0, "Europe/Berlin")
    assert zone_in(clock) == _zone("Europe/Berlin", unix + 5.0)
    assert zone_in(WallClock(unix, "Europe/Berlin")) is None


@pytest.mark.parametrize(
    "rows", [[[1, 3600], [1, 0]], [[2, 3600], [1, 0]], [[1, "x"]], [[1]], [[1, 1e6]], [7]]
)
def test_a_broken_table_of_offsets_is_none(rows: list[object]) -> None:
    body = {"unix": 1.0, "tz": "Europe/Berlin", "offsets": rows}
    message = Message("$host/clock", json.dumps(body).encode(), 1.0)
    (observation,) = decode_host(message, "home")
    assert observation.reading == WallClock(1.0, "Europe/Berlin")


def test_the_clock_is_told_at_first_on_a_step_in_another_zone_and_daily() -> None:
    watch, berlin, rome = WallWatch(), ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Rome")
    unix = datetime(2026, 11, 20, tzinfo=UTC).timestamp()
    assert watch.news(unix, unix, berlin, "Europe/Berlin") is not None
    assert watch.news(unix + 60.2, unix + 60, berlin, "Europe/Berlin") is None
    assert watch.news(unix + 3661, unix + 61, berlin, "Europe/Berlin") is not None
    assert watch.news(unix + 3662, unix + 62, rome, "Europe/Rome") is not None
    assert watch.news(unix + 3663, unix + 63, rome, "Europe/Rome") is None
    late = unix + 62 + 86400
    assert watch.news(late + 3600, late, rome, "Europe/Rome") is not None
