"""How well breath is counted: synthetic waves of known rate, real airflow, real radar."""

from collections.abc import Callable
import json
import math
import os
from pathlib import Path
import random

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.core.reading import Breath, BreathUnit
from halcyon.sense.respiration import BreathTracker, Estimate

T = 1_795_143_000.0
DATA = Path(os.environ.get("HALCYON_DATA", Path(__file__).parents[2] / "../shared/data"))

type Wave = Callable[[float], float]


def _listen(
    wave: Wave,
    *,
    seconds: float = 60.0,
    hz: float = 10.0,
    noise: float = 0.0,
    unit: BreathUnit = BreathUnit.RADIANS,
    seed: int = 1,
) -> list[Estimate]:
    """Estimates of a wave sampled at uneven times: each gap is off by a third."""
    rng, tracker, estimates, t = random.Random(seed), BreathTracker(), list[Estimate](), 0.0
    while t < seconds:
        t += max(0.2 / hz, rng.gauss(1.0, 0.33) / hz)
        value = wave(t) + rng.gauss(0.0, noise)
        estimate = tracker.take(Breath((T + t,), (value,), unit))
        if estimate is not None:
            estimates.append(estimate)
    return estimates


def _sine(per_minute: float, amplitude: float = 1.0) -> Wave:
    return lambda t: amplitude * math.sin(2 * math.pi * per_minute / 60.0 * t)


@pytest.mark.parametrize("per_minute", [8.0, 12.0, 15.0, 20.0, 27.0, 36.0])
@pytest.mark.parametrize("hz", [5.0, 10.0, 20.0])
def test_a_rate_is_found_within_half_a_breath_at_10_db(per_minute: float, hz: float) -> None:
    noise = math.sqrt(0.5) * 10 ** (-10 / 20)
    estimates = _listen(_sine(per_minute), hz=hz, noise=noise)[32:]
    assert len(estimates) >= 20
    for estimate in estimates:
        assert estimate.rate == pytest.approx(per_minute, abs=0.5)
        assert estimate.quality > 0.7


def test_the_slowest_breath_is_found_within_one_breath() -> None:
    rates = [estimate.rate for estimate in _listen(_sine(6.0), noise=0.2)[32:]]
    assert all(rate is not None and abs(rate - 6.0) < 1.0 for rate in rates)


@pytest.mark.parametrize(
    "wave",
    [
        pytest.param(_sine(3.0 * 60), id="fan at 3 Hz"),
        pytest.param(_sine(1.9 * 60), id="fan at 1.9 Hz"),
        pytest.param(_sine(0.8 * 60), id="sway at 0.8 Hz"),
        pytest.param(lambda t: 0.05 * t, id="drift"),
        pytest.param(_sine(1.8, 3.0), id="slow drift"),
        pytest.param(lambda t: 0.0, id="noise"),
    ],
)
def test_what_is_no_breath_has_no_quality(wave: Wave) -> None:
    assert max(estimate.quality for estimate in _listen(wave, noise=0.05)) < 0.3


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
def test_a_flat_or_clipped_wave_has_none_at_all(wave: Wave, unit: BreathUnit) -> None:
    assert {estimate.quality for estimate in _listen(wave, unit=unit)} == {0.0}


def test_whole_turns_of_the_phase_are_undone() -> None:
    def wrapped(t: float) -> float:
        phase = 5.0 * math.sin(1.5 * t)
        return (phase + math.pi) % (2 * math.pi) - math.pi

    estimate = _listen(wrapped, hz=20.0)[-1]
    assert estimate.rate == pytest.approx(1.5 * 60 / (2 * math.pi), abs=0.5)
    assert estimate.quality > 0.9


def test_a_gap_is_not_bridged_and_silence_begins_anew() -> None:
    tracker = BreathTracker()

    def hear(begin: float, end: float) -> list[Estimate]:
        heard = []
        for k in range(round(begin * 10), round(end * 10)):
            piece = Breath((T + k / 10,), (math.sin(0.15 * k),), BreathUnit.RADIANS)
            heard.append(tracker.take(piece))
        return [estimate for estimate in heard if estimate is not None]

    assert hear(0.0, 30.0)[-1].quality > 0.9
    assert hear(32.0, 40.0)[-1].quality == 0.0
    assert hear(40.0, 75.0)[-1].quality > 0.9
    assert hear(90.0, 100.0)[-1].rate is None


def test_samples_that_are_no_numbers_or_late_are_left_out() -> None:
    tracker = BreathTracker()
    nan, inf = float("nan"), float("inf")
    last: Estimate | None = None
    for k in range(600):
        t = T + k / 10
        values = (math.sin(1.5 * k / 10), nan, inf, 40.0)
        last = tracker.take(Breath((t, t, t, t - 3.0), values, BreathUnit.RELATIVE)) or last
        tracker.take(Breath((nan,), (1.0,), BreathUnit.RELATIVE))
    assert last is not None
    assert last.rate == pytest.approx(14.3, abs=0.3)


def test_a_snapshot_goes_on_alike() -> None:
    whole, first = BreathTracker(), BreathTracker()
    pieces = [
        Breath((T + k / 8,), (math.sin(k / 8) + math.sin(9.0 * k),), BreathUnit.RADIANS)
        for k in range(480)
    ]
    for piece in pieces[:200]:
        whole.take(piece)
        first.take(piece)
    second = BreathTracker()
    second.restore(json.loads(json.dumps(first.snapshot())))
    assert [second.take(piece) for piece in pieces[200:]] == [
        whole.take(piece) for piece in pieces[200:]
    ]


def _airflow() -> tuple[NDArray[np.float64], float]:
    """The longest recording's flow and its rate in Hz, read from EDF (European Data Format)."""
    paths = sorted(DATA.glob("sleep/cpap_flow/**/*_BRP.edf"), key=lambda p: p.stat().st_size)
    if not paths:
        pytest.skip(f"no airflow recordings below {DATA}; set HALCYON_DATA")
    raw = paths[-1].read_bytes()
    signals = int(raw[252:256])

    def column(width: int, before: int) -> list[str]:
        start = 256 + before * signals
        return [raw[start + k * width :][:width].decode().strip() for k in range(signals)]

    labels, samples = column(16, 0), [int(each) for each in column(8, 216)]
    limits = [float(column(8, before)[0]) for before in (104, 112, 120, 128)]
    assert labels[0].startswith("Flow")
    records = np.frombuffer(raw[int(raw[184:192]) :], "<i2")
    flow = records[: len(records) // sum(samples) * sum(samples)].reshape(-1, sum(samples))
    digital = flow[:, : samples[0]].ravel().astype(np.float64)
    low, high, digital_low, digital_high = limits
    physical = low + (digital - digital_low) * (high - low) / (digital_high - digital_low)
    return physical, samples[0] / float(raw[244:252])


def _breaths_per_minute(flow: NDArray[np.float64], rate: float) -> float | None:
    """Counted inhalations: upward crossings with hysteresis; None for an irregular piece."""
    centred = flow - np.median(flow)
    level, state, starts = 0.25 * np.percentile(np.abs(centred), 90), 0, list[float]()
    for index, value in enumerate(centred):
        if state <= 0 and value > level:
            state = 1
            starts.append(index / rate)
        elif state >= 0 and value < -level:
            state = -1
    gaps = np.diff(starts)
    if len(gaps) < 3 or gaps.std() > 0.1 * gaps.mean():
        return None
    return float(60.0 / gaps.mean())


def test_real_airflow_is_counted_like_its_inhalations() -> None:
    """Pressure-supported breathing of a night, fed at uneven 8 Hz; regular half minutes count."""
    flow, rate = _airflow()
    rng, tracker, errors, good = random.Random(3), BreathTracker(), list[float](), 0
    begin, end = int(600 * rate), int(2400 * rate)
    for index in range(begin, end, 3):
        t = T + index / rate + rng.uniform(-0.03, 0.03)
        estimate = tracker.take(Breath((t,), (float(flow[index]),), BreathUnit.RELATIVE))
        if estimate is None or int(estimate.at) % 10 or estimate.at < T + begin / rate + 31:
            continue
        counted = _breaths_per_minute(flow[index - int(30 * rate) : index], rate)
        if counted is not None and estimate.rate is not None:
            errors.append(abs(estimate.rate - counted))
            good += estimate.quality >= 0.5
    assert len(errors) > 50
    assert float(np.mean(errors)) < 0.5
    assert good > 0.9 * len(errors)
