"""Hypnograms written as letters (W, L, D, R, a dot for an unknown epoch), and made-up nights."""

from collections.abc import Sequence

from hypothesis import strategies as st
import numpy as np

from halcyon.core.sleep import EPOCH_S, Hypnogram, Stage
from halcyon.evaluate.sleep.agreement import Judged
from halcyon.evaluate.sleep.recordings.night import Night, Series, Subject

LETTERS = {"W": Stage.AWAKE, "L": Stage.LIGHT, "D": Stage.DEEP, "R": Stage.REM, ".": None}


def hypnogram(letters: str, start: float = 0.0) -> Hypnogram:
    """A hypnogram of letters, an epoch each."""
    return Hypnogram(start, tuple(LETTERS[letter] for letter in letters))


def nights(
    alphabet: str = "WLDR.", min_size: int = 0, max_size: int = 60
) -> st.SearchStrategy[Hypnogram]:
    """Hypnograms of these letters, in any order."""
    return st.text(alphabet, min_size=min_size, max_size=max_size).map(hypnogram)


def judged(reference: str, device: str, who: str = "one", night: str = "night") -> Judged:
    """A night of letters."""
    return Judged(night, Subject(who), hypnogram(reference), hypnogram(device))


def recorded(reference: str, rates: Sequence[float | None], *, start: float = 0.0) -> Night:
    """A night with one heart rate an epoch, in its middle; None is an epoch without.

    Where there are more rates than epochs, the first of them come before the reference.
    """
    first = start - (len(rates) - len(reference)) * EPOCH_S
    sensed = [(first + (n + 0.5) * EPOCH_S, r) for n, r in enumerate(rates) if r is not None]
    t, values = np.array(sensed, dtype=np.float64).reshape(-1, 2).T
    return Night(
        id="night",
        subject=Subject("one"),
        dated=False,
        reference=hypnogram(reference, start),
        heart=Series(t, values),
    )
