"""The nights of a room's sleepers: who is watched, and when an epoch of theirs is over."""

from ..core.output import Environment
from .parts import Aspect, Parts
from .scope import Scope
from .sleep.session import Seen
from .sleep.sleeper import Told

SILENT_AT_MOST = 16 * 3600.0
"""Seconds for which the word of a silent node stands that somebody is in bed. A mat that speaks
only on change says nothing all night; after more than a long night it does not watch any more."""


def watch_sleepers(parts: Parts, timers: Scope, t: float) -> None:
    """Follow who is in bed at time t, and be woken when the first epoch is over."""
    for name, tracker in parts.sleep.items():
        # Asked with every breath; nearly always they are followed already, or nobody is there.
        bed = parts.beds[name]
        if bed.occupied and tracker.due is None and _seen(parts, name, t).in_bed:
            tracker.watch(t, bed.since)
            timers.wake(Aspect.SLEEP, tracker.due)


def close_epochs(parts: Parts, timers: Scope, site: str, air: Environment, t: float) -> list[Told]:
    """Close the epochs that are due at time t, and say what follows from them."""
    told: list[Told] = []
    for name, tracker in parts.sleep.items():
        told += tracker.close(t, _seen(parts, name, t), (site, parts.config.id), air)
        timers.wake(Aspect.SLEEP, tracker.due)
    return told


def look_away(parts: Parts, site: str, sleepers: tuple[str, ...]) -> list[Told]:
    """Follow these sleepers no more, because a person wishes it."""
    told: list[Told] = []
    for name in sleepers:
        told += parts.sleep[name].stop((site, parts.config.id))
        parts.beds[name].unknown()
    return told


def _seen(parts: Parts, name: str, t: float) -> Seen:
    """Who is in a bed at time t."""
    bed, node, tracker = parts.beds[name], parts.node_of(name), parts.sleep[name]
    if not parts.known or name in parts.resting or parts.clocks.is_frozen(node):
        return Seen(None)
    if tracker.is_frozen or t - tracker.heard > SILENT_AT_MOST:
        return Seen(None)
    bed.settle(t)
    return Seen(bed.occupied, bed.since, bed.last_seen)
