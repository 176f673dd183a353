"""A gate radar's verdict is held against what is known of the room: its floor, and its fans."""

from collections.abc import Callable
import math

from tests.sense.room_script import Script, den, nowhere

from halcyon.core.house import House
from halcyon.core.reading import Detection, Targets

type MakeScript = Callable[[House], Script]

FAN = (1.0, 2.0)
FAR = math.dist((0.0, 0.0), FAN)


def _fan(s: float) -> tuple[float, float]:
    angle = 2 * math.pi * 0.45 * s
    return FAN[0] + 0.15 * math.cos(angle), FAN[1] + 0.15 * math.sin(angle)


def _room_with_a_fan(make_script: MakeScript) -> Script:
    script = make_script(den(sources=("radar", "entity")))
    script.radar(120, _fan)
    script.radar(60, nowhere, hz=2)
    assert script.occupied() is False
    return script


def _listens(script: Script, seconds: float, reading: Detection) -> None:
    """The gate radar repeats a measurement, and beside it its plain verdict."""
    for _ in script.ticks(seconds, 2):
        script.say(reading, "entity")
        script.verdict(present=True)


def test_a_verdict_that_only_a_known_fan_makes_switches_nothing_on(
    make_script: MakeScript,
) -> None:
    script = _room_with_a_fan(make_script)
    before = script.flips()
    _listens(script, 60, Detection(present=True, moving=0.9, still=0.05, distance=FAR))
    assert script.flips() == before
    evidence = script.explained("evidence")
    assert isinstance(evidence, list)
    assert {row["note"] for row in evidence if row["modality"] == "verdict"} == {"oscillating"}


def test_somebody_beside_a_fan_breathes_and_counts(make_script: MakeScript) -> None:
    script = _room_with_a_fan(make_script)
    _listens(script, 10, Detection(present=True, moving=0.9, still=0.5, distance=FAR))
    assert script.occupied() is True


def test_somebody_far_from_a_fan_counts(make_script: MakeScript) -> None:
    script = _room_with_a_fan(make_script)
    _listens(script, 10, Detection(present=True, moving=0.9, still=0.05, distance=FAR + 1.0))
    assert script.occupied() is True


def test_a_plain_verdict_means_no_more_than_the_energies_beside_it(
    make_script: MakeScript,
) -> None:
    script = make_script(den(sources=("radar", "entity")))
    noise = Detection(present=True, moving=0.1, still=0.1)
    script.wish("calibrate")
    for _ in script.ticks(70, 2):
        script.say(Detection(present=False, moving=0.1, still=0.1), "entity")
        script.say(Targets(()))
    _listens(script, 60, noise)
    assert script.occupied() is False
    script.wait(60)
    script.verdict(present=True)
    assert script.occupied() is True
