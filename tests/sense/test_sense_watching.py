"""What a room tells of each of its sensors: how much it sees move, or that it is away."""

from collections.abc import Sequence
import json

from halcyon.core.house import House, Mount, Room, SensorKind
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import Moved, Output
from halcyon.core.reading import (
    Ambient,
    Availability,
    Connection,
    Intent,
    Motion,
    MotionLevel,
    Reading,
)
from halcyon.decide.home import Home

START = 1_795_143_000.0
NONE, MINOR, MAJOR = MotionLevel.NONE, MotionLevel.MINOR, MotionLevel.MAJOR
HOUSE = House(
    "home",
    (
        Room(
            "den",
            (
                Mount("radar", kind=SensorKind.RADAR),
                Mount("pir", kind=SensorKind.PIR),
                Mount("air"),
            ),
        ),
    ),
)

type Rows = list[tuple[tuple[str, MotionLevel | None], ...]]


class Den:
    """A room with a radar, a motion detector and a thermometer."""

    def __init__(self) -> None:
        self.home = Home(HOUSE)
        self.t = START
        self.told: Rows = []

    def see(self, source: str, reading: Reading, *, live: bool = True) -> None:
        self._keep(self.home.step(Observation("home", source, self.t, self.t, reading, live)))

    def wait(self, seconds: float) -> None:
        self.t += seconds
        self._keep(self.home.advance(self.t))

    def _keep(self, effects: Sequence[object]) -> None:
        self.told += [
            tuple((name, level) for name, _, level in each.fact.sources)
            for each in effects
            if isinstance(each, Output) and isinstance(each.fact, Moved)
        ]


def both() -> Den:
    den = Den()
    den.see("radar", Motion(NONE))
    den.see("pir", Motion(NONE))
    den.see("air", Ambient(temperature=20.0))
    den.told.clear()
    return den


def test_each_sensor_is_told_apart_and_only_on_a_change() -> None:
    den = both()
    den.see("radar", Motion(MINOR))
    den.see("radar", Motion(MINOR))
    den.wait(2)
    den.see("pir", Motion(MAJOR))
    den.see("radar", Motion(NONE))
    den.wait(60)
    assert den.told == [
        (("radar", MINOR), ("pir", NONE)),
        (("radar", MINOR), ("pir", MAJOR)),
        (("radar", NONE), ("pir", MAJOR)),
    ]


def test_one_that_is_away_is_unknown_and_after_half_an_hour_left_out() -> None:
    den = both()
    den.see("pir", Connection(Availability.OFFLINE))
    assert den.told == [(("radar", NONE), ("pir", None))]
    den.wait(1799)
    assert len(den.told) == 1
    den.wait(1)
    assert den.told[1:] == [(("radar", NONE),)]
    den.see("pir", Connection(Availability.ONLINE))
    assert den.told[2:] == [(("radar", NONE), ("pir", NONE))]


def test_where_all_are_away_all_stay_unknown() -> None:
    den = both()
    for source in ("pir", "radar"):
        den.see(source, Connection(Availability.OFFLINE))
    den.wait(30)
    den.wait(7200)
    # After a minute the room admits that it knows nothing.
    assert den.told[-2:] == [(("radar", None), ("pir", None)), ()]


def test_in_standby_nobody_watches() -> None:
    den = both()
    den.see(HOST, Intent("standby", (("on", True), ("room", "den"))))
    assert den.told == [()]


def test_what_was_told_outlasts_a_restart() -> None:
    den = both()
    den.see("radar", Motion(MAJOR))
    state = json.loads(json.dumps(den.home.snapshot()))
    again = Den()
    again.home.restore(state)
    (moved,) = [each.fact for each in again.home.current(den.t) if isinstance(each.fact, Moved)]
    assert moved.sources == (("radar", "radar", MAJOR), ("pir", "pir", NONE))
    del state["rooms"]["den"]["told"]["watching"]
    before = Den()
    before.home.restore(state)
    (moved,) = [each.fact for each in before.home.current(den.t) if isinstance(each.fact, Moved)]
    assert moved.state is MAJOR
    assert moved.sources == ()
