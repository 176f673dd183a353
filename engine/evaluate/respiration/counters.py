"""What counts breaths: the engine, what it takes for presence, and a library beside it.

Each says for the epochs of a session what the rate was. The engine gets the waveform as it went
by and answers at the end of each epoch; the library gets the whole session at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
import math
import time
from typing import Protocol
import warnings

import numpy as np

from ...core.reading import Breath
from ...core.sleep import EPOCH_S
from ...sense.respiration import BreathTracker, Estimate
from ...sense.sleep.breathing import Breaths
from ...sense.vitals import QUALITY_AT_LEAST
from .airflow import Floats, Session
from .autocorrelation import Autocorrelation
from .forms import Form, pieces

HALCYON = "halcyon, breath by breath"
SPECTRUM = "halcyon, spectrum of 30 s"
AUTOCORRELATION = "autocorrelation of 30 s"
NEUROKIT = "NeuroKit2"


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """The epochs of a session that end at `ends` (unix s), and what was said of each.

    `rates` are breaths per minute, NaN where nothing was said; `qualities` 0-1, NaN where there is
    none. `seconds` is how long the computing took on one core, of a session of `length` seconds.
    """

    session: Session
    ends: Floats
    rates: Floats
    qualities: Floats
    seconds: float
    length: float


def ends_of(session: Session) -> Floats:
    """When the whole epochs of a session end."""
    first = math.ceil(session.flow.start / EPOCH_S) + 1
    last = math.floor(session.flow.end / EPOCH_S)
    return EPOCH_S * np.arange(first, last + 1, dtype=np.float64)


def breath_by_breath(session: Session, form: Form) -> Counted:
    """What the engine's epochs hold."""
    breaths = Breaths()

    def said(end: float) -> tuple[float | None, float | None]:
        breathing, _ = breaths.epoch(end)
        return (None, None) if breathing is None else (breathing.rate, breathing.quality)

    return _streamed(session, form, breaths.take, said)


def spectrum(session: Session, form: Form) -> Counted:
    """What presence and the entity of the rate take: the spectrum of the last half minute."""
    tracker, last = BreathTracker(), list[Estimate]()

    def take(piece: Breath) -> None:
        estimate = tracker.take(piece)
        if estimate is not None:
            last[:] = [estimate]

    def said(end: float) -> tuple[float | None, float | None]:
        if not last or last[0].at < end - EPOCH_S:
            return None, None
        good = last[0].quality >= QUALITY_AT_LEAST
        return last[0].rate if good else None, last[0].quality

    return _streamed(session, form, take, said)


def autocorrelation(session: Session, form: Form) -> Counted:
    """What the autocorrelation of each epoch shows."""
    method = Autocorrelation()
    return _streamed(session, form, method.take, method.said)


def neurokit(session: Session, _form: Form) -> Counted:
    """NeuroKit2's respiration: cleaned, peaks found and interpolated, by its defaults.

    It is given the flow as it is, at 25 Hz. Raises ModuleNotFoundError where it is missing.
    """
    import neurokit2

    flow, began = session.flow, time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rate = round(flow.rate)
        clean = neurokit2.rsp_clean(flow.values, sampling_rate=rate)
        _, found = neurokit2.rsp_peaks(clean, sampling_rate=rate)
        every = np.asarray(neurokit2.rsp_rate(clean, found, sampling_rate=rate), dtype=np.float64)
    ends = ends_of(session)
    places = np.round((ends[:, None] - np.array([EPOCH_S, 0.0]) - flow.start) * flow.rate)
    rates = np.array([every[first:last].mean() for first, last in places.astype(int).tolist()])
    seconds = time.process_time() - began
    unknown = np.full(len(ends), math.nan)
    return Counted(session, ends, rates, unknown, seconds, flow.end - flow.start)


class Counter(Protocol):
    """Something that counts a session's breaths, of a form of its airflow."""

    def __call__(self, session: Session, form: Form, /) -> Counted:
        """What it says."""
        ...


COUNTERS: dict[str, Counter] = {
    HALCYON: breath_by_breath,
    SPECTRUM: spectrum,
    AUTOCORRELATION: autocorrelation,
    NEUROKIT: neurokit,
}


def _streamed(
    session: Session,
    form: Form,
    take: Callable[[Breath], None],
    said: Callable[[float], tuple[float | None, float | None]],
) -> Counted:
    """Feed a session in pieces of a second, and ask at the end of every epoch."""
    ends = ends_of(session)
    heard = list(pieces(session.flow, form))
    told: list[tuple[float | None, float | None]] = []
    began = time.process_time()
    for piece in heard:
        while len(told) < len(ends) and piece.times[0] >= ends[len(told)]:
            told.append(said(float(ends[len(told)])))
        take(piece)
    told.extend(said(float(end)) for end in ends[len(told) :])
    seconds = time.process_time() - began
    rates, qualities = np.array(told, dtype=np.float64).reshape(-1, 2).T
    flow = session.flow
    return Counted(session, ends, rates, qualities, seconds, flow.end - flow.start)
