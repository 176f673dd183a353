"""Baselines hear what they are said to hear, however their stream is cut."""

import numpy as np
import pytest

from halcyon.evaluate.motion.baselines import BASELINES, Bandwidth, Baseline, SidebandEnergy
from halcyon.evaluate.motion.scorers import Signal

RATE, CARRIER, SECONDS = 1000.0, 20_000.0, 8.0
ONSET = 4.0


def signal(
    seed: int = 1, *, echo: float = 0.0, doppler: float = 120.0, gain: float = 0.1
) -> Signal:
    """A tone with white noise of -80 dBc/Hz, and an echo at a Doppler shift from ONSET on."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(SECONDS * RATE)) / RATE
    noise = rng.standard_normal((len(t), 2, 2)) @ [1, 1j] * np.sqrt(1e-8 * RATE / 2)
    moved = (t > ONSET) * echo * np.exp(2j * np.pi * doppler * t)
    iq = gain * np.exp(0.7j) * (1 + moved[:, None] + noise)
    return Signal(iq.astype(np.complex64), RATE, CARRIER)


@pytest.mark.parametrize("make", BASELINES)
@pytest.mark.parametrize("learn", [False, True])
def test_motion_scores_more_than_quiet(make: type[Baseline], learn: bool) -> None:
    scorer = make()
    if learn:
        scorer.learn(signal(2))
    scores = scorer.score(wide(300.0))
    quiet, moving = scores.within(1.0, ONSET), scores.within(ONSET + 0.3, SECONDS)
    assert np.median(moving) > quiet.max()
    assert len(quiet) > 40


@pytest.mark.parametrize("make", BASELINES)
def test_a_score_does_not_depend_on_gain_nor_on_chunks(make: type[Baseline]) -> None:
    loud, soft = signal(echo=0.03, gain=0.5), signal(echo=0.03, gain=0.005)
    whole, again = make().score(loud), make().score(soft)
    assert whole.value == pytest.approx(again.value, abs=0.05)
    scorer = make()
    parts = [scorer.step(reading, t) for reading, t in loud.pieces(step=0.037)]
    assert np.concatenate([each.t for each in parts]) == pytest.approx(whole.t)
    assert np.concatenate([each.value for each in parts]) == pytest.approx(whole.value, abs=1e-3)


@pytest.mark.parametrize("make", BASELINES)
def test_a_frame_is_known_at_its_end(make: type[Baseline]) -> None:
    scores = make().score(signal())
    assert scores.t[0] == pytest.approx(make.window_s, abs=1e-3)
    assert scores.t[-1] <= SECONDS + 1e-9


def test_a_new_signal_knows_nothing_of_the_last() -> None:
    for make in BASELINES:
        scorer = make()
        first = scorer.score(signal())
        scorer.score(signal(echo=0.5))
        assert scorer.score(signal()).value == pytest.approx(first.value)


@pytest.mark.parametrize("make", BASELINES)
def test_no_frame_spans_a_break(make: type[Baseline]) -> None:
    quiet = signal()
    torn = quiet.iq.copy()
    middle = len(torn) // 2
    torn[middle:] *= -1
    scorer = make()
    whole = make().score(quiet).value
    mended = scorer.score(Signal(torn, RATE, CARRIER, breaks=(middle,)))
    assert mended.value.max() == pytest.approx(whole.max(), abs=3.0)
    assert len(mended.value) < len(whole)
    short = Signal(torn, RATE, CARRIER, breaks=(middle, middle + 30))
    scorer.learn(short)
    assert 0 < len(scorer.score(short).value) <= len(mended.value)


def test_the_energy_is_that_of_the_echo() -> None:
    scores = SidebandEnergy().score(signal(echo=10 ** (-30 / 20)))
    # Hann windows weigh a tone and what beats with it alike.
    assert np.median(scores.within(ONSET + 0.3, SECONDS)) == pytest.approx(-30, abs=0.5)


def test_the_bandwidth_grows_with_the_shift() -> None:
    widths = [
        float(np.median(Bandwidth().score(wide(edge)).within(ONSET + 0.3, SECONDS)))
        for edge in (50.0, 150.0, 300.0)
    ]
    assert widths == sorted(widths)
    assert widths[2] > 2 * widths[0]


def wide(edge: float) -> Signal:
    """Echoes at every shift up to an edge, as a body has them."""
    shifts = np.arange(15.0, edge, 15.0).tolist()
    parts = [signal(echo=0.06, doppler=shift).iq for shift in shifts]
    still = signal().iq
    return Signal(still + sum(part - still for part in parts), RATE, CARRIER)
