from collections.abc import Iterable
from dataclasses import replace
import math

import numpy as np
import pytest
from tests.calibration_ultrasound.chunks import foreign_tone, readings

from halcyon.core.reading import Quadrature, SoundTrouble
from halcyon.core.snapshot import SnapshotError
from halcyon.sense.ultrasound.trouble import Health
from halcyon.simulate.ultrasound import (
    Activity,
    Confounder,
    Emission,
    Playback,
    Scene,
    draw_home,
    draw_scene,
    render,
)
from halcyon.simulate.ultrasound.family import FamilyName

STEADY = Emission(start=-math.inf)
BURSTS = Emission(on=0.105, period=0.25)
OTHERS = Emission(on=0.105, period=0.25, start=0.13)

type Story = list[tuple[float, SoundTrouble | None]]


def story(chunks: Iterable[Quadrature], health: Health | None = None) -> Story:
    """What stands, whenever it changes, with the seconds of I/Q until then."""
    watching, told, t = health or Health(), [(0.0, None)], 0.0
    said: Story = list(told)
    for chunk in chunks:
        t += len(chunk.samples) / chunk.rate if chunk.rate > 0 else 0.05
        trouble = watching.step(chunk)
        if trouble is not said[-1][1]:
            said.append((round(t, 2), trouble))
    return said


def quiet(seconds: float = 15.0, *, seed: int = 1, microphones: int = 2) -> list[Quadrature]:
    scene = draw_home(seed, "test", microphones=microphones, carrier=20_000.0, noise=-90.0)
    made = render(scene, seconds, seed)
    return list(readings(made.iq, scene, made.rate))


def only(said: Story) -> list[SoundTrouble | None]:
    return [trouble for _, trouble in said[1:]]


def test_a_sound_room_is_no_trouble() -> None:
    assert story(quiet()) == [(0.0, None)]


@pytest.mark.parametrize("microphones", [1, 2, 4])
def test_silence_is_told_and_taken_back(microphones: int) -> None:
    chunks = quiet(20.0, microphones=microphones)
    rng = np.random.default_rng(1)
    for k in range(100, 250):
        shape = (*chunks[k].samples.shape, 2)
        noise = rng.standard_normal(shape, dtype=np.float32).view(np.complex64)[..., 0]
        chunks[k] = replace(chunks[k], samples=noise * np.float32(3e-4))
    said = story(chunks)
    assert only(said) == [SoundTrouble.SILENT, None]
    assert said[1][0] == pytest.approx(7.0, abs=0.2)
    assert said[2][0] == pytest.approx(13.5, abs=0.2)


def test_nothing_at_all_is_silence() -> None:
    chunks = [replace(each, samples=0 * each.samples) for each in quiet()]
    assert only(story(chunks)) == [SoundTrouble.SILENT]


def test_pauses_of_the_tone_are_no_silence() -> None:
    chunks = [replace(each, emitting=False, samples=each.samples * 1e-6) for each in quiet()]
    assert story(chunks) == [(0.0, None)]


def test_a_constant_is_no_room() -> None:
    chunks = [replace(each, samples=np.full_like(each.samples, 0.1 + 0.1j)) for each in quiet()]
    assert only(story(chunks)) == [SoundTrouble.DC_ONLY]


def test_the_same_chunk_again_and_again_is_no_room() -> None:
    chunks = quiet()
    said = story([replace(each, samples=chunks[0].samples) for each in chunks])
    assert only(said) == [SoundTrouble.DC_ONLY]


def test_a_room_so_quiet_that_16_bits_hardly_change_is_a_room() -> None:
    scene = draw_home(3, "test", carrier=20_000.0, noise=-100.0)
    scene = replace(scene, device=replace(scene.device, level=-32.0))
    made = render(scene, 15.0, 3)
    assert story(readings(made.iq, scene, made.rate)) == [(0.0, None)]


def test_clipping_is_told_but_not_one_clap() -> None:
    chunks = quiet(20.0)
    for k in range(60, 66):
        chunks[k] = replace(chunks[k], clipped=True)
    assert story(chunks) == [(0.0, None)]
    for k in range(60, 200):
        samples = chunks[k].samples.copy()
        samples[7] = 1.0
        chunks[k] = replace(chunks[k], samples=samples)
    assert only(story(chunks)) == [SoundTrouble.CLIPPED, None]


@pytest.mark.parametrize("rate", [0.0, -5.0, math.nan, 900.0, 1030.0, 4000.0])
def test_a_wrong_rate(rate: float) -> None:
    assert only(story(replace(each, rate=rate) for each in quiet())) == [SoundTrouble.WRONG_RATE]


@pytest.mark.parametrize("rate", [1002.27, 2004.545, 1999.9])
def test_rates_that_sound_cards_make_are_right(rate: float) -> None:
    assert story(replace(each, rate=rate) for each in quiet()) == [(0.0, None)]


def test_another_rate_than_announced() -> None:
    assert only(story(quiet(), Health(rate=2000.0))) == [SoundTrouble.WRONG_RATE]


def test_another_microphone_count_than_announced_or_than_before() -> None:
    wrong = SoundTrouble.WRONG_MICROPHONES
    assert only(story(quiet(), Health(microphones=4))) == [wrong]
    assert only(story(quiet(5) + quiet(10, microphones=1))) == [wrong]
    assert only(story(quiet(1) + quiet(10, microphones=1))) == []
    many = [replace(each, samples=np.tile(each.samples, 4)) for each in quiet()]
    assert only(story(many)) == [wrong]


def covered(chunk: Quadrature, microphone: int, decibels: float) -> Quadrature:
    samples = chunk.samples.copy()
    samples[:, microphone] *= 10 ** (-decibels / 20)
    return replace(chunk, samples=samples)


@pytest.mark.parametrize("microphones", [1, 2])
def test_a_microphone_that_was_covered(microphones: int) -> None:
    chunks = quiet(70.0, microphones=microphones)
    chunks[300:1200] = [covered(each, 0, 14.0) for each in chunks[300:1200]]
    said = story(chunks)
    assert only(said) == [SoundTrouble.BLOCKED, None]
    assert said[1][0] == pytest.approx(45.0, abs=0.5)


def test_a_microphone_that_was_covered_from_the_beginning() -> None:
    said = story(covered(each, 1, 25.0) for each in quiet(35.0))
    assert only(said) == [SoundTrouble.BLOCKED]


def test_a_microphone_at_which_echoes_cancel_the_tone_is_not_covered() -> None:
    assert only(story(covered(each, 1, 19.0) for each in quiet(40.0))) == []


def test_a_tone_made_quieter_is_no_cover() -> None:
    chunks = quiet(60.0)
    chunks[300:] = [
        replace(each, samples=each.samples * np.float32(0.2), level=(each.level or 0) - 14)
        for each in chunks[300:]
    ]
    assert story(chunks) == [(0.0, None)]


def test_another_carrier_has_levels_of_its_own() -> None:
    chunks = quiet(60.0)
    chunks[300:] = [
        replace(each, samples=each.samples * np.float32(0.2), carrier=21_000.0)
        for each in chunks[300:]
    ]
    assert story(chunks) == [(0.0, None)]


def disturbed(scene: Scene, seconds: float, offset: float, foreign: Emission) -> Story:
    made = render(scene, seconds, 1)
    level = scene.device.level - 32.0
    iq = made.iq + foreign_tone(len(made.iq), made.rate, level, offset, foreign)
    return story(readings(iq, scene, made.rate))


@pytest.mark.parametrize(
    ("own", "foreign", "offset", "within"),
    [
        (STEADY, STEADY, 0.3, 85.0),
        (STEADY, STEADY, -60.0, 25.0),
        (STEADY, OTHERS, 0.3, 85.0),
        (STEADY, OTHERS, 400.0, 25.0),
        (BURSTS, STEADY, 0.01, 10.0),
        (BURSTS, STEADY, 150.0, 10.0),
        (BURSTS, OTHERS, 0.3, 20.0),
    ],
)
@pytest.mark.parametrize("people", [[], [Activity.DESK]])
def test_a_second_node_is_found(
    own: Emission, foreign: Emission, offset: float, within: float, people: list[Activity]
) -> None:
    drawn = draw_scene(2, "train", seconds=within, people=people, confounders=[], noise=-90.0)
    said = disturbed(replace(drawn, emission=own), within, offset, foreign)
    assert only(said) == [SoundTrouble.INTERFERENCE]


type Drawn = tuple[list[Confounder], list[Activity]]

DRAWN: list[Drawn] = [
    *(([each], []) for each in Confounder),
    *(([], [each]) for each in Activity),
]
FAMILIES: list[FamilyName] = ["train", "test"]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("confounders", "people"), DRAWN)
def test_what_moves_in_a_room_is_no_second_node(
    family: FamilyName, confounders: list[Confounder], people: list[Activity]
) -> None:
    scene = draw_scene(5, family, seconds=30.0, people=people, confounders=confounders)
    made = render(scene, 30.0, 5)
    assert story(readings(made.iq, scene, made.rate)) == [(0.0, None)]


@pytest.mark.parametrize("confounder", Confounder)
def test_what_is_heard_in_the_pauses_of_the_tone_is_no_second_node(
    confounder: Confounder,
) -> None:
    drawn = draw_scene(6, "test", seconds=20.0, people=[], confounders=[confounder])
    scene = replace(drawn, emission=BURSTS)
    made = render(scene, 20.0, 6)
    assert story(readings(made.iq, scene, made.rate)) == [(0.0, None)]


def test_music_is_no_second_node() -> None:
    rng = np.random.default_rng(4)
    t = np.arange(20_000) / 1000
    beat = np.sin(2 * np.pi * 55 * t) * np.exp(-4 * (t % 0.5)) + 0.2 * np.sin(2 * np.pi * 110 * t)
    song = (beat + 0.05 * rng.standard_normal(len(t))).astype(np.float32)
    scene = draw_home(4, "test", carrier=20_000.0)
    scene = replace(scene, playback=Playback(song / np.abs(song).max(), 1000.0, beta=0.2))
    made = render(scene, 40.0, 4)
    assert story(readings(made.iq, scene, made.rate)) == [(0.0, None)]


def test_what_was_learned_and_stands_survives_a_restart() -> None:
    chunks = quiet(50.0)
    chunks[300:] = [covered(each, 0, 14.0) for each in chunks[300:]]
    first = Health()
    story(chunks[:600], first)
    second = Health()
    second.restore(first.snapshot())
    assert [first.step(each) for each in chunks[600:]] == [
        second.step(each) for each in chunks[600:]
    ]
    assert second.snapshot() == first.snapshot()


@pytest.mark.parametrize("state", [None, {}, {"version": 0}, {"version": 1}, [1]])
def test_what_is_no_snapshot_is_refused_and_changes_nothing(state: object) -> None:
    health = Health()
    before = health.snapshot()
    with pytest.raises(SnapshotError):
        health.restore(state)  # type: ignore[arg-type]
    assert health.snapshot() == before
