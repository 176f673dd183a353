"""Putting signs down: what a reading of a source becomes in a room's evidence."""

import math

from ..core.observation import Observation
from .evidence import WORTH, Evidence, Modality, remaining
from .parts import Parts

_ANEW = frozenset(
    {
        Modality.BREATHING,
        Modality.BODY_MOVEMENT,
        Modality.BED,
        Modality.MOTION,
        Modality.MINOR_MOTION,
    }
)
"""Signs that somebody is there whom no radar followed out."""


def put(
    parts: Parts,
    given: Observation,
    modality: Modality,
    value: float,
    *,
    until: float | None = None,
    lasts: float | None = None,
    note: str | None = None,
) -> None:
    """Replace what the source last showed of a kind; `until` and `lasts` as in Evidence."""
    t = given.host_t
    if lasts is None:
        lasts = WORTH[modality].lasts
    if until is None:
        until = t
    if modality in _ANEW and given.live:
        parts.presence.spoke(t)
    sign = Evidence(value, t, until, lasts, note, not given.live)
    parts.presence.put(given.source, modality, sign)


def put_if_stronger(parts: Parts, given: Observation, modality: Modality, value: float) -> None:
    """Renew a sign unless what is left of the last one is more: one weak moment takes nothing."""
    known = parts.presence.get(given.source, modality)
    if known is not None:
        patience = parts.presence.thresholds.patience
        left = remaining(known, WORTH[modality].fades, given.host_t, patience)
        if known.value * left > value and not (known.seed and given.live):
            return
    put(parts, given, modality, value)


def unit(value: float) -> float | None:
    """A share clamped to 0-1, None where it is not a number."""
    return None if math.isnan(value) else min(1.0, max(0.0, value))
