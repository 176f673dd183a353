"""Alarms by two clocks: when they ring, when they are over, and what is told of them."""

from dataclasses import replace
import json

import pytest

from halcyon.core.snapshot import Json, SnapshotError
from halcyon_speaker.alarms import Alarms, Happened
from halcyon_speaker.commands import Asked, RefusedError
from halcyon_speaker.moments import Now
from halcyon_speaker.orders import (
    VOLUME,
    Cancel,
    Dismiss,
    Order,
    Ring,
    SetAlarm,
    Snooze,
    read_order,
)
from halcyon_speaker.remembering import from_json, to_json
from halcyon_speaker.ringing import (
    GRACE_S,
    MOST_HELD,
    RING_S,
    SETTLED_S,
    SNOOZED_S,
    advance,
    delivered,
    next_deadline,
    step,
)

UNIX = 1_800_000_000.0
HOUR = 3600.0


class Bedside:
    """A node's alarms beside clocks that a test turns."""

    def __init__(self) -> None:
        self.state = Alarms()
        self.unix, self.boot, self.machine = UNIX, 50.0, "first"
        self.look()

    @property
    def now(self) -> Now:
        return Now(self.unix, self.boot)

    def look(self) -> None:
        self.state = advance(self.state, self.now)

    def sleep(self, seconds: float, step: float = HOUR) -> None:
        """Time goes by, and the node looks at what it says is next."""
        until = self.boot + seconds
        while self.boot < until:
            due = next_deadline(self.state, self.now)
            to = min(until, self.boot + step, until if due is None else max(due, self.boot + 1e-3))
            self.unix, self.boot = self.unix + to - self.boot, to
            self.look()

    def turn(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self.unix += seconds
        self.look()

    def ask(self, order: Order) -> None:
        self.look()
        self.state = step(self.state, order, self.now)

    def set(self, away: float, occurrence: str = "a", volume: float = VOLUME) -> None:
        self.ask(SetAlarm(occurrence, self.unix + away, away, None, volume))

    def restart(self, away: float = 0.0, *, power_cut: bool = False, unix: float = 0.0) -> None:
        """The process is gone for a while, or the machine; its wall clock says `unix` then."""
        kept = json.loads(json.dumps(to_json(self.state, self.machine)))
        self.unix, self.boot = self.unix + away, self.boot + away
        if power_cut:
            self.boot, self.machine = 3.0, self.machine + "+"
        if unix:
            self.unix = unix
        self.state = from_json(kept, self.machine)
        self.look()

    def rings(self) -> bool:
        """Whether an alarm is heard; no property, because it changes between two looks."""
        return self.state.ringing is not None

    @property
    def told(self) -> list[str]:
        return [str(each.what) for each in self.state.events]


@pytest.fixture
def bed() -> Bedside:
    return Bedside()


def test_it_rings_at_the_deadline_until_it_is_dismissed(bed: Bedside) -> None:
    bed.set(8 * HOUR)
    bed.sleep(8 * HOUR - 0.01)
    assert not bed.rings()
    bed.sleep(0.01)
    assert bed.rings()
    bed.sleep(60.0)
    bed.ask(Dismiss("a"))
    assert not bed.rings()
    bed.sleep(24 * HOUR)
    assert bed.told == ["ringing", "dismissed"]


def test_nobody_reacts_so_it_gives_up(bed: Bedside) -> None:
    bed.set(60.0)
    bed.sleep(60.0 + RING_S - 0.01)
    assert bed.rings()
    bed.sleep(0.01)
    assert not bed.rings()
    assert bed.told == ["ringing", "missed"]
    with pytest.raises(RefusedError, match="is over"):
        bed.set(60.0)


@pytest.mark.parametrize("by", [9 * HOUR, 300 * 24 * HOUR])
def test_a_wall_clock_that_steps_over_the_deadline_rings_at_once(bed: Bedside, by: float) -> None:
    bed.set(8 * HOUR)
    bed.sleep(HOUR)
    bed.turn(by)
    assert bed.rings()


def test_a_wall_clock_that_steps_back_rings_in_time_and_once(bed: Bedside) -> None:
    bed.set(8 * HOUR)
    bed.sleep(HOUR)
    bed.turn(-5 * HOUR)
    bed.sleep(7 * HOUR - 1.0)
    assert not bed.rings()
    bed.sleep(1.0)
    assert bed.rings()
    bed.ask(Dismiss("a"))
    bed.sleep(24 * HOUR)
    bed.turn(-3 * HOUR)
    bed.sleep(24 * HOUR)
    assert bed.told == ["ringing", "dismissed"]


def test_a_machine_that_knows_no_time_rings_after_so_many_seconds(bed: Bedside) -> None:
    bed.unix = 40.0
    bed.ask(SetAlarm("a", UNIX, 8 * HOUR))
    bed.sleep(8 * HOUR)
    assert bed.rings()


def test_a_process_that_comes_back_knows_the_time_without_a_wall_clock(bed: Bedside) -> None:
    bed.set(8 * HOUR)
    bed.restart(HOUR, unix=1000.0)
    bed.sleep(7 * HOUR - 1.0)
    assert not bed.rings()
    bed.sleep(1.0)
    assert bed.rings()


@pytest.mark.parametrize("power_cut", [False, True])
@pytest.mark.parametrize(("late", "rings"), [(1.0, True), (GRACE_S, True), (GRACE_S + 1.0, False)])
def test_a_node_that_comes_back_rings_within_half_an_hour(
    bed: Bedside, late: float, rings: bool, power_cut: bool
) -> None:
    bed.set(HOUR)
    bed.restart(HOUR + late, power_cut=power_cut)
    assert bed.rings() is rings
    if not power_cut or rings:
        assert bed.told == (["ringing"] if rings else ["missed"])
    bed.sleep(2 * HOUR)
    bed.restart(1.0, power_cut=power_cut)
    bed.sleep(2 * HOUR)
    assert bed.told == (["ringing", "missed"] if rings else ["missed"])


@pytest.mark.parametrize(("late", "rings"), [(-60.0, False), (600.0, True), (HOUR, False)])
def test_without_a_clock_of_its_own_it_waits_after_a_power_cut_until_the_time_is_set(
    bed: Bedside, late: float, rings: bool
) -> None:
    bed.set(HOUR)
    bed.restart(HOUR + late - 60.0, power_cut=True, unix=100.0)
    bed.sleep(60.0)
    assert not bed.rings()
    assert not bed.told
    bed.turn(UNIX + HOUR + late - bed.unix)
    assert bed.rings() is rings
    bed.sleep(120.0)
    assert ("ringing" in bed.told) is (late < GRACE_S)


@pytest.mark.parametrize(("late", "rings"), [(600.0, True), (4 * HOUR, False)])
def test_a_clock_that_goes_on_where_the_power_was_cut_is_about_to_be_set(
    bed: Bedside, late: float, rings: bool
) -> None:
    # As a machine does that keeps the time on its disk: it is behind by the outage.
    bed.set(HOUR)
    bed.restart(HOUR + late - 60.0, power_cut=True, unix=UNIX + 10.0)
    bed.sleep(60.0)
    bed.turn(UNIX + HOUR + late - bed.unix)
    assert bed.rings() is rings


def test_what_only_a_new_clock_calls_too_late_can_still_ring(bed: Bedside) -> None:
    bed.set(HOUR)
    bed.restart(HOUR, power_cut=True, unix=UNIX + 5 * HOUR)
    bed.sleep(20.0)
    assert not bed.rings()
    # The host knows better, or somebody sets the clock.
    other = bed.state
    bed.ask(Ring("a"))
    assert bed.rings()
    bed.state = other
    bed.turn(UNIX + HOUR + 20.0 - bed.unix)
    assert bed.rings()


def test_a_clock_that_has_stood_long_enough_is_believed_against_a_later_step(bed: Bedside) -> None:
    bed.set(8 * HOUR)
    bed.restart(HOUR, power_cut=True)
    bed.sleep(SETTLED_S)
    bed.turn(-2 * HOUR)
    bed.sleep(7 * HOUR - SETTLED_S - 1.0)
    assert not bed.rings()
    bed.sleep(1.0)
    assert bed.rings()


def test_a_step_long_after_a_power_cut_rings_at_once(bed: Bedside) -> None:
    bed.set(8 * HOUR)
    bed.restart(HOUR, power_cut=True)
    bed.sleep(SETTLED_S)
    bed.turn(9 * HOUR)
    assert bed.rings()


def test_a_ring_that_was_cut_short_goes_on_and_is_told_once(bed: Bedside) -> None:
    bed.set(60.0)
    bed.sleep(90.0)
    bed.restart(10.0)
    assert bed.rings()
    bed.restart(GRACE_S - 40.0)
    assert bed.rings()
    assert bed.told == ["ringing"]
    bed.restart(1.0)
    assert not bed.rings()
    assert bed.told == ["ringing", "missed"]


def test_a_ring_that_was_cut_short_goes_on_when_the_host_says_so(bed: Bedside) -> None:
    bed.set(60.0)
    bed.sleep(90.0)
    bed.restart(5.0, power_cut=True, unix=100.0)
    assert not bed.rings()
    bed.ask(Ring("a"))
    assert bed.rings()
    assert bed.told == ["ringing"]


def test_snoozing_is_silent_and_rings_again(bed: Bedside) -> None:
    bed.set(60.0)
    bed.sleep(61.0)
    bed.ask(Snooze("a", 300.0))
    assert not bed.rings()
    bed.sleep(299.0)
    assert not bed.rings()
    bed.sleep(1.0)
    assert bed.rings()
    assert bed.told == ["ringing", "snoozed", "ringing"]
    assert len({each.id for each in bed.state.events}) == 3


def test_a_snooze_holds_for_a_node_that_did_not_ring(bed: Bedside) -> None:
    bed.set(60.0)
    bed.ask(Snooze("a", 300.0))
    bed.sleep(299.0)
    assert not bed.rings()
    bed.sleep(1.0)
    assert bed.rings()


def test_a_snooze_survives_a_restart(bed: Bedside) -> None:
    bed.set(60.0)
    bed.sleep(61.0)
    bed.ask(Snooze("a", 300.0))
    bed.restart(200.0)
    assert not bed.rings()
    bed.sleep(100.0)
    assert bed.rings()


def test_it_cannot_be_put_off_for_ever(bed: Bedside) -> None:
    bed.set(60.0)
    bed.sleep(60.0)
    for _ in range(round(SNOOZED_S / 1800.0)):
        bed.ask(Snooze("a", 1799.0))
        bed.sleep(1799.0)
        assert bed.rings()
    with pytest.raises(RefusedError, match="dismiss it"):
        bed.ask(Snooze("a", 60.0))
    assert bed.rings()


def test_the_host_lets_it_ring_early_and_the_deadline_does_not_ring_again(bed: Bedside) -> None:
    bed.set(HOUR)
    bed.sleep(0.5 * HOUR)
    bed.ask(Ring("a"))
    bed.ask(Ring("a"))
    assert bed.rings()
    bed.ask(Dismiss("a"))
    bed.sleep(HOUR)
    assert bed.told == ["ringing", "dismissed"]


def test_an_occurrence_that_was_never_set_can_ring_and_can_be_dismissed(bed: Bedside) -> None:
    bed.ask(Ring("x", volume=0.3))
    assert bed.state.ringing is not None
    assert bed.state.ringing.volume == 0.3
    bed.ask(Dismiss("y"))
    with pytest.raises(RefusedError, match="is over"):
        bed.ask(Ring("y"))
    with pytest.raises(RefusedError, match="is over"):
        bed.set(60.0, "y")


def test_what_is_cancelled_may_be_set_again(bed: Bedside) -> None:
    bed.set(60.0)
    bed.ask(Cancel("a"))
    bed.ask(Cancel("never"))
    bed.sleep(120.0)
    assert not bed.told
    bed.set(60.0)
    bed.sleep(60.0)
    bed.ask(Cancel("a"))
    assert bed.told == ["ringing", "dismissed"]


def test_setting_it_again_moves_it(bed: Bedside) -> None:
    bed.set(60.0)
    bed.set(120.0, volume=0.5)
    bed.sleep(119.0)
    assert not bed.rings()
    bed.sleep(1.0)
    assert bed.state.ringing is not None
    assert bed.state.ringing.volume == 0.5
    before = bed.state
    bed.set(0.0)
    assert bed.state == before
    with pytest.raises(RefusedError, match="rings or is snoozed"):
        bed.set(60.0)


def test_the_louder_of_two_is_heard_and_the_other_stays(bed: Bedside) -> None:
    bed.set(60.0, "a", volume=0.4)
    bed.set(60.0, "b", volume=0.6)
    bed.sleep(60.0)
    assert bed.state.ringing is not None
    assert bed.state.ringing.occurrence == "b"
    bed.ask(Dismiss("b"))
    assert bed.state.ringing.occurrence == "a"


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (SetAlarm("a", UNIX - 1801.0, -1801.0), "min late"),
        (SetAlarm("a", UNIX + 33 * 86_400.0, 33 * 86_400.0), "32 days"),
        (SetAlarm("a", UNIX - 100.0, 60.0), "clock is 160 s ahead"),
        (Snooze("a"), "does not ring"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(bed: Bedside, order: Order, error: str) -> None:
    with pytest.raises(RefusedError, match=error):
        bed.ask(order)
    assert not bed.state.alarms


def test_only_so_many_are_held(bed: Bedside) -> None:
    for number in range(MOST_HELD):
        bed.set(60.0, str(number))
    with pytest.raises(RefusedError, match="cancel one"):
        bed.set(60.0, "one more")
    bed.set(120.0, "0")


def test_a_late_alarm_rings_as_soon_as_it_is_set(bed: Bedside) -> None:
    bed.set(-600.0)
    assert bed.rings()


def test_what_the_broker_has_is_not_told_again(bed: Bedside) -> None:
    bed.set(60.0)
    bed.sleep(60.0)
    (event,) = bed.state.events
    assert event.what is Happened.RINGING
    assert delivered(bed.state, {event.id}).events == ()
    bed.restart()
    assert bed.state.events == (event,)


def test_looking_more_often_changes_nothing(bed: Bedside) -> None:
    bed.set(HOUR)
    often = Bedside()
    often.set(HOUR)
    bed.sleep(HOUR + 100.0)
    often.sleep(HOUR + 100.0, step=7.3)
    assert often.state == bed.state


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {"schema": 2},
        {"schema": 1, "machine": "m", "alarms": [{}], "over": [], "events": []},
        {"schema": 1, "machine": "m", "alarms": [], "over": [7], "events": []},
    ],
)
def test_a_file_that_is_none_of_ours_is_not_believed(wrong: Json) -> None:
    with pytest.raises(SnapshotError):
        from_json(wrong, "m")


def asked(**body: Json) -> Asked:
    return Asked("alarm", "1", body)


def test_commands_become_orders() -> None:
    moment = {"at_unix": UNIX, "in_ms": 90_000}
    assert read_order(asked(occurrence="a", op="set", **moment)) == SetAlarm("a", UNIX, 90.0)
    loud = asked(occurrence="a", op="set", sound="bell", volume=1, **moment)
    assert read_order(loud) == SetAlarm("a", UNIX, 90.0, "bell", 1.0)
    assert read_order(asked(occurrence="a", op="ring")) == Ring("a")
    assert read_order(asked(occurrence="a", op="snooze", in_ms=60_000)) == Snooze("a", 60.0)
    assert read_order(asked(occurrence="a", op="snooze")) == Snooze("a", 540.0)
    assert read_order(asked(occurrence="a", op="dismiss")) == Dismiss("a")
    assert read_order(asked(occurrence="a", op="cancel")) == Cancel("a")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"op": "set"}, "occurrence"),
        ({"occurrence": "", "op": "set"}, "occurrence"),
        ({"occurrence": "a"}, "op must be one of"),
        ({"occurrence": "a", "op": "explode"}, "op must be one of"),
        ({"occurrence": "a", "op": "set", "at_unix": UNIX}, "at_unix and in_ms"),
        ({"occurrence": "a", "op": "set", "at_unix": "soon", "in_ms": 1}, "at_unix must be"),
        ({"occurrence": "a", "op": "ring", "volume": 0}, "volume must be"),
        ({"occurrence": "a", "op": "snooze", "in_ms": 1}, "in_ms must be"),
    ],
)
def test_commands_that_say_too_little_are_refused_by_key(body: dict[str, Json], error: str) -> None:
    with pytest.raises(RefusedError, match=error):
        read_order(asked(**body))


def test_the_steadiness_of_the_clock_is_no_part_of_what_is_kept(bed: Bedside) -> None:
    assert replace(bed.state, steadiness=None) == bed.state
