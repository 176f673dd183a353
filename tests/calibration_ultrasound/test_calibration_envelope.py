from dataclasses import replace

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.sense.ultrasound.duty import Situation, plan
from halcyon.sense.ultrasound.envelope import RAMP_S, SETTLING_S, Gate
from halcyon.simulate.ultrasound import Emission, draw_home, render

RATE = 8000.0
RAMP = round(RAMP_S * RATE)
SETTLING = round(SETTLING_S * RATE)

wishes = st.lists(st.tuples(st.booleans(), st.integers(1, 500)), min_size=1, max_size=12).map(
    lambda runs: np.concatenate([np.full(count, on) for on, count in runs])
)


def naive(on: NDArray[np.bool_]) -> NDArray[np.int_]:
    steps, step = [], 0
    for each in on:
        step = min(RAMP, step + 1) if each else max(0, step - 1)
        steps.append(step)
    return np.array(steps)


@given(wishes, st.lists(st.integers(0, 3000), max_size=6))
def test_the_gain_climbs_and_falls_step_by_step_whatever_the_blocks(
    on: NDArray[np.bool_], cuts: list[int]
) -> None:
    gate = Gate(RATE)
    gain = np.concatenate([gate.follow(part) for part in np.split(on, sorted(cuts))])
    expected = 0.5 - 0.5 * np.cos(np.pi * naive(on) / RAMP)
    assert gain == pytest.approx(expected, abs=1e-6)
    # A raised cosine of RAMP samples never rises by more than this from one to the next.
    assert np.abs(np.diff(gain, prepend=0)).max() <= np.pi / 2 / RAMP + 1e-6


@given(wishes, st.integers(0, 2000), st.integers(1, 800))
def test_a_chunk_is_worth_what_its_gain_says(on: NDArray[np.bool_], first: int, count: int) -> None:
    first, count = first % len(on), min(count, len(on) - first % len(on))
    gate = Gate(RATE)
    for part in np.array_split(on, 5):
        gate.follow(part)
    steps = np.concatenate([np.zeros(SETTLING + 1, dtype=int), naive(on)])
    # What came before is seen from one settling time ahead of the chunk.
    seen = steps[first + 1 : first + 1 + SETTLING + count]
    worth = gate.worth(first, count)
    assert worth.emitting == bool((seen[SETTLING:] == RAMP).all())
    assert worth.settling == (np.ptp(seen) > 0)


def test_of_a_burst_of_two_chunks_the_second_is_whole() -> None:
    gate = Gate(RATE)
    situation = Situation(0.0)
    t = np.arange(round(3 * RATE)) / RATE
    on = np.array([plan(situation, float(each)).on for each in t])
    gate.follow(on)
    worth = [gate.worth(round(k * 0.05 * RATE), round(0.05 * RATE)) for k in range(60)]
    whole = [k for k, each in enumerate(worth) if each.emitting and not each.settling]
    # The look's chunks but its first, then one of every five.
    assert whole == [*range(1, 10), *range(12, 60, 5)]
    assert not worth[15].emitting
    assert worth[11].settling


@pytest.mark.parametrize("seed", range(6))
def test_a_room_has_settled_before_the_whole_chunk_of_a_burst(seed: int) -> None:
    home = draw_home(seed, "test", carrier=20_000.0, noise=-110.0)
    iq = render(replace(home, emission=Emission(on=2.0, period=4.0, start=0.5)), 2.0, 1).iq
    still = iq[-200:].mean(axis=0)
    wrong = np.abs(iq[550:553].mean(axis=0) - still) / np.abs(still)
    assert (20 * np.log10(wrong)).max() < -27
