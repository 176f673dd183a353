"""What a frame of ultrasonic motion costs from I/Q to verdict, the network in two runtimes.

A carrier with an echo that swings and noise, in chunks of 50 ms as a node sends them, which are
one frame each. The same detector runs its network in numpy, as it is, and in onnxruntime; both
take turns in one process, and the fastest of many rounds counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import time
from unittest.mock import patch

import numpy as np
from training.network.onnx_export import Step, opened, step_model

from benchmarks.report import Better, Result
from halcyon.core.reading import Quadrature
from halcyon.sense.ultrasound.classifier import NETWORK
from halcyon.sense.ultrasound.detector import Detector

ROUNDS = 20
SECONDS = 10.0
WARM_S = 2.0
CHUNK_S = 0.05
BUDGET_US = 2000.0
CARRIER_HZ = 20_000.0
LEVEL, NOISE, ECHO = 0.1, 1e-5, 1e-4
"""Amplitudes of the carrier, of noise at -80 dBc and of an echo at -60 dBc."""

SWING_HZ, SWINGS = 0.5, 60.0
"""The echo's phase swings twice a second and by so many radians: Doppler of up to 30 Hz."""

SEED = 7


@dataclass(frozen=True, slots=True)
class Case:
    """A node: how many microphones, at which rate, and whether it plays music meanwhile."""

    name: str
    microphones: int
    rate: float
    playback: bool


CASES = (
    Case("one microphone, 1 kHz", 1, 1000.0, playback=False),
    Case("four microphones, 2 kHz, music", 4, 2000.0, playback=True),
)


def measure() -> Iterable[Result]:
    """Each kind of node."""
    runtimes: dict[str, Step] = {"numpy": NETWORK.step, "onnxruntime": opened(step_model(NETWORK))}
    for case in CASES:
        chunks = list(chunks_of(case))
        times = dict.fromkeys(runtimes, float("inf"))
        for _ in range(ROUNDS):
            for name, step in runtimes.items():
                with patch.object(NETWORK, "step", step):
                    times[name] = min(times[name], timed(chunks))
        yield Result(
            name=f"frame of motion, {case.name}",
            value=times["numpy"],
            unit="us",
            target=BUDGET_US,
            better=Better.LOWER,
            peer="its network in onnxruntime",
            peer_value=times["onnxruntime"],
            note=f"twenty frames a second; the fastest of {ROUNDS} rounds of {SECONDS:g} s",
        )


def chunks_of(case: Case) -> Iterable[Quadrature]:
    """What the node sends while it is measured and, before that, gets warm."""
    random = np.random.default_rng(SEED)
    size = round(CHUNK_S * case.rate)
    count = round((WARM_S + SECONDS) / CHUNK_S)
    t = np.arange(size * count) / case.rate
    echo = ECHO * np.exp(1j * SWINGS * np.sin(2 * np.pi * SWING_HZ * t))
    noise = random.normal(size=(len(t), case.microphones, 2)) @ (NOISE, 1j * NOISE)
    turns = np.exp(1j * np.arange(case.microphones))
    samples = (turns * LEVEL + turns**2 * echo[:, None] + noise).astype(np.complex64)
    for start in range(0, len(t), size):
        yield Quadrature(
            stream="ultrasound",
            samples=samples[start : start + size],
            rate=case.rate,
            carrier=CARRIER_HZ,
            level=-20.0,
            emitting=True,
            settling=False,
            playback=case.playback,
            clipped=False,
            lost=False,
        )


def timed(chunks: Iterable[Quadrature]) -> float:
    """Microseconds of processor time a frame once everything is warm."""
    detector, frames = Detector(), 0
    started = time.process_time()
    for number, chunk in enumerate(chunks):
        t = number * CHUNK_S
        if t == WARM_S:
            frames, started = 0, time.process_time()
        verdicts = detector.step(chunk, t)
        # In trouble nothing is computed, which would look fast.
        assert all(verdict.ratio is not None for verdict in verdicts)
        frames += len(verdicts)
    return (time.process_time() - started) / frames * 1e6
