"""Motion as routines hear of it: it started, it goes on, it has stopped.

An episode begins with a major movement, whoever saw it, and lasts until nothing of any size has
moved for as long as the room's setting says. Only time in which a sensor watches counts as
quiet: an unavailable sensor says nothing, so the quiet after what it saw goes on where it was
interrupted.
"""

import math

from ..core.output import MotionEvent, Movement
from ..core.reading import MotionLevel
from ..core.snapshot import (
    Json,
    flag_in,
    item,
    members_in,
    number_in,
    optional_number_in,
    text_in,
)
from .clocks import FROZEN_FOR, Clocks

CONTINUES_EVERY = 60.0
"""Seconds at least between two tellings that it goes on: routines refresh their timers by it."""


class Episode:
    """One room's present episode of motion, if there is one.

    `look_again` is when there may be something to tell though nothing more is seen.
    """

    def __init__(self, clocks: Clocks) -> None:
        self.look_again: float | None = None
        self._clocks = clocks
        self._on = False
        self._told: float | None = None
        self._label: str | None = None
        # Until when each source claims movement: when it saw it, or later for a standing claim.
        self._last: dict[str, float] = {}
        self._seen = -math.inf
        # Since when somebody has been watching without a break, None while nobody does.
        self._watched: float | None = 0.0
        # Before this there is nothing to tell, whatever is seen.
        self._silent_until = -math.inf

    def saw(self, source: str, level: MotionLevel, label: str, t: float, until: float) -> None:
        """A source saw movement at time t that it claims to go on until then."""
        if not self._on:
            if level is not MotionLevel.MAJOR:
                return
            self._on = True
            self.reconsider()
        self._label, self._seen = label, t
        before = self._last.get(source, -math.inf)
        self._last[source] = max(until, before)
        if t < until and before < self._next_word <= until:
            self.reconsider()

    def ended(self, source: str, t: float) -> None:
        """The source says at t that it sees no movement any more."""
        if self._last.get(source, t) > t:
            self._last[source] = t
            self.reconsider()

    def clear(self) -> None:
        """Nobody watches any more: how it goes on will not be known."""
        self._on, self._told, self._label = False, None, None
        self._last.clear()
        self._seen = -math.inf
        self.look_again = None

    def forget(self, source: str) -> None:
        """Forget a source that left the room, and the episode if nobody else saw it."""
        if self._last.pop(source, None) is not None and not self._last:
            self.clear()
        self.reconsider()

    def shift(self, source: str, seconds: float) -> None:
        """The source is back after so many seconds, of which none was quiet."""
        if source in self._last:
            self._last[source] += seconds
        self.reconsider()

    def reconsider(self) -> None:
        """Something else than movement changed what there may be to tell."""
        self._silent_until = -math.inf

    def may_tell(self, t: float) -> bool:
        """Whether there may be something to tell at time t; cheap, for every frame."""
        return self._on and t >= self._silent_until

    def tell(self, t: float, quiet: float, *, dark: bool) -> tuple[MotionEvent, ...]:
        """What there is to tell at time t in a room that calls `quiet` seconds a stop.

        `dark` says that no sensor of the room is available.
        """
        if not self.may_tell(t):
            return ()
        if dark:
            self._watched = None
        elif self._watched is None:
            self._watched = t
        event: Movement | None = None
        end = None if self._watched is None else self._end(quiet, self._watched)
        if self._told is None:
            event = Movement.STARTED
        elif end is not None and t >= end:
            event = Movement.STOPPED
        elif t >= self._next_word and self._moves(t):
            event = Movement.CONTINUED
        label = self._label
        if event is Movement.STOPPED:
            self.clear()
        else:
            if event is not None:
                self._told = t
            self._plan(t, end)
        return () if event is None else (MotionEvent(event, label),)

    def stops_at(self, quiet: float) -> float | None:
        """When it will have stopped, if nothing moves any more for `quiet` seconds.

        None while nothing goes on, where a claim has no end, or while nobody watches.
        """
        if not self._on or self._watched is None:
            return None
        end = self._end(quiet, self._watched)
        return end if math.isfinite(end) else None

    def _plan(self, t: float, end: float | None) -> None:
        """Decide when to look again, after what there was at time t was told."""
        again = self._next_word
        # Nobody says when the dark ends, so it is looked for.
        self._silent_until = -math.inf if end is None else min(again, end)
        # A claim that still stands then is movement that goes on; what is only seen later is
        # looked at when it is seen, and pushes the end out.
        self.look_again = again if again > t and self._moves(again) else end

    @property
    def _next_word(self) -> float:
        """When it may be told at the earliest that it goes on."""
        return math.inf if self._told is None else self._told + CONTINUES_EVERY

    def _moves(self, t: float) -> bool:
        frozen = self._clocks.is_frozen
        stands = any(last > t and not frozen(source) for source, last in self._last.items())
        return stands or self._seen == t

    def _end(self, quiet: float, watched: float) -> float:
        """When everybody who saw movement has watched quiet for long enough.

        A sensor that never comes back must not keep a room moving in which others see nothing,
        so they wait for it as long as its clock stands.
        """
        end = -math.inf
        for source, last in self._last.items():
            since, due = self._clocks.since(source), last + quiet
            end = max(end, due if since is None else max(due, since, watched) + FROZEN_FOR)
        return end

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "on": self._on,
            "told": self._told,
            "label": self._label,
            "watched": self._watched,
            "last": dict(self._last),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError, and stays as it was, if it is none."""
        on, told = flag_in(state, "on"), optional_number_in(state, "told")
        watched = optional_number_in(state, "watched")
        label = None if item(state, "label") is None else text_in(state, "label")
        rows = members_in(state, "last")
        last = {source: number_in(item(state, "last"), source) for source in rows}
        self._on, self._told, self._label, self._last = on, told, label, last
        self._watched = watched
        self.look_again = None
        self.reconsider()
