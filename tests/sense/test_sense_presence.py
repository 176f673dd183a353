"""People, and things that look like them, as a room sees them over minutes and hours."""

from collections.abc import Callable
from itertools import pairwise
import math

import pytest
from tests.sense.room_script import START, Script, den, leaves, nowhere, stays, walks

from halcyon.core.house import House, Sensitivity, Zone, ZoneKind
from halcyon.core.output import InBed, Moved, Presence
from halcyon.core.reading import (
    Availability,
    Bed,
    BodyMovement,
    Breath,
    BreathUnit,
    Detection,
    Gates,
    MotionLevel,
    Target,
    Targets,
    Vitals,
)

DOOR, CHAIR = (2.0, 5.0), (0.0, 2.5)

type MakeScript = Callable[[House], Script]


def _fan(s: float) -> tuple[float, float]:
    angle = 2 * math.pi * 0.45 * s
    return 1.0 + 0.15 * math.cos(angle), 3.0 + 0.15 * math.sin(angle)


def _curtain(s: float) -> tuple[float, float]:
    swing = 0.12 * (math.sin(2 * math.pi * 0.11 * s) + math.sin(2 * math.pi * 0.27 * s)) / 2
    return -1.5 + swing, 3.0 + swing


def _enter(script: Script) -> None:
    """An empty room for long enough to be known as such, then somebody walks to the chair."""
    script.radar(65, nowhere, hz=2)
    script.radar(5, walks(DOOR, CHAIR))


def test_who_walks_in_sits_and_leaves_is_seen_all_the_time_and_not_longer(script: Script) -> None:
    _enter(script)
    script.radar(600, stays(*CHAIR))
    script.radar(5, leaves(CHAIR, DOOR))
    script.radar(60, nowhere)

    (_, empty), (came, occupied), (left, gone) = script.flips()
    assert (empty, occupied, gone) == (False, True, False)
    assert came == pytest.approx(65.0, abs=0.2)
    assert 675.0 < left < 675.0 + 15.0


def test_a_person_who_keeps_perfectly_still_is_held_for_the_better_part_of_an_hour(
    script: Script,
) -> None:
    script.jitter = 0.0
    _enter(script)
    script.radar(50 * 60, stays(*CHAIR), hz=2)
    assert script.flips()[-1][1] is True


def test_a_place_that_the_radar_kept_of_somebody_who_left_is_given_up_after_an_hour(
    script: Script,
) -> None:
    script.jitter = 0.0
    _enter(script)
    script.radar(65 * 60, stays(*CHAIR), hz=1)
    assert script.occupied() is False
    assert "stuck" in script.reasons()


def test_a_still_person_whom_the_radar_loses_is_held_and_found_again(script: Script) -> None:
    _enter(script)
    for _ in range(5):
        script.radar(30, stays(*CHAIR))
        script.radar(90, nowhere)
    assert [state for _, state in script.flips()] == [False, True]
    script.radar(300, nowhere)
    assert script.occupied() is False


def test_a_ghost_never_switches_an_empty_room_on_and_is_learned(script: Script) -> None:
    script.jitter = 0.012
    script.radar(65, nowhere, hz=2)
    script.radar(600, stays(1.0, 3.0))
    assert [state for _, state in script.flips()] == [False]
    assert script.reasons() == {"learned_clutter"}
    assert script.presence().targets == ()


def test_a_ghost_does_not_hold_a_room_that_its_visitor_left(script: Script) -> None:
    ghost = stays(1.0, 3.5)
    script.jitter = 0.012
    script.radar(65, nowhere, hz=2)
    script.radar(90, ghost)
    script.radar(5, ghost, walks(DOOR, CHAIR))
    script.radar(120, ghost, stays(*CHAIR))
    script.radar(5, ghost, leaves(CHAIR, (-3.0, 5.0)))
    left = script.t
    script.radar(60, ghost)
    t, state = script.flips()[-1]
    assert state is False
    assert t < left - START + 20.0


def test_somebody_may_sit_down_where_a_ghost_was_learned(script: Script) -> None:
    script.radar(65, nowhere, hz=2)
    script.jitter = 0.01
    script.radar(90, stays(*CHAIR))
    script.radar(20, nowhere)
    script.radar(5, walks(DOOR, CHAIR))
    script.radar(300, stays(*CHAIR))
    assert script.occupied() is True


@pytest.mark.parametrize("thing", [_fan, _curtain])
def test_what_swings_in_place_is_released_soon_and_never_believed_again(
    script: Script, thing: Callable[[float], tuple[float, float]]
) -> None:
    script.jitter = 0.03
    script.radar(65, nowhere, hz=2)
    script.radar(900, thing)
    on_for = sum(end - begin for (begin, state), (end, _) in pairwise(script.flips()) if state)
    assert on_for < 20.0
    assert script.occupied() is False

    script.radar(300, nowhere, hz=1)
    before = script.flips()
    script.radar(300, thing)
    assert script.flips() == before


def test_somebody_who_walks_to_a_learned_fan_is_seen_there(script: Script) -> None:
    script.jitter = 0.03
    script.radar(65, nowhere, hz=2)
    script.radar(60, _fan)
    script.radar(60, nowhere, hz=2)
    script.radar(5, walks((3.0, 5.0), (1.0, 3.0)))
    script.radar(300, stays(1.0, 3.0))
    assert script.occupied() is True


def test_a_radar_that_starts_while_somebody_sits_there_believes_it_for_a_minute(
    script: Script,
) -> None:
    script.radar(30, stays(*CHAIR))
    assert script.occupied() is True


def test_somebody_who_sat_there_from_the_start_is_known_by_fidgeting(
    script: Script,
) -> None:
    def fidgets(s: float) -> tuple[float, float]:
        lean = 0.15 * math.sin(math.pi * min(1.0, s % 100.0))
        return CHAIR[0], CHAIR[1] + lean

    script.radar(1200, fidgets)
    assert [state for _, state in script.flips()] == [True, False, True], "a thing at first"


def test_two_people_and_one_leaves(script: Script) -> None:
    sofa = (-1.5, 3.0)
    script.radar(65, nowhere, hz=2)
    script.radar(5, walks(DOOR, CHAIR), walks((-2.0, 5.5), sofa))
    script.radar(60, stays(*CHAIR), stays(*sofa))
    assert len(script.presence().targets) == 2
    script.radar(5, leaves(CHAIR, DOOR), stays(*sofa))
    script.radar(600, stays(*sofa))
    assert script.occupied() is True
    assert script.presence().targets[0] == pytest.approx(sofa, abs=0.3)


def test_a_motion_detector_alone_holds_for_minutes_beside_a_radar_for_seconds(
    make_script: MakeScript,
) -> None:
    ends = []
    for sources in (("pir",), ("pir", "radar")):
        script = make_script(den(sources=sources))
        if "radar" in sources:
            script.radar(1, nowhere)
        script.pir()
        begin = script.t
        script.wait(3)
        script.pir(MotionLevel.NONE)
        script.wait(600)
        t, state = script.flips()[-1]
        assert state is False
        ends.append(t - (begin - START))
    assert 120.0 < ends[0] < 180.0
    assert 15.0 < ends[1] < 60.0


def test_motion_switches_on_and_falls_back_by_itself(script: Script) -> None:
    script.pir(MotionLevel.NONE)
    script.pir(MotionLevel.MAJOR)
    assert (script.occupied(), script.moved().state, script.moved().source) == (
        True,
        "major",
        "pir",
    )
    script.wait(2)
    script.pir(MotionLevel.NONE)
    script.wait(4.9)
    assert script.moved().state is MotionLevel.MAJOR
    script.wait(0.2)
    assert script.moved().state is MotionLevel.NONE


def test_a_motion_detector_that_never_says_the_end_is_believed_for_minutes(
    make_script: MakeScript,
) -> None:
    script = make_script(den(sources=("pir",)))
    script.pir()
    script.wait(1800)
    assert script.occupied() is False
    assert script.moved().state is MotionLevel.NONE


def test_slow_and_fast_targets_make_minor_and_major_motion(script: Script) -> None:
    script.radar(3, nowhere)
    script.radar(5, walks(DOOR, CHAIR))
    script.radar(20, stays(*CHAIR))
    assert [fact.fact.state for fact in script.outputs(Moved) if isinstance(fact.fact, Moved)] in (
        [MotionLevel.NONE, MotionLevel.MAJOR, MotionLevel.NONE],
        [MotionLevel.NONE, MotionLevel.MAJOR, MotionLevel.MINOR, MotionLevel.NONE],
    )


def test_a_verdict_that_speaks_on_change_stands_until_it_is_withdrawn(script: Script) -> None:
    script.verdict(present=False)
    script.verdict(present=True)
    script.wait(8 * 3600)
    assert script.occupied() is True
    script.verdict(present=False)
    script.wait(30)
    assert script.occupied() is False


def test_a_stream_of_verdicts_that_falls_silent_is_let_go(script: Script) -> None:
    for _ in script.ticks(60, 1):
        script.verdict(present=True)
    script.wait(100)
    assert script.occupied() is True
    script.wait(100)
    assert script.occupied() is False


def test_a_retained_verdict_seeds_and_never_switches_on(script: Script) -> None:
    script.verdict(present=True, live=False)
    script.wait(10)
    assert script.occupied() is None
    script.radar(10, nowhere)
    assert script.occupied() is False
    script.pir()
    script.pir(MotionLevel.NONE)
    script.wait(1200)
    assert script.occupied() is True, "but it holds"


def test_a_module_that_gives_only_rates_holds_a_sleeper(script: Script) -> None:
    script.pir()
    script.pir(MotionLevel.NONE)
    for _ in script.ticks(600, 1 / 3):
        script.say(Vitals(respiration=14.0, heart=58.0), "bed")
    assert script.occupied() is True
    assert script.explained("held_by") == "breathing"
    script.wait(120)
    assert script.occupied() is False


def test_body_movement_and_bed_speak_for_somebody(script: Script) -> None:
    script.say(BodyMovement(0.0), "bed")
    assert script.occupied() is False
    script.say(BodyMovement(0.9), "bed")
    assert script.occupied() is True
    assert script.moved().state is MotionLevel.MAJOR
    script.say(Bed(occupied=True), "bed")
    script.wait(3600)
    assert script.occupied() is True
    script.say(Bed(occupied=False), "bed")
    script.wait(60)
    assert script.occupied() is False


def test_sensitivity_moves_how_readily_a_room_switches_and_how_long_it_holds(
    make_script: MakeScript,
) -> None:
    held: dict[Sensitivity, float] = {}
    for sensitivity in Sensitivity:
        script = make_script(den(sensitivity=sensitivity))
        script.radar(65, nowhere, hz=2)
        script.say(Targets((Target(1.0, 3.0, 0.4),)))
        assert script.occupied() is (sensitivity is not Sensitivity.LOW)
        script.radar(5, walks(DOOR, CHAIR))
        script.radar(20, stays(*CHAIR))
        lost = script.t
        script.radar(900, nowhere, hz=1)
        held[sensitivity] = script.flips()[-1][0] - (lost - START)
    assert held[Sensitivity.LOW] < held[Sensitivity.MEDIUM] < held[Sensitivity.HIGH]


def test_a_wish_moves_the_sensitivity_of_a_running_room(script: Script) -> None:
    script.wish("sensitivity", level="low")
    assert script.explained("sensitivity") == "low"
    script.wish("sensitivity", level="deafening")
    assert script.explained("sensitivity") == "low"


def test_confidence_and_targets_are_told_once_a_second_at_most(script: Script) -> None:
    _enter(script)
    script.radar(60, lambda s: (math.sin(s), 3.0 + math.cos(s / 3)))
    times = [output.t for output in script.outputs(Presence)]
    flips = {t for t, _ in script.flips()}
    gaps = [later - before for before, later in pairwise(times) if later - START not in flips]
    assert min(gaps) >= 1.0


class TestUnavailable:
    """Unavailable is not absent."""

    def test_a_flapping_node_changes_nothing(self, script: Script) -> None:
        _enter(script)
        for _ in range(10):
            script.radar(5, stays(*CHAIR))
            script.connection("radar", Availability.OFFLINE)
            script.wait(30)
            script.connection("radar", Availability.ONLINE)
        assert [state for _, state in script.flips()] == [False, True]

    def test_a_room_without_sources_admits_that_it_does_not_know(self, script: Script) -> None:
        _enter(script)
        script.connection("radar", Availability.OFFLINE)
        script.wait(59)
        assert script.occupied() is True
        script.wait(2)
        assert script.occupied() is None
        assert script.moved().state is None
        script.connection("radar", Availability.ONLINE)
        assert script.occupied() is None
        script.radar(1, stays(*CHAIR))
        assert script.occupied() is True

    def test_one_silent_node_of_several_only_lowers_the_confidence(self, script: Script) -> None:
        _enter(script)
        script.verdict(present=False)
        script.radar(5, stays(*CHAIR))
        before = script.explained("confidence")
        script.connection("radar", Availability.OFFLINE)
        script.wait(600)
        assert script.occupied() is True
        after = script.explained("confidence")
        assert isinstance(before, float)
        assert isinstance(after, float)
        assert after < before
        assert "unavailable" in script.reasons()

    def test_a_node_that_died_does_not_hold_a_room_for_ever(self, script: Script) -> None:
        _enter(script)
        script.verdict(present=False)
        script.connection("radar", Availability.OFFLINE)
        script.wait(3600)
        assert script.occupied() is False

    def test_an_outage_stops_the_clock_of_motion(self, script: Script) -> None:
        script.verdict(present=False)
        script.pir()
        script.pir(MotionLevel.NONE)
        script.wait(2)
        script.connection("pir", Availability.OFFLINE)
        script.wait(300)
        assert script.moved().state is MotionLevel.MAJOR
        script.connection("pir", Availability.ONLINE)
        script.wait(2.9)
        assert script.moved().state is MotionLevel.MAJOR
        script.wait(0.2)
        assert script.moved().state is MotionLevel.NONE


class TestStandby:
    """A room that looks away."""

    def test_it_says_unknown_and_sees_nothing_until_it_looks_again(self, script: Script) -> None:
        _enter(script)
        script.wish("standby", on=True)
        assert script.occupied() is None
        assert script.moved().state is None
        script.radar(30, leaves(CHAIR, DOOR))
        assert script.occupied() is None
        script.wish("standby", on=False)
        script.radar(2, stays(*CHAIR))
        assert script.occupied() is True

    def test_it_forgets_who_was_there(self, script: Script) -> None:
        _enter(script)
        script.wish("standby", on=True)
        script.wish("standby", on=False)
        script.radar(1, nowhere)
        assert script.occupied() is False


class TestCalibration:
    """Learning the empty room on a person's word."""

    def test_things_that_stand_there_are_learned_at_once(self, script: Script) -> None:
        plant = stays(-1.0, 4.0)
        script.jitter = 0.02
        script.wish("calibrate")
        assert script.explained("calibration")["state"] == "leaving"  # type: ignore[index]
        script.radar(10, plant, leaves(CHAIR, DOOR))
        script.radar(51, plant)
        calibration = script.explained("calibration")
        assert isinstance(calibration, dict)
        assert (calibration["state"], calibration["clutter"]) == ("done", 1)
        script.radar(20, plant)
        assert script.occupied() is False

    def test_somebody_who_walks_about_meanwhile_is_said(self, script: Script) -> None:
        script.radar(2, nowhere)
        script.wish("calibrate")
        script.radar(61, lambda s: (2 * math.sin(s / 2), 3.0))
        assert script.explained("calibration")["state"] == "disturbed"  # type: ignore[index]

    def test_energies_of_the_empty_room_are_no_evidence(self, script: Script) -> None:
        def gates(still: float) -> None:
            script.say(Detection(present=True, moving=0.0, still=still, distance=2.0), "entity")
            script.say(Gates((0.1, 0.1), (0.3, still), 0.75), "entity")

        gates(0.4)
        assert script.occupied() is True
        script.wish("calibrate")
        for k, _ in enumerate(script.ticks(61, 2)):
            gates(0.4 + 0.02 * (k % 3))
        script.wait(0.5)
        gates(0.42)
        script.wait(300)
        gates(0.42)
        assert script.occupied() is False
        gates(0.9)
        assert script.occupied() is True
        script.wait(1)
        assert {"verdict", "energy"} <= {
            row["modality"]
            for row in script.explained("evidence")  # type: ignore[attr-defined]
        }


class TestZones:
    """Where targets count."""

    left = Zone("left", ZoneKind.DETECTION, ((-3.0, 0.0), (0.0, 0.0), (0.0, 6.0), (-3.0, 6.0)))
    right = Zone("right", ZoneKind.DETECTION, ((0.0, 0.0), (3.0, 0.0), (3.0, 6.0), (0.0, 6.0)))
    window = Zone("window", ZoneKind.EXCLUSION, ((1.0, 4.0), (3.0, 4.0), (3.0, 6.0), (1.0, 6.0)))

    def test_only_what_is_inside_counts(self, make_script: MakeScript) -> None:
        script = make_script(den(self.left))
        script.radar(2, nowhere)
        script.radar(20, lambda s: (1.5 + math.sin(s), 3.0 + math.cos(s)))
        assert script.occupied() is False
        assert script.reasons() == {"outside_zones"}
        script.radar(5, walks((2.0, 3.0), (-2.0, 3.0), 1.0))
        assert script.occupied() is True
        assert script.presence().zones == ("left",)

    def test_nothing_counts_in_an_exclusion_zone(self, make_script: MakeScript) -> None:
        script = make_script(den(self.right, self.window))
        script.radar(2, nowhere)
        script.radar(30, lambda s: (2.0 + 0.8 * math.sin(s), 5.0 + 0.8 * math.cos(s)))
        assert script.occupied() is False
        assert script.reasons() == {"excluded"}

    def test_who_walks_into_an_exclusion_zone_leaves_like_anybody_else(
        self, make_script: MakeScript
    ) -> None:
        script = make_script(den(self.right, self.window))
        script.radar(65, nowhere, hz=2)
        script.radar(4, walks((2.5, 1.0), (2.0, 3.0)))
        script.radar(2, walks((2.0, 3.0), (2.0, 4.6)))
        left = script.t
        script.radar(30, stays(2.0, 4.6))
        t, state = script.flips()[-1]
        assert state is False
        assert 5.0 < t - (left - START) < 20.0

    def test_a_first_detection_that_jumps_enters_no_zone(self, make_script: MakeScript) -> None:
        script = make_script(den(self.left, self.right))
        script.radar(5, nowhere)
        script.say(Targets((Target(-1.0, 3.0, 0.5),)))
        script.wait(0.1)
        assert script.occupied() is False
        script.radar(5, walks((1.0, 5.0), (1.0, 2.0)))
        assert script.occupied() is True
        assert {
            zone
            for output in script.outputs(Presence)
            if isinstance(output.fact, Presence)
            for zone in output.fact.zones
        } == {"right"}

    def test_zones_follow_a_person_and_empty_with_the_room(self, make_script: MakeScript) -> None:
        script = make_script(den(self.left, self.right))
        script.radar(2, nowhere)
        script.radar(6, walks((2.0, 3.0), (-2.0, 3.0)))
        script.radar(10, stays(-2.0, 3.0))
        assert script.presence().zones == ("left",)
        script.radar(600, nowhere, hz=1)
        assert (script.presence().occupied, script.presence().zones) == (False, ())


class TestBed:
    """Who lies where."""

    bed = Zone("bed", ZoneKind.BED, ((-1.0, 1.0), (1.0, 1.0), (1.0, 3.0), (-1.0, 3.0)))

    def test_a_sleeper_is_held_all_night_by_breath_and_gone_after_getting_up(
        self, script: Script
    ) -> None:
        script.breathe(65, None)
        assert (script.occupied(), script.in_bed()) == (False, False)
        script.pir()
        script.breathe(3, None)
        script.pir(MotionLevel.NONE)
        script.breathe(60, 14.0)
        assert script.in_bed() is True
        script.breathe(3600, 14.0)
        assert [state for _, state in script.flips()] == [False, True]
        assert script.explained("held_by") == "breathing"
        respiration = script.respiration()
        assert respiration.rate_bpm == pytest.approx(14.0, abs=0.5)
        script.breathe(130, None)
        assert script.in_bed() is False
        assert script.occupied() is False
        assert script.respiration().rate_bpm is None

    def test_a_phase_that_drifts_by_itself_is_nobody(self, script: Script) -> None:
        value = 0.0
        for _ in script.ticks(3600, 1):
            values = []
            for _ in range(10):
                value += script.rng.gauss(0.0, 0.05)
                values.append(value)
            times = tuple(script.t - 1.0 + k / 10 for k in range(10))
            script.say(Breath(times, tuple(values), BreathUnit.RADIANS), "bed")
        assert [state for _, state in script.flips()] == [False]

    def test_turning_over_does_not_empty_the_bed(self, script: Script) -> None:
        script.breathe(60, 12.0)
        for _ in range(5):
            for _ in script.ticks(20, 1):
                script.say(BodyMovement(0.7), "bed")
            script.breathe(60, 12.0)
        assert [o.fact for o in script.outputs(InBed)] == [InBed("anna", True)]

    def test_a_target_in_the_bed_lies_down_and_walks_out(self, make_script: MakeScript) -> None:
        script = make_script(den(self.bed))
        script.say(Bed(occupied=False), "bed")
        script.radar(65, nowhere, hz=2)
        script.radar(5, walks((3.0, 5.0), (0.0, 2.0), 1.0))
        script.radar(60, stays(0.0, 2.0))
        assert script.in_bed() is True
        assert script.presence().zones == ("bed",)
        script.radar(5, leaves((0.0, 2.0), (3.0, 5.0), 1.0))
        script.radar(15, nowhere)
        assert script.in_bed() is False

    def test_an_unwatched_bed_is_unknown_after_a_minute(self, script: Script) -> None:
        script.say(Bed(occupied=True), "bed")
        assert script.in_bed() is True
        script.connection("bed", Availability.OFFLINE)
        script.wait(59)
        assert script.in_bed() is True
        script.wait(2)
        assert script.in_bed() is None
        script.connection("bed", Availability.ONLINE)
        script.say(Bed(occupied=True), "bed")
        assert script.in_bed() is True

    def test_breath_from_across_the_room_is_nobody_in_bed(self, script: Script) -> None:
        for _ in range(12):
            script.say(Detection(distance=2.4), "bed")
            script.breathe(5, 15.0)
        assert script.in_bed() is False
        assert script.occupied() is True


def test_an_explanation_says_what_holds_until_when_and_what_is_ignored(script: Script) -> None:
    script.jitter = 0.01
    _enter(script)
    script.radar(20, stays(*CHAIR), stays(2.0, 4.0))
    explained = script.home.explain("den", script.t)
    assert isinstance(explained, dict)
    assert explained["held_by"] == "still_target"
    assert explained["occupied"] is True
    assert explained["releases_at"] == pytest.approx(script.t + 166.0, abs=2.0)
    assert explained["evidence"] == [
        {
            "source": "radar",
            "modality": "still_target",
            "value": 1.0,
            "weight": 0.85,
            "contribution": 0.85,
            "age_s": pytest.approx(0.1, abs=0.05),
            "note": None,
        }
    ]
    assert explained["ignored"] == [
        {
            "source": "radar",
            "reason": "appeared_in_place",
            "detail": pytest.approx([2.0, 4.0], abs=0.1),
        }
    ]
    assert script.home.explain("attic", script.t) is None
