"""Targets of one radar followed over time, so that people differ from what only looks like one.

A person arrives: the target travels. A ghost appears in place and jitters. A fan moves without
getting anywhere. A person who sat down keeps the history of having walked there, also through
the gaps in which the radar loses whoever sits still.
"""

import math

from ..core.reading import Target
from ..core.snapshot import Json, item, number_in, optional_number_in, rows_in
from .association import REMEMBERED, associate
from .clutter import ClutterMap, ThingKind
from .oscillation import JUDGED_AFTER, oscillates
from .pace import SETTLING, step
from .track import (
    ACTIVE,
    CLUTTER_AFTER,
    STUCK_WITHIN,
    SWINGING_PERSON,
    Track,
    track_from_json,
    track_to_json,
)

ARRIVED_AFTER = 0.4
ARRIVED_PER_METRE = 0.12
"""Metres of travel that make a person of a target, and how much more for each metre of range: a
step; things swing by less. The angle of a cheap radar is good to a few degrees, so noise grows
with range."""

STIRRED_AFTER = 0.08
STIRRED_PER_METRE = 0.04
"""Metres by which the smoothed position of somebody who sits wanders, and a ghost's does not:
ghosts were reported to jitter with a standard deviation under 15 mm. What stirred is not learned
as a thing of the room."""

_SAME_WITHIN = 0.5
"""Metres within which these radars do not tell two people apart, so that a lost track so close
to one that is being seen is of the same person (range resolution 0.4 to 0.75 m)."""

_LEFT_REMEMBERED = 10.0
"""Seconds after which nobody can be the one who walked out of sight."""

_SMOOTHING = 1.0
_ANCHORED = 1.0
_ANCHORED_AGAIN = 2.0
"""Seconds: the smoothed position's time constant, and after how long its place is known well
enough to measure travel from; longer where it has jumped."""

_STRAYS = 0.5
"""Metres beyond its learned place that what swings may stray to without having left it."""

_JUMP = 0.2
_JUMP_PER_METRE = 0.05
_WALK = 2.5
"""Metres, as much more for each metre of range, and metres per second of a brisk walk that a
target moves by from one frame to the next; noise of neighbouring frames is correlated."""

_JUDGE_EVERY = 2.0
"""Seconds between judgements of a path."""

_FARTHEST = 50.0
"""Metres beyond which nothing is in a room, numbers that are none included."""

_TARGETS_AT_MOST = 16
_TRACKS_AT_MOST = 24


class Tracker:
    """The tracks of one radar."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self.clutter = ClutterMap()
        self.at = 0.0
        self._began: float | None = None

    def update(self, targets: tuple[Target, ...], t: float, *, confirmed: bool) -> None:
        """Take a frame at host time t.

        `confirmed` says that something else in the room speaks for a person being there, so
        that a target that does not move is not taken for a thing.
        """
        frame, self.at = t - self.at, t
        if self._began is None:
            self._began = t
        fresh = [each for each in targets[:_TARGETS_AT_MOST] if is_plausible(each)]
        for track, target in self._matches(fresh, t):
            self._follow(track, target, t, frame, confirmed=confirmed)
        self._merge(t)
        self.tracks = [track for track in self.tracks if not _is_forgotten(track, t)]
        self.clutter.tidy(t)

    def _matches(self, targets: list[Target], t: float) -> list[tuple[Track, Target]]:
        """Each target with the track that it continues, or a new one."""
        known = associate(self.tracks, targets, t)
        return [
            (self._begin(target, t) if track is None else track, target)
            for track, target in zip(known, targets, strict=True)
        ]

    def _merge(self, t: float) -> None:
        """Give the history of lost tracks to whoever is seen in their place."""
        if len(self.tracks) < 2 or all(track.seen == t for track in self.tracks):
            return
        seen = [track for track in self.tracks if track.seen == t]
        for lost in [track for track in self.tracks if not track.is_active(t)]:
            for track in seen:
                apart = math.hypot(track.smooth[0] - lost.x, track.smooth[1] - lost.y)
                if apart <= _SAME_WITHIN and not lost.walked_off:
                    track.arrived |= lost.arrived and track.swinging is None and not track.thing
                    self.tracks.remove(lost)
                    break

    def _begin(self, target: Target, t: float) -> Track:
        early = self._began is not None and t - self._began <= CLUTTER_AFTER
        at = (target.x, target.y)
        track = Track(*at, t, t, early, 0.0, 0, at, at, at, t, t)
        track.judged = track.placed = t
        self.tracks.append(track)
        if len(self.tracks) > _TRACKS_AT_MOST:
            self.tracks.remove(min(self.tracks, key=lambda each: each.seen))
        return track

    def _follow(
        self, track: Track, target: Target, t: float, frame: float, *, confirmed: bool
    ) -> None:
        gap = t - track.seen
        if not track.arrived and _jumps(track, target, frame):
            # Not a way anybody went: a target found again, or mistaken for another.
            track.placed = t
            track.path.clear()
        track.x, track.y, track.seen = target.x, target.y, t
        track.hits += 1
        if gap > ACTIVE:
            track.thing = track.bound = False
        age = t - track.placed
        share = 1.0 if age <= SETTLING else 1.0 - math.exp(-gap / _SMOOTHING)
        sx, sy = track.smooth
        sx, sy = track.smooth = (sx + share * (target.x - sx), sy + share * (target.y - sy))
        if age <= (_ANCHORED if track.placed == track.born else _ANCHORED_AGAIN):
            track.anchor = track.smooth
        step(track, target, t)
        if not track.arrived:
            away = math.hypot(sx - track.anchor[0], sy - track.anchor[1])
            reach = math.hypot(sx, sy)
            left = not track.bound or self.clutter.at(sx, sy, _STRAYS) is None
            track.arrived = left and away >= ARRIVED_AFTER + ARRIVED_PER_METRE * reach
            # What swings wanders too, so stirring counts only once swinging can be told.
            track.stirred |= (
                track.swinging is None
                and age > JUDGED_AFTER
                and away >= STIRRED_AFTER + STIRRED_PER_METRE * reach
            )
        if confirmed or math.hypot(sx - track.rest[0], sy - track.rest[1]) > STUCK_WITHIN:
            track.rest, track.rested = track.smooth, t
        if confirmed:
            track.confirmed = t
        if t - track.judged >= _JUDGE_EVERY and (track.is_moving or not track.arrived):
            track.judged = t
            self._judge(track, t)
        self._compare(track, t)

    def _judge(self, track: Track, t: float) -> None:
        if not oscillates(track.path):
            track.swinging = None
            return
        if track.swinging is None:
            track.swinging = t
        xs, ys = [step[1] for step in track.path], [step[2] for step in track.path]
        middle = (min(xs) + max(xs)) / 2.0, (min(ys) + max(ys)) / 2.0
        known = self.clutter.at(*middle)
        swings_there = known is not None and known.kind is ThingKind.OSCILLATING
        if track.arrived and (swings_there or t - track.swinging >= SWINGING_PERSON):
            track.arrived = False
            track.anchor = track.smooth
        if not track.arrived:
            track.stirred, track.fidgets = False, 0
            self.clutter.learn(ThingKind.OSCILLATING, *middle, t)

    def _compare(self, track: Track, t: float) -> None:
        """Hold the track against the things that are known, or make it one of them."""
        if track.arrived:
            track.thing = track.bound = False
            self.clutter.passes(track.x, track.y, t)
            return
        lively = track.stirred or track.moved_lately
        known = self.clutter.at(track.x, track.y)
        if known is not None and (known.kind is ThingKind.OSCILLATING or not lively):
            known.seen = t
            track.thing = True
            # Who began elsewhere only walks past it.
            began_there = self.clutter.at(*track.anchor) is known
            track.bound |= known.kind is ThingKind.OSCILLATING and began_there
        elif track.bound:
            track.thing = True
        elif lively:
            track.thing = False
            if known is not None and known.kind is ThingKind.STATIC:
                # A ghost does not move, so this was somebody sitting still.
                self.clutter.forget(known)
        elif not track.thing and t - track.last_sign >= CLUTTER_AFTER:
            self.clutter.learn(ThingKind.STATIC, *track.smooth, t)
            track.thing = True

    def look_away(self) -> None:
        """Forget the tracks; whoever is seen next may have been there all along."""
        self.tracks.clear()
        self._began = None

    def shift(self, seconds: float) -> None:
        """Move all times forward: the source's clock stood for so long."""
        self.at += seconds
        for track in self.tracks:
            track.shift(seconds)

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "at": self.at,
            "began": self._began,
            "tracks": [track_to_json(track) for track in self.tracks],
            "clutter": self.clutter.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        tracks = [track_from_json(row) for row in rows_in(state, "tracks")]
        at, began = number_in(state, "at"), optional_number_in(state, "began")
        self.clutter.restore(item(state, "clutter"))
        self.tracks, self.at, self._began = tracks, at, began


def is_plausible(target: Target) -> bool:
    """Whether a target can be in a room; one whose place is not a number cannot."""
    return abs(target.x) <= _FARTHEST and abs(target.y) <= _FARTHEST


def _jumps(track: Track, target: Target, frame: float) -> bool:
    allowed = _JUMP + _JUMP_PER_METRE * math.hypot(track.x, track.y) + _WALK * frame
    return math.hypot(target.x - track.x, target.y - track.y) > allowed


def _is_forgotten(track: Track, t: float) -> bool:
    return t - track.seen > (_LEFT_REMEMBERED if track.walked_off else REMEMBERED)
