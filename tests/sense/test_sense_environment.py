"""Which sensors of a room's air and light are believed, and what they make together."""

from hypothesis import given, strategies as st
import pytest

from halcyon.core.output import Environment
from halcyon.core.reading import Ambient
from halcyon.sense.environment import RoomEnvironment, worth_telling

T = 1_795_143_000.0
HOUR = 3600.0


def _take(room: RoomEnvironment, source: str, t: float, **values: float) -> None:
    room.take(source, Ambient(**values), T + t, endless=False)


def _reasons(room: RoomEnvironment, t: float) -> set[tuple[str, str]]:
    return {(each.source, each.reason) for each in room.rejections(T + t)}


def test_the_median_of_three_is_not_moved_by_one_that_hangs_in_the_sun() -> None:
    room = RoomEnvironment()
    for source, degrees in (("a", 20.5), ("b", 21.0), ("window", 38.0)):
        _take(room, source, 0.0, temperature=degrees, humidity=50.0)
    assert room.state(T).temp == 21.0
    assert room.state(T).co2 is None


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("temperature", -127.0),
        ("temperature", 85.1),
        ("humidity", 101.0),
        ("illuminance", -1.0),
        ("co2", 0.0),
        ("co2", float("nan")),
        ("temperature", float("inf")),
    ],
)
def test_what_no_room_has_is_rejected(quantity: str, value: float) -> None:
    room = RoomEnvironment()
    _take(room, "a", 0.0, **{quantity: value})
    assert room.state(T) == Environment(None, None, None, None)
    assert _reasons(room, 0.0) == {("a", "out_of_bounds")}


def test_a_jump_is_believed_once_it_was_said_three_times() -> None:
    room = RoomEnvironment()
    _take(room, "a", 0.0, temperature=21.0)
    _take(room, "a", 30.0, temperature=35.0)
    assert (room.state(T + 30).temp, _reasons(room, 30.0)) == (21.0, {("a", "jump")})
    _take(room, "a", 60.0, temperature=21.1)
    assert (room.state(T + 60).temp, _reasons(room, 60.0)) == (21.1, set())
    for k in range(3):
        _take(room, "a", 90.0 + 10 * k, temperature=35.0)
    assert room.state(T + 120).temp == 35.0


def test_light_may_change_at_once() -> None:
    room = RoomEnvironment()
    _take(room, "a", 0.0, illuminance=0.0)
    _take(room, "a", 1.0, illuminance=900.0)
    assert room.state(T + 1).lux == 900.0


def test_a_frozen_sensor_leaves_once_another_shows_that_the_air_changed() -> None:
    room = RoomEnvironment()
    for minute in range(0, 7 * 60, 10):
        _take(room, "stuck", minute * 60.0, temperature=21.5)
        _take(room, "alive", minute * 60.0, temperature=20.0 + minute / 120.0)
    end = 7 * HOUR - 600.0
    assert room.state(T + end).temp == pytest.approx(20.0 + 410 / 120.0)
    assert _reasons(room, end) == {("stuck", "frozen")}


def test_a_lonely_constant_sensor_is_believed_for_a_day() -> None:
    room = RoomEnvironment()
    for hour in range(26):
        _take(room, "a", hour * HOUR, temperature=21.5, illuminance=0.0)
        known = room.state(T + hour * HOUR)
        assert known.temp == (21.5 if hour < 24 else None)
        assert known.lux == 0.0, "a dark cupboard stays dark"


def test_a_silent_sensor_leaves_after_three_of_its_own_intervals() -> None:
    room = RoomEnvironment()
    for k in range(10):
        _take(room, "fast", k * 30.0, humidity=40.0 + k % 2)
        _take(room, "slow", k * 1800.0, humidity=60.0 + k % 2)
    assert room.next_stale(T + 270.0) == T + 270.0 + 600.0
    assert room.state(T + 869.0).rh == pytest.approx(51.0)
    last = 9 * 1800.0
    assert room.state(T + last + 3 * 1800.0 - 1).rh == 61.0
    assert room.state(T + last + 3 * 1800.0).rh is None


def test_an_entity_that_speaks_on_change_is_not_stale_until_it_is_gone() -> None:
    room = RoomEnvironment()
    room.take("sensor.air", Ambient(temperature=20.0), T, endless=True)
    assert room.state(T + 10 * HOUR).temp == 20.0
    room.lost("sensor.air", T + 10 * HOUR)
    assert room.state(T + 10 * HOUR + 600.0).temp is None


def test_only_changes_beyond_the_deadband_are_worth_telling() -> None:
    told = Environment(20.0, 50.0, 100.0, 600.0)
    assert not worth_telling(told, Environment(20.09, 50.9, 105.9, 609.0))
    assert worth_telling(told, Environment(20.1, 50.0, 100.0, 600.0))
    assert worth_telling(told, Environment(20.0, 50.0, 106.0, 600.0))
    assert worth_telling(told, Environment(20.0, 50.0, None, 600.0))


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.floats(0.0, 4000.0),
            st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(10.0, 30.0),
        ),
        max_size=30,
    )
)
def test_the_fused_value_is_always_one_that_a_sensor_could_mean(
    rows: list[tuple[str, float, float | None]],
) -> None:
    room, t = RoomEnvironment(), T
    for source, gap, value in rows:
        t += gap
        room.take(source, Ambient(temperature=value), t, endless=False)
        fused = room.state(t).temp
        assert fused is None or -40.0 <= fused <= 85.0
        later = room.next_stale(t)
        assert later is None or later > t
