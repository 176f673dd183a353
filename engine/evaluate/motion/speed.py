"""What the detector costs: milliseconds of one core a frame, and seconds of signal a second."""

import time

import numpy as np

from ...sense.ultrasound.detector import Detector
from ...simulate.ultrasound import Activity, draw_scene, render
from ...simulate.ultrasound.chunks import CHUNK_S
from ..report import Entry, Table
from .scorers import STEP_S, Signal

_SECONDS = 60.0
_WARM_FRAMES = 20
_SEED = 11


def table() -> Table:
    """Time a walker's minute, with one, two and four microphones and at both rates."""
    rows = tuple(
        _timed(microphones, carrier)
        for microphones in (1, 2, 4)
        for carrier in (20_000.0, 36_000.0)
    )
    return Table(
        "speed",
        "Computing, numpy on one core: a frame comes every 50 ms",
        (
            "microphones",
            "carrier, kHz",
            "median, ms a frame",
            "95 %, ms",
            "times real time, chunk by chunk",
            "times real time, second by second",
        ),
        rows,
    )


def _timed(microphones: int, carrier: float) -> tuple[Entry, ...]:
    scene = draw_scene(
        _SEED, "test", seconds=_SECONDS, people=[Activity.WALK], confounders=[],
        microphones=microphones, carrier=carrier,
    )  # fmt: skip
    rendering = render(scene, _SECONDS, _SEED)
    signal = Signal(rendering.iq, rendering.rate, carrier, scene.device.level)
    took = _times(signal, CHUNK_S)
    whole = _SECONDS / (float(took.sum()) / 1000)
    at_once = _SECONDS / (float(_times(signal, STEP_S).sum()) / 1000)
    settled = took[_WARM_FRAMES:]
    middle, high = (float(np.percentile(settled, q)) for q in (50, 95))
    return microphones, carrier / 1000, middle, high, round(whole), round(at_once)


def _times(signal: Signal, step: float) -> np.ndarray:
    """Milliseconds of processor time that each piece of the signal took."""
    detector = Detector()
    found = []
    for reading, t in signal.pieces(step=step):
        before = time.thread_time_ns()
        detector.step(reading, t)
        found.append((time.thread_time_ns() - before) / 1e6)
    return np.array(found)
