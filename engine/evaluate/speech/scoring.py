"""Whether a transcript says what was said, and what tells commands from all else."""

from dataclasses import dataclass
import re

import numpy as np

from ...speech.language.spoken_forms import said
from ..statistics import Floats, Share, auc

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

ACCEPTANCE = 0.95
"""The share of commands that must be accepted where rejections are compared."""


def words(text: str) -> str:
    """A text in lower case, without punctuation and with its figures in words."""
    plain = said(text.casefold().replace("\u2019", "'"), "en")
    return " ".join(_WORD.findall(plain))


def same(heard: str, spoken: str) -> bool:
    """Whether a transcript has exactly the words that were said."""
    return words(heard) == words(spoken)


@dataclass(frozen=True, slots=True)
class Separation:
    """Confidences of commands and of all else.

    `area` under the curve, and the share of the others that pass where `ACCEPTANCE` of the commands
    do (the threshold is this sample's own) and where the engine accepts.
    """

    area: float
    passing: Share
    accepted: Share


def separation(good: Floats, bad: Floats, threshold: float) -> Separation:
    """How well confidences tell `good` from `bad`."""
    lowest = float(np.quantile(good, 1 - ACCEPTANCE, method="lower")) if good.size else 1.0
    return Separation(
        auc(good, bad),
        Share(int((bad >= lowest).sum()), bad.size),
        Share(int((bad >= threshold).sum()), bad.size),
    )
