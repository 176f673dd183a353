"""What the radars send, read back by the engine's own decoder and compared with the truth."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from halcyon.core.house import Mount
from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import (
    Bed,
    BodyMovement,
    Breath,
    Detection,
    Gates,
    Motion,
    Targets,
    Vitals,
)
from halcyon.simulate import Scenario, Simulation

type Document = dict[str, Any]
type Hear = Callable[[Document], list[Message]]
type Decoded = Callable[[list[Message]], list[Observation]]
type Build = Callable[[Document], Scenario]


def peak_per_minute(times: list[float], values: list[float]) -> float:
    """The strongest rate of a waveform between 6 and 40 a minute, by a fine spectrum."""
    t, y = np.array(times), np.array(values)
    grid = np.arange(t[0], t[-1], 0.1)
    even = np.interp(grid, t, y)
    even = (even - even.mean()) * np.hanning(len(even))
    spectrum = np.abs(np.fft.rfft(even, 8 * len(even)))
    rate = np.fft.rfftfreq(8 * len(even), 0.1) * 60
    band = (rate > 6) & (rate < 40)
    return float(rate[band][np.argmax(spectrum[band])])


@pytest.mark.parametrize("form", ["raw", "json"])
@pytest.mark.parametrize(
    "mount",
    [
        {},
        {"x": 0.1, "y": 0.1, "rotation": -45.0},
        {"x": 3.9, "y": 3.4, "rotation": 135.0, "mirrored": True},
    ],
)
def test_ld2450_targets_are_where_somebody_walks(
    form: str,
    mount: dict[str, Any],
    bedroom: Callable[..., Document],
    visitor: Document,
    hear: Hear,
    build: Build,
    decoded: Decoded,
    start: float,
) -> None:
    document = bedroom("ld2450", duration=40.0, **mount) | {"actors": [visitor]}
    document["nodes"][0]["sensors"][0]["form"] = form
    truth = Simulation(build(document), start).truth
    hung = Mount("node-1", **({"x": 2.0, "y": 0.1} | mount))
    errors = []
    for each in decoded(hear(document)):
        if not isinstance(each.reading, Targets):
            continue
        people = truth(each.measured_t)["bedroom"].positions
        if not people:
            assert not each.reading.targets or each.host_t > start + 10
            continue
        for target in each.reading.targets:
            place = hung.to_room(target.x, target.y)
            errors.append(np.hypot(place[0] - people[0][0], place[1] - people[0][1]))
    assert len(errors) > 100
    assert float(np.median(errors)) < 0.12
    assert float(np.percentile(errors, 90)) < 0.4


def test_ld2450_gives_speeds_that_recede_as_positive(
    bedroom: Callable[..., Document], hear: Hear, decoded: Decoded
) -> None:
    document = bedroom("ld2450", duration=30.0)
    script = [
        {"do": "enter", "at": 5, "room": "bedroom"},
        {"do": "walk", "to": [[2.0, 3.0], [2.0, 0.6]], "for": 60},
    ]
    document["actors"] = [{"id": "anna", "script": script}]
    rows = [
        each.reading.targets[0]
        for each in decoded(hear(document))
        if isinstance(each.reading, Targets) and each.reading.targets
    ]
    depths = np.array([row.y for row in rows])
    speeds = np.array([row.velocity for row in rows], dtype=float)
    coming = np.gradient(depths) < -0.08
    assert speeds[coming].mean() < -0.5


def test_ld2450_loses_a_sleeper_whom_the_bed_radar_holds(
    bedroom: Callable[..., Document], sleeper: Document, hear: Hear, decoded: Decoded
) -> None:
    document = bedroom("ld2450", duration=600.0) | {"actors": [sleeper]}
    seen = [
        bool(each.reading.targets)
        for each in decoded(hear(document))
        if isinstance(each.reading, Targets)
    ][600:]
    assert 0.02 < sum(seen) / len(seen) < 0.6


@pytest.mark.parametrize(
    ("thing", "seen"),
    [
        ({"kind": "fan", "at": [2.5, 2.0]}, 0.9),
        ({"kind": "curtain", "at": [1.5, 2.5], "to": [2.5, 2.5]}, 0.4),
        ({"kind": "ghost", "at": [1.5, 2.0]}, 0.99),
    ],
)
def test_ld2450_takes_things_for_targets(
    thing: Document,
    seen: float,
    bedroom: Callable[..., Document],
    hear: Hear,
    decoded: Decoded,
) -> None:
    document = bedroom("ld2450", duration=120.0) | {"things": [thing | {"room": "bedroom"}]}
    frames = [
        each.reading.targets
        for each in decoded(hear(document))
        if isinstance(each.reading, Targets)
    ]
    # A fresh track jumps for a few frames.
    hits = [targets[0] for targets in frames if targets][10:]
    assert len(hits) / len(frames[10:]) >= seen
    spread = float(np.hypot(np.std([hit.x for hit in hits]), np.std([hit.y for hit in hits])))
    assert (spread < 0.015) == (thing["kind"] == "ghost")
    assert spread < 0.6


def test_a_mirror_doubles_a_walker_behind_the_wall(
    bedroom: Callable[..., Document], visitor: Document, hear: Hear, decoded: Decoded
) -> None:
    document = bedroom("ld2450", duration=40.0) | {"actors": [visitor]}
    wall = {"kind": "mirror", "room": "bedroom", "at": [0, 2.9], "to": [4, 2.9]}
    plain = [each.reading for each in decoded(hear(document))]
    mirrored = [each.reading for each in decoded(hear(document | {"things": [wall]}))]

    def pairs(readings: list[Any]) -> int:
        return sum(isinstance(each, Targets) and len(each.targets) == 2 for each in readings)

    assert pairs(plain) < 5 < pairs(mirrored)


@pytest.mark.parametrize("form", ["basic", "engineering"])
def test_ld2410_says_moving_then_still_and_how_far(
    form: str, bedroom: Callable[..., Document], sleeper: Document, hear: Hear, decoded: Decoded
) -> None:
    document = bedroom("ld2410", duration=120.0) | {"actors": [sleeper]}
    document["nodes"][0]["sensors"][0]["form"] = form
    observations = decoded(hear(document))
    first = [each.reading for each in observations if isinstance(each.reading, Detection)]
    assert not any(each.present for each in first[:40])
    assert any((each.moving or 0.0) > 0.5 for each in first[50:120])
    late = first[800:]
    assert sum(each.present is True and (each.still or 0) > 0.3 for each in late) > 0.9 * len(late)
    distances = [each.distance for each in late if each.distance is not None]
    assert float(np.median(distances)) == pytest.approx(1.1, abs=0.15)
    gates = [each.reading for each in observations if isinstance(each.reading, Gates)]
    assert bool(gates) == (form == "engineering")
    if gates:
        assert int(np.argmax(gates[-1].still)) == 1


def test_ld2410_flares_up_in_an_empty_room_and_the_parser_is_not_taken_in(
    bedroom: Callable[..., Document], hear: Hear
) -> None:
    document = bedroom("ld2410", duration=3000.0)
    document["nodes"][0]["sensors"][0]["phantoms"] = True
    frames = [each.payload for each in hear(document) if "/raw/" in each.topic]
    # State 1, moving at 0 cm with energy 95, and a detected distance of 0.
    phantom = bytes((0xAA, 1, 0, 0, 95))
    flares = sum(phantom in frame for frame in frames)
    assert 20 < flares < 100


def test_mr60bha2_phase_breathes_at_the_true_rate(
    bedroom: Callable[..., Document],
    sleeper: Document,
    hear: Hear,
    build: Build,
    decoded: Decoded,
    start: float,
) -> None:
    document = bedroom("mr60bha2", duration=180.0) | {"actors": [sleeper]}
    observations = decoded(hear(document))
    breaths = [
        (t, value)
        for each in observations
        if isinstance(each.reading, Breath) and each.host_t > start + 60
        for t, value in zip(each.reading.times, each.reading.values, strict=True)
    ]
    gaps = np.diff([t for t, _ in breaths])
    # A read of the line may end within a frame, which then is complete with the next one.
    assert 0.099 < np.percentile(gaps, 4) < np.percentile(gaps, 96) < 0.127
    assert float(np.std(gaps)) > 0.005
    truth = Simulation(build(document), start).truth
    true = np.mean([truth(start + t)["bedroom"].respiration["anna"] for t in range(90, 180, 10)])
    assert peak_per_minute(*map(list, zip(*breaths, strict=True))) == pytest.approx(true, abs=1.5)
    rates = [
        each.reading.respiration
        for each in observations
        if isinstance(each.reading, Vitals) and each.reading.respiration is not None
    ]
    assert float(np.median(rates)) == pytest.approx(float(true), abs=1.5)
    warm = next(
        each.host_t
        for each in observations
        if isinstance(each.reading, Vitals) and each.reading.respiration is not None
    )
    assert warm > start + 65


def test_c1001_sends_wave_rates_bed_and_body_movement(
    bedroom: Callable[..., Document], sleeper: Document, hear: Hear, decoded: Decoded
) -> None:
    sleeper["script"].append({"do": "leave", "at": 150})
    document = bedroom("c1001", duration=260.0) | {"actors": [sleeper]}
    readings = [each.reading for each in decoded(hear(document))]
    breaths = [each for each in readings if isinstance(each, Breath)][40:120]
    times = [t for each in breaths for t in each.times]
    values = [value for each in breaths for value in each.values]
    assert peak_per_minute(times, values) == pytest.approx(14.0, abs=2.5)
    assert [each.occupied for each in readings if isinstance(each, Bed)] == [False, True, False]
    assert any(isinstance(each, BodyMovement) and each.level > 0.5 for each in readings)


def test_a_waveform_node_sends_ten_samples_a_second(
    bedroom: Callable[..., Document], sleeper: Document, hear: Hear, decoded: Decoded
) -> None:
    document = bedroom("breath", duration=180.0) | {"actors": [sleeper]}
    breaths = [
        each.reading for each in decoded(hear(document)) if isinstance(each.reading, Breath)
    ][60:]
    assert {len(each.values) for each in breaths} == {10}
    times = [t for each in breaths for t in each.times]
    values = [value for each in breaths for value in each.values]
    assert peak_per_minute(times, values) == pytest.approx(14.0, abs=2.0)
    assert 4.0 < float(np.ptp(values)) < 32.7


def test_a_bed_radar_counts_no_pet_and_no_curtain(
    bedroom: Callable[..., Document], hear: Hear, samples: Callable[..., list[Document]]
) -> None:
    document = bedroom("mr60bha2")
    document["nodes"][0]["open"] = False
    document["actors"] = [{"id": "cat", "kind": "pet", "room": "bedroom"}]
    document["things"] = [{"kind": "curtain", "room": "bedroom", "at": [1, 1], "to": [2, 1]}]
    messages = hear(document)
    assert not any(each["presence"] for each in samples(messages, "radar"))
    assert not [each for each in messages if "/raw/" in each.topic]


def test_a_motion_detector_follows_walking_and_ignores_a_fan(
    bedroom: Callable[..., Document], visitor: Document, hear: Hear, decoded: Decoded, start: float
) -> None:
    document = bedroom("pir", duration=240.0) | {"actors": [visitor]}
    document["things"] = [{"kind": "fan", "room": "bedroom", "at": [2.0, 2.0]}]
    levels = [
        (each.host_t - start, str(each.reading.level))
        for each in decoded(hear(document))
        if isinstance(each.reading, Motion)
    ]
    assert any(level == "major" for t, level in levels if 10 < t < 40)
    assert all(level == "none" for t, level in levels if t < 9 or t > 45)
