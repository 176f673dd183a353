"""What epochs hold of breath and movement: synthetic chests, and everything that is none."""

import json
import math
import random

from hypothesis import given, settings, strategies as st
import pytest
from tests.respiration.chest import Epoch, T, Wave, feed, samples, sine, sleep

from halcyon.core.reading import Breath, BreathUnit
from halcyon.core.snapshot import SnapshotError
from halcyon.sense.sleep.breathing import Breaths
from halcyon.sense.sleep.epoch import Breathing, Movement

STILL = Movement(share=0.0, peak=0.0)


def breath(epoch: Epoch) -> Breathing:
    """The breath of an epoch that must have one."""
    breathing, _ = epoch
    assert breathing is not None
    return breathing


def said(epochs: list[Epoch]) -> list[float]:
    """All rates that were said."""
    return [b.rate for b, _ in epochs if b is not None and b.rate is not None]


@pytest.mark.parametrize("per_minute", [6.0, 8.0, 12.0, 15.0, 20.0, 27.0, 36.0])
@pytest.mark.parametrize("hz", [5.0, 8.0, 10.0, 20.0])
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_an_even_breath_is_counted_to_a_fifth(per_minute: float, hz: float, noise: float) -> None:
    # At 5 Hz a fast breath turns by more than half between two samples: such waves are relative.
    unit = BreathUnit.RELATIVE if hz == 5.0 else BreathUnit.RADIANS
    wave = sine(per_minute, min(3.0, 45.0 / per_minute))  # fast breath is shallow
    for epoch in sleep(wave, hz=hz, noise=noise, unit=unit)[1:]:
        told = breath(epoch)
        assert told.rate == pytest.approx(per_minute, abs=0.2)
        assert told.quality is not None
        assert told.quality > 0.85
        assert told.variability is not None
        assert told.variability < 0.06
        assert told.regularity is not None
        assert told.regularity > 0.9
        assert told.pause is not None
        assert told.pause < 0.1 * 60 / per_minute
        assert epoch[1] == STILL


def test_a_wrapped_phase_gives_the_depth_in_radians() -> None:
    def wrapped(t: float) -> float:
        return (sine(14.0, 5.0)(t) + math.pi) % (2 * math.pi) - math.pi

    told = breath(sleep(wrapped)[-1])
    assert told.rate == pytest.approx(14.0, abs=0.2)
    assert told.amplitude == pytest.approx(10.0, rel=0.2)


def test_bytes_five_times_a_second_are_enough() -> None:
    def steps(t: float) -> float:
        return float(round(sine(17.0, 50.0)(t)))

    told = breath(sleep(steps, hz=5.0, unit=BreathUnit.RELATIVE)[-1])
    assert told.rate == pytest.approx(17.0, abs=0.2)


def test_a_relative_depth_is_in_what_was_usual() -> None:
    def deeper(t: float) -> float:
        return sine(15.0, 20.0 if t < 360.0 else 40.0)(t)

    epochs = sleep(deeper, seconds=421.0, unit=BreathUnit.RELATIVE)
    assert breath(epochs[10]).amplitude == pytest.approx(1.0, rel=0.05)
    assert breath(epochs[-1]).amplitude == pytest.approx(2.0, rel=0.1)


def test_uneven_breath_has_the_variability_that_it_has() -> None:
    rng, turns = random.Random(5), [0.0]
    while turns[-1] < 600.0:
        turns.append(turns[-1] + rng.choice((3.2, 4.8)))

    def uneven(t: float) -> float:
        k = next(k for k in range(1, len(turns)) if turns[k] > t)
        return 3.0 * math.sin(2 * math.pi * (t - turns[k - 1]) / (turns[k] - turns[k - 1]))

    epochs = sleep(uneven, seconds=541.0, noise=0.1)
    spreads = [b.variability for b, _ in epochs[2:] if b is not None and b.variability is not None]
    assert len(spreads) >= 12
    assert sum(spreads) / len(spreads) == pytest.approx(0.16, abs=0.05)
    assert sum(said(epochs)) / len(said(epochs)) == pytest.approx(15.0, abs=0.5)


def paused(since: float, length: float) -> Wave:
    """An even breath of 15 a minute that stops for a while."""

    def wave(t: float) -> float:
        return sine(15.0)(t if t < since else max(since, t - length))

    return wave


@pytest.mark.parametrize("noise", [0.01, 0.3])
@pytest.mark.parametrize("since", [122.0, 130.0, 146.0])
def test_a_pause_of_fifteen_seconds_is_found(since: float, noise: float) -> None:
    epochs = sleep(paused(since, 15.0), seconds=241.0, noise=noise)
    pauses = [b.pause for b, _ in epochs if b is not None and b.pause is not None]
    assert max(pauses) == pytest.approx(15.0, abs=1.5)
    assert sum(pause > 3.0 for pause in pauses) <= 2
    assert all(movement == STILL for _, movement in epochs)


@pytest.mark.parametrize(
    ("wave", "unit"),
    [
        pytest.param(lambda t: 128.0, BreathUnit.RELATIVE, id="stuck"),
        pytest.param(
            lambda t: max(-0.5, min(0.5, math.sin(1.5 * t))), BreathUnit.RELATIVE, id="clipped"
        ),
        pytest.param(lambda t: 1e-3 * math.sin(1.5 * t), BreathUnit.RADIANS, id="below any chest"),
    ],
)
def test_a_frozen_wave_is_not_measured(wave: Wave, unit: BreathUnit) -> None:
    assert set(sleep(wave, unit=unit)) == {(None, None)}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("wave", "noise"),
    [
        pytest.param(lambda t: 0.0, 1.0, id="white noise"),
        pytest.param(sine(3.0 * 60, 10.0), 1.0, id="fan at 3 Hz"),
        pytest.param(sine(1.9 * 60, 10.0), 1.0, id="fan at 1.9 Hz"),
        pytest.param(sine(0.8 * 60, 10.0), 1.0, id="sway at 0.8 Hz"),
        pytest.param(lambda t: 0.3 * t, 1.0, id="drift"),
        pytest.param(sine(1.5, 20.0), 1.0, id="slow drift"),
    ],
)
def test_what_is_no_breath_has_no_rate(wave: Wave, noise: float, seed: int) -> None:
    epochs = sleep(wave, seconds=601.0, noise=noise, seed=seed, unit=BreathUnit.RELATIVE)
    assert said(epochs) == []
    for breathing, _ in epochs:
        if breathing is not None:
            assert breathing == Breathing(None, breathing.quality)


def test_too_little_wave_is_not_measured() -> None:
    found = samples(sine(15.0), seconds=181.0)
    sparse = [(t, v) for t, v in found if not 70.0 < t - T < 110.0]
    epochs = feed(Breaths(), sparse)
    assert breath(epochs[1]).rate == pytest.approx(15.0, abs=0.2)
    assert epochs[2] == (None, None)
    assert Breaths().epoch(T) == (None, None)


def restless(t: float, rng: random.Random) -> float:
    """A phase while limbs move: anything."""
    return sine(15.0)(t) + rng.uniform(-math.pi, math.pi)


def test_a_restless_while_is_movement_and_its_neighbours_still_breath() -> None:
    rng = random.Random(2)
    epochs = sleep(
        lambda t: restless(t, rng) if 160.0 < t < 168.0 else sine(15.0)(t),
        seconds=241.0,
        noise=0.1,
    )
    assert [movement for k, (_, movement) in enumerate(epochs) if k != 5] == [STILL] * 7
    breathing, movement = epochs[5]
    assert movement is not None
    assert 0.2 <= movement.share <= 0.4
    assert movement.peak > 0.3
    assert breathing is None or breathing.rate is None or abs(breathing.rate - 15.0) < 1.0
    assert breath(epochs[6]).rate == pytest.approx(15.0, abs=0.3)


def test_restless_half_minutes_have_no_breath() -> None:
    rng = random.Random(3)
    epochs = sleep(
        lambda t: restless(t, rng) if t > 300.0 else sine(15.0)(t), seconds=601.0, noise=0.1
    )
    moving = epochs[10:]
    assert said(moving) == []
    shares = [movement.share for _, movement in moving if movement is not None]
    assert len(shares) == len(moving)
    assert min(shares) > 0.5


def test_a_turn_to_another_place_is_movement_and_a_sigh_is_breath() -> None:
    def turned(t: float) -> float:
        return sine(15.0)(t) + 40.0 * min(1.0, max(0.0, (t - 160.0) / 3.0))

    def sighed(t: float) -> float:
        return sine(15.0)(t) + (9.0 * math.sin(math.pi * (t - 160.0) / 5.0) ** 2 * (160 < t < 165))

    _, movement = sleep(turned, noise=0.1)[5]
    assert movement is not None
    assert movement.peak > 0.1
    breathing, movement = sleep(sighed, noise=0.1)[5]
    assert movement == STILL
    assert breathing is not None
    assert breathing.rate is not None


def test_nothing_later_has_any_part_in_an_epoch() -> None:
    found = samples(sine(13.0), seconds=301.0, noise=0.3)
    rng = random.Random(9)
    other = [(t, v if t < T + 180.0 else rng.gauss(0.0, 30.0)) for t, v in found]
    assert feed(Breaths(), other)[:6] == feed(Breaths(), found)[:6]
    assert feed(Breaths(), other)[6:] != feed(Breaths(), found)[6:]


def test_asked_again_it_answers_the_same() -> None:
    once, twice = Breaths(), Breaths()
    found = samples(sine(13.0), seconds=301.0, noise=0.3)
    epochs = []
    for k in range(1, 10):
        piece = [each for each in found if 30.0 * (k - 1) <= each[0] - T < 30.0 * k]
        for breaths in (once, twice):
            breaths.take(
                Breath(tuple(t for t, _ in piece), tuple(v for _, v in piece), BreathUnit.RADIANS)
            )
        twice.epoch(T + 30.0 * k)
        epochs.append((once.epoch(T + 30.0 * k), twice.epoch(T + 30.0 * k)))
    assert all(first == second for first, second in epochs)


@settings(max_examples=20)
@given(chunk=st.integers(2, 90), rate=st.floats(6.0, 36.0), seed=st.integers(0, 99))
def test_pieces_of_any_size_make_the_same_epochs(chunk: int, rate: float, seed: int) -> None:
    found = samples(sine(rate), seconds=241.0, noise=0.5, seed=seed)
    assert feed(Breaths(), found, chunk=chunk) == feed(Breaths(), found)


@settings(max_examples=20)
@given(scale=st.floats(1e-3, 1e3), rate=st.floats(6.0, 36.0), seed=st.integers(0, 99))
def test_the_scale_of_a_relative_wave_does_not_matter(scale: float, rate: float, seed: int) -> None:
    found = samples(sine(rate), seconds=181.0, noise=0.5, seed=seed)
    plain = feed(Breaths(), found, unit=BreathUnit.RELATIVE)
    scaled = feed(Breaths(), [(t, scale * v) for t, v in found], unit=BreathUnit.RELATIVE)
    for (breathing, movement), (other, other_movement) in zip(plain, scaled, strict=True):
        assert breathing is not None
        assert other is not None
        assert (breathing.rate is None) == (other.rate is None)
        if breathing.rate is not None:
            assert other.rate == pytest.approx(breathing.rate, rel=1e-6)
            assert other.amplitude == pytest.approx(breathing.amplitude, rel=1e-6)
        assert movement == other_movement


@settings(max_examples=20)
@given(cut=st.integers(1, 2300), seed=st.integers(0, 99))
def test_a_snapshot_goes_on_alike(cut: int, seed: int) -> None:
    rng = random.Random(seed)
    found = samples(
        lambda t: restless(t, rng) if 60 < t < 70 else sine(13.0)(t), seconds=241.0, seed=seed
    )
    whole, first, second = Breaths(), Breaths(), Breaths()
    begun = feed(whole, found[:cut])
    assert feed(first, found[:cut]) == begun
    second.restore(json.loads(json.dumps(first.snapshot())))
    assert feed(second, found[cut:]) == feed(whole, found[cut:])


_ANY = st.floats(allow_nan=True, allow_infinity=True)
_NEAR = st.floats(T - 300.0, T + 300.0) | _ANY


@given(
    pieces=st.lists(
        st.tuples(st.lists(st.tuples(_NEAR, _ANY), max_size=20), st.sampled_from(list(BreathUnit))),
        max_size=20,
    ),
    ends=st.lists(st.integers(-(10**9), 10**9).map(lambda n: 30.0 * n), max_size=3),
)
def test_no_values_raise(
    pieces: list[tuple[list[tuple[float, float]], BreathUnit]], ends: list[float]
) -> None:
    breaths = Breaths()
    for piece, unit in pieces:
        breaths.take(Breath(tuple(t for t, _ in piece), tuple(v for _, v in piece), unit))
        for end in (T, T + 30.0, *ends):
            breathing, movement = breaths.epoch(end)
            if breathing is not None:
                assert breathing.quality is not None
                assert 0.0 <= breathing.quality <= 1.0
                assert breathing.rate is None or breathing.rate > 0.0
            if movement is not None:
                assert 0.0 <= movement.share <= 1.0
                assert 0.0 <= movement.peak <= 1.0
    json.dumps(breaths.snapshot(), allow_nan=False)


@given(
    wave=st.lists(st.floats(-1e6, 1e6), min_size=300, max_size=320),
    unit=st.sampled_from(list(BreathUnit)),
)
@settings(max_examples=50)
def test_no_wave_raises(wave: list[float], unit: BreathUnit) -> None:
    breaths = Breaths()
    breaths.take(Breath(tuple(T + k / 8 for k in range(len(wave))), tuple(wave), unit))
    for later in (30.0, 40.0):
        breathing, _ = breaths.epoch(T + later)
        assert breathing is None or breathing.rate is None or 0.0 < breathing.rate < 240.0


@pytest.mark.parametrize("state", [None, [], {}, {"past": [], "wave": {}}, {"past": [[1]] * 30}])
def test_what_is_no_snapshot_is_refused(state: object) -> None:
    with pytest.raises(SnapshotError):
        Breaths().restore(state)  # type: ignore[arg-type]
