from collections.abc import Callable
import json

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest
from tests.canceller.conftest import Place, level, run

from halcyon.core.snapshot import SnapshotError
from halcyon.sense.ultrasound.canceller import Canceller

type Learned = Callable[[Place], Canceller]


def echo(place: Place, count: int, seed: int, at: tuple[int, ...] = ()) -> np.ndarray:
    """Somebody at -40 dBc who approaches at about a metre a second, heard at some microphones."""
    rng = np.random.default_rng(seed)
    out = np.zeros((count, place.microphones), dtype=np.complex64)
    for m in at or range(place.microphones):
        hz = 110 + 8 * np.sin(2 * np.pi * np.arange(count) / 700 + rng.uniform(0, 6))
        phase = 2 * np.pi * (np.cumsum(hz) / 1000 + rng.uniform())
        out[:, m] = place.gains[m] * 0.01 * np.exp(1j * phase)
    return out


def test_common_distortion_falls_to_the_noise(place: Place, learned: Learned) -> None:
    canceller = learned(place)
    song = place.hears(4000, seed=77)
    left = level(run(canceller, song, adapt=False)[1000:], place.gains)
    assert level(song, place.gains) > -35
    assert left < 20 * np.log10(place.noise) + 1.5


def test_an_unlearned_canceller_already_takes_most_away(place: Place) -> None:
    song = place.hears(2000)
    left = level(run(Canceller(place.microphones), song, adapt=False)[500:], place.gains)
    assert left < level(song, place.gains) - 15


@pytest.mark.parametrize("at", [(0,), (1,), ()])
def test_echoes_survive(place: Place, learned: Learned, at: tuple[int, ...]) -> None:
    song, somebody = place.hears(4000, seed=77), echo(place, 4000, 3, at)
    state = learned(place).snapshot()
    outs = []
    for sound in (song, song + somebody):
        canceller = Canceller(place.microphones)
        canceller.restore(state)
        outs.append(run(canceller, sound, adapt=False))
    survived = level((outs[1] - outs[0])[500:], place.gains)
    assert survived == pytest.approx(level(somebody[500:], place.gains), abs=3)


def test_the_carrier_stays(place: Place, learned: Learned) -> None:
    canceller, song = learned(place), place.hears(4000, seed=77)
    out = run(canceller, song, adapt=False)
    assert canceller.active
    assert out.mean(axis=0) == pytest.approx(song.mean(axis=0), rel=0.02)


def test_without_music_nothing_changes(place: Place, learned: Learned) -> None:
    canceller = learned(place)
    run(canceller, place.hears(3000, quiet=True), adapt=True)
    silence = place.hears(3000, seed=9, quiet=True)
    assert not canceller.active
    assert np.array_equal(run(canceller, silence, adapt=True), silence)


def test_silence_does_not_wear_out_what_was_learned(place: Place, learned: Learned) -> None:
    canceller = learned(place)
    before = canceller.weights
    run(canceller, place.hears(60_000, quiet=True), adapt=True)
    song = place.hears(4000, seed=77)
    left = level(run(canceller, song, adapt=False)[1000:], place.gains)
    assert left < 20 * np.log10(place.noise) + 1.5
    assert np.abs(canceller.weights - before).max() < 1e-2


@settings(max_examples=15)
@given(st.integers(0, 2**31), st.sampled_from([0.0, 1e-3, 0.1, 1.0]), st.booleans())
def test_frozen_weights_stay_to_the_bit(seed: int, loud: float, music: bool) -> None:
    place = Place(2)
    canceller = Canceller(2)
    run(canceller, place.hears(3000), adapt=True)
    before = canceller.weights.tobytes()
    rng = np.random.default_rng(seed)
    noise = (rng.standard_normal((3000, 4)) * loud).astype(np.float32).view(np.complex64)
    run(canceller, place.hears(3000, seed=seed % 1000, quiet=not music) + noise, adapt=False)
    assert canceller.weights.tobytes() == before


@settings(max_examples=10)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=30), st.sampled_from([2, 4]))
def test_chunks_make_no_difference(sizes: list[int], microphones: int) -> None:
    song = Place(microphones).hears(3000)
    whole, cut = Canceller(microphones), Canceller(microphones)
    expected, parts, at = whole.step(song, adapt=True), [], 0
    for size in [*sizes, len(song)]:
        parts.append(cut.step(song[at : at + size], adapt=True))
        at += size
    assert np.concatenate(parts) == pytest.approx(expected, abs=1e-6)
    assert cut.weights == pytest.approx(whole.weights, abs=1e-4)


@settings(max_examples=8)
@given(st.integers(1, 3900), st.sampled_from([2, 4]))
def test_a_restored_canceller_goes_on_as_if_nothing_had_been(at: int, microphones: int) -> None:
    song = Place(microphones).hears(4000)
    first = Canceller(microphones)
    run(first, song[:at], adapt=True)
    second = Canceller(microphones)
    second.restore(json.loads(json.dumps(first.snapshot())))
    rest = [run(each, song[at:], adapt=True) for each in (first, second)]
    assert np.array_equal(rest[0], rest[1])
    assert np.array_equal(first.weights, second.weights)


@settings(max_examples=15)
@given(
    st.sampled_from([2, 4]),
    st.integers(0, 10_000),
    st.sampled_from([0.0, 0.003, 0.05, 0.3]),
    st.booleans(),
    st.booleans(),
)
def test_it_does_not_amplify(
    microphones: int, seed: int, beta: float, somebody: bool, adapt: bool
) -> None:
    place = Place(microphones, seed=seed, beta=beta)
    sound = place.hears(6000, seed=seed)
    if somebody:
        sound = sound + echo(place, 6000, seed)
    out = run(Canceller(microphones), sound, adapt=adapt)
    assert level(out, place.gains) < level(sound, place.gains) + 0.3


def test_an_unannounced_visitor_does_not_spoil_it(place: Place, learned: Learned) -> None:
    canceller = learned(place)
    walked = place.hears(6000, seed=30) + 3 * echo(place, 6000, 4)
    run(canceller, walked, adapt=True)
    left = level(run(canceller, place.hears(3000, seed=77), adapt=False)[1000:], place.gains)
    assert left < 20 * np.log10(place.noise) + 3


def test_a_room_that_changed_is_learned_anew_in_the_end(learned: Learned) -> None:
    canceller, other = learned(Place(2)), Place(2, late=0.2)
    other.gains = Place(2).gains
    song = other.hears(4000, seed=77)
    at_first = level(run(canceller, song, adapt=False)[1000:], other.gains)
    more = np.concatenate([other.hears(4000, seed=seed) for seed in range(20)])
    run(canceller, more, adapt=True)
    assert level(run(canceller, song, adapt=False)[1000:], other.gains) < at_first - 6


def test_one_microphone_passes() -> None:
    song = Place(1).hears(500)
    canceller = Canceller(1)
    assert np.array_equal(run(canceller, song, adapt=True), song)
    Canceller(1).restore(canceller.snapshot())


def test_nothing_in_nothing_out() -> None:
    assert Canceller(2).step(np.zeros((0, 2), dtype=np.complex64), adapt=True).shape == (0, 2)


def test_twice_the_rate() -> None:
    place = Place(2)
    canceller = Canceller(2, 2000.0)
    slow = place.hears(16_000)
    # Each sample twice is the same room at twice the rate, as far as bass is concerned.
    run(canceller, np.repeat(slow[:8000], 2, axis=0), adapt=True, chunk=100)
    song = np.repeat(slow[8000:], 2, axis=0)
    left = run(canceller, song, adapt=False, chunk=100)[2000:]
    assert level(left, place.gains) < level(song, place.gains) - 30


def test_clocks_that_differ(place: Place) -> None:
    turning = np.exp(2j * np.pi * 0.3 * np.arange(16_000) / 1000)[:, None]
    song = (place.hears(16_000) * turning).astype(np.complex64)
    canceller = Canceller(place.microphones)
    run(canceller, song[:12_000], adapt=True)
    still = run(canceller, song[12_000:], adapt=False) / turning[12_000:]
    assert level(still, place.gains) < level(song / turning, place.gains) - 30
    assert np.abs(still.mean(axis=0) / place.gains) == pytest.approx(1, abs=0.1)


def test_a_louder_tone_needs_no_new_lesson(place: Place, learned: Learned) -> None:
    canceller = learned(place)
    song = 2 * place.hears(5000, seed=77)
    left = level(run(canceller, song, adapt=False)[2500:], 2 * place.gains)
    assert left < 20 * np.log10(place.noise) + 1.5


def test_a_tone_that_stops_passes_and_is_known_again(place: Place, learned: Learned) -> None:
    canceller = learned(place)
    off = np.zeros((600, place.microphones), dtype=np.complex64)
    assert np.array_equal(run(canceller, off, adapt=True), off)
    left = run(canceller, place.hears(3000, seed=77), adapt=False)
    assert level(left[1000:], place.gains) < 20 * np.log10(place.noise) + 1.5


def test_a_dead_microphone_passes_and_the_others_do_without_it(learned: Learned) -> None:
    place = Place(4)
    canceller = learned(place)
    for seed in range(3):
        song = place.hears(4000, seed=seed)
        song[:, 2] = 0
        out = run(canceller, song, adapt=True)
    alive = [0, 1, 3]
    assert not out[:, 2].any()
    assert level(out[1000:, alive], place.gains[alive]) < 20 * np.log10(place.noise) + 1.5


def test_all_but_one_dead_passes() -> None:
    song = Place(2).hears(3000)
    song[:, 1] = 0
    assert np.array_equal(run(Canceller(2), song, adapt=True), song)


def test_samples_that_are_no_numbers_change_nothing(place: Place, learned: Learned) -> None:
    canceller = learned(place)
    song = place.hears(4000, seed=77)
    song[100:103, 0] = np.nan
    song[200, 1] = np.inf
    out = run(canceller, song, adapt=True)
    assert np.isnan(out[100:103, 0]).all()
    assert level(out[1000:], place.gains) < 20 * np.log10(place.noise) + 1.5


def test_a_snapshot_of_something_else_is_refused() -> None:
    canceller = Canceller(2)
    run(canceller, Place(2).hears(3000), adapt=True)
    before = canceller.snapshot()
    good = json.loads(json.dumps(before))
    for bad in (
        None,
        {},
        Canceller(4).snapshot(),
        Canceller(2, 2000.0).snapshot(),
        good | {"version": 0},
        good | {"filled": 999},
        good | {"learner": None},
        good | {"gate": [1, 2]},
        good | {"weights": good["history"]},
    ):
        with pytest.raises(SnapshotError):
            canceller.restore(bad)
    assert canceller.snapshot() == before
