"""Hypnograms written as letters: W, L, D, R, and a dot for an epoch that is unknown."""

from hypothesis import strategies as st

from halcyon.core.sleep import Hypnogram, Stage

LETTERS = {"W": Stage.AWAKE, "L": Stage.LIGHT, "D": Stage.DEEP, "R": Stage.REM, ".": None}


def hypnogram(letters: str, start: float = 0.0) -> Hypnogram:
    """A hypnogram of letters, an epoch each."""
    return Hypnogram(start, tuple(LETTERS[letter] for letter in letters))


def nights(
    alphabet: str = "WLDR.", min_size: int = 0, max_size: int = 60
) -> st.SearchStrategy[Hypnogram]:
    """Hypnograms of these letters, in any order."""
    return st.text(alphabet, min_size=min_size, max_size=max_size).map(hypnogram)
