"""Targets of one radar followed over time, so that people differ from what only looks like one.

A person arrives: the target travels. A ghost appears in place and jitters. A fan moves without
getting anywhere. A person who sat down keeps the history of having walked there, also through
the gaps in which the radar loses whoever sits still.
"""

from dataclasses import dataclass, field
import math

from ..core.reading import Target
from ..core.snapshot import (
    Json,
    flag_in,
    item,
    number_in,
    optional_number_in,
    rows_in,
    text_in,
)
from .clutter import ClutterMap, ThingKind
from .motion import MAJOR_SPEED
from .oscillation import JUDGED_AFTER, WINDOW, Step, oscillates

MOVING_SPEED = 0.15
"""Metres per second from which a single detection is a good hit, and movement at all. The LD2450
gives still people and ghosts up to 0.1."""

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

CLUTTER_AFTER = 60.0
"""Seconds after which a target that neither moved nor was confirmed by anything is a thing."""

STUCK_WITHIN = 0.05
STUCK_AFTER = 3600.0
"""A target that did arrive counts no more once it has not wandered by this many metres for this
many seconds: the radar kept the place of somebody who left. No living body stays so still for
an hour."""

SWINGING_PERSON = 600.0
"""Seconds for which somebody who arrived may move to and fro: exercise, a rocking chair."""

_GATE = 0.6
_GATE_SPEED = 2.5
_GATE_AT_MOST = 2.0
"""Metres within which a target continues a track: noise, and a brisk walk since the last frame."""

_REAPPEARS_WITHIN = 1.5
_REMEMBERED = 600.0
"""Metres and seconds within which a person whom the radar lost in place is found again."""

_SAME_WITHIN = 0.5
"""Metres within which these radars do not tell two people apart, so that a lost track so close
to one that is being seen is of the same person (range resolution 0.4 to 0.75 m)."""

_LEFT_REMEMBERED = 10.0
"""Seconds after which nobody can be the one who walked out of sight."""

_ACTIVE = 1.5
"""Seconds after the last frame during which a track is being seen; streams run at 1 to 10 Hz."""

_SMOOTHING = 1.0
_SETTLING = 0.6
_ANCHORED = 2.0
"""Seconds: the smoothed position's time constant, how long a fresh track jumps about, and after
how long its place is known well enough to measure travel from."""

_PATH_STEP = 0.2
_JUDGE_EVERY = 2.0
_PACE_OVER = 0.8
"""Seconds: between kept steps of a path, between judgements of it, and of path for a pace."""

_PACE_NOISE = 0.05
"""Metres per second, and as much again for each metre of range, that the smoothed position of a
still target seems to move by: three standard deviations of two degrees and 4 cm."""

_WALKED_JUST_NOW = 1.0
_MOVED_JUST_NOW = 1.0

_FARTHEST = 50.0
"""Metres beyond which nothing is in a room, numbers that are none included."""

_TARGETS_AT_MOST = 16
_TRACKS_AT_MOST = 24

_FIRST_HIT = 0.72
_WEAK = 0.5
_LINGERING = 0.25
_SWINGING = 0.12
"""Values of a track: a first moving hit is just enough to switch on at medium sensitivity; a
target that appeared in place holds and does not switch on; one that stays there without ever
having arrived, and what swings, does neither."""


@dataclass(slots=True)
class Stay:
    """A track's stay in a zone: consecutive frames inside, the first and the last of them."""

    hits: int
    first: float
    last: float


@dataclass(slots=True)
class Track:
    """One target over time; metres in the node's coordinates, times in host seconds.

    `point` is its place in the room. `smooth` is the low-passed position, `anchor` where that was
    when the track had settled, `rest` where it last came to rest, `rested` since when. `moved`
    and `walked` are when it last did.
    """

    x: float
    y: float
    born: float
    seen: float
    early: bool
    speed: float = 0.0
    hits: int = 1
    smooth: tuple[float, float] = (0.0, 0.0)
    anchor: tuple[float, float] = (0.0, 0.0)
    rest: tuple[float, float] = (0.0, 0.0)
    rested: float = 0.0
    confirmed: float = 0.0
    moved: float | None = None
    walked: float | None = None
    arrived: bool = False
    stirred: bool = False
    swinging: float | None = None
    judged: float = 0.0
    thing: bool = False
    path: list[Step] = field(default_factory=list)
    inside: dict[str, Stay] = field(default_factory=dict)
    ignored: str | None = None
    point: tuple[float, float] = (0.0, 0.0)
    in_bed: bool = False
    bedded: float | None = None

    def is_active(self, t: float) -> bool:
        """Whether the radar is seeing it at time t."""
        return t - self.seen <= _ACTIVE

    @property
    def is_moving(self) -> bool:
        """Whether it moved just before it was last seen."""
        return self.moved is not None and self.seen - self.moved <= _MOVED_JUST_NOW

    @property
    def walked_off(self) -> bool:
        """Whether it walked when it was last seen."""
        return self.walked is not None and self.seen - self.walked <= _WALKED_JUST_NOW

    def verdict(self) -> tuple[float, str | None]:
        """How much of a person it is, 0-1, and why if it is less."""
        if self.thing:
            return 0.0, "learned_clutter"
        if self.swinging is not None and not (
            self.arrived and self.seen - self.swinging < SWINGING_PERSON
        ):
            return _SWINGING, "oscillating"
        if self.seen - self.rested >= STUCK_AFTER:
            return _SWINGING, "stuck"
        if self.arrived:
            return 1.0, None
        age = self.seen - self.born
        if self.is_moving and (age <= JUDGED_AFTER or self.walked_off):
            return (_FIRST_HIT, "first_hits") if self.hits < 3 else (1.0, None)
        if age >= CLUTTER_AFTER:
            return _LINGERING, "never_arrived"
        return (1.0, None) if self.early else (_WEAK, "appeared_in_place")

    def shift(self, seconds: float) -> None:
        """Move all its times forward: the source's clock stood for so long."""
        self.born += seconds
        self.seen += seconds
        self.rested += seconds
        self.confirmed += seconds
        self.moved = None if self.moved is None else self.moved + seconds
        self.walked = None if self.walked is None else self.walked + seconds
        self.swinging = None if self.swinging is None else self.swinging + seconds
        self.bedded = None if self.bedded is None else self.bedded + seconds
        self.path.clear()
        for stay in self.inside.values():
            stay.first += seconds
            stay.last += seconds


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
        self.at = t
        if self._began is None:
            self._began = t
        fresh = [each for each in targets[:_TARGETS_AT_MOST] if is_plausible(each)]
        for track, target in self._matches(fresh, t):
            self._follow(track, target, t, confirmed=confirmed)
        self._merge(t)
        self.tracks = [track for track in self.tracks if not _is_forgotten(track, t)]
        self.clutter.tidy(t)

    def _matches(self, targets: list[Target], t: float) -> list[tuple[Track, Target]]:
        """Each target with the track that it continues, or a new one; nearest pairs first."""
        pairs: list[tuple[bool, float, int, int]] = []
        for number, target in enumerate(targets):
            for index, track in enumerate(self.tracks):
                distance = math.hypot(target.x - track.x, target.y - track.y)
                if distance <= _gate(track, t):
                    # Who is being seen comes before who was lost at the same place.
                    pairs.append((not track.is_active(t), distance, index, number))
        if len(pairs) > 1:
            pairs.sort()
        taken: dict[int, Track] = {}
        used: set[int] = set()
        for _, _, index, number in pairs:
            if number not in taken and index not in used:
                used.add(index)
                taken[number] = self.tracks[index]
        matches = []
        for number, target in enumerate(targets):
            known = taken.get(number)
            if known is None:
                known = self._begin(target, t)
            matches.append((known, target))
        return matches

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
        track.judged = t
        self.tracks.append(track)
        if len(self.tracks) > _TRACKS_AT_MOST:
            self.tracks.remove(min(self.tracks, key=lambda each: each.seen))
        return track

    def _follow(self, track: Track, target: Target, t: float, *, confirmed: bool) -> None:
        gap = t - track.seen
        track.x, track.y, track.seen = target.x, target.y, t
        track.hits += 1
        if track.thing and gap > _ACTIVE:
            track.thing = False
        age = t - track.born
        share = 1.0 if age <= _SETTLING else 1.0 - math.exp(-gap / _SMOOTHING)
        sx, sy = track.smooth
        sx, sy = track.smooth = (sx + share * (target.x - sx), sy + share * (target.y - sy))
        if age <= _ANCHORED:
            track.anchor = track.smooth
        _step(track, target, t)
        if not track.arrived:
            away = math.hypot(sx - track.anchor[0], sy - track.anchor[1])
            reach = math.hypot(sx, sy)
            track.arrived = away >= ARRIVED_AFTER + ARRIVED_PER_METRE * reach
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
        if not track.arrived:
            track.stirred = False
            xs, ys = [step[1] for step in track.path], [step[2] for step in track.path]
            middle = (min(xs) + max(xs)) / 2.0, (min(ys) + max(ys)) / 2.0
            self.clutter.learn(ThingKind.OSCILLATING, *middle, t)
        elif t - track.swinging >= SWINGING_PERSON:
            track.arrived = False
            track.anchor = track.smooth

    def _compare(self, track: Track, t: float) -> None:
        """Hold the track against the things that are known, or make it one of them."""
        if track.arrived:
            track.thing = False
            self.clutter.passes(track.x, track.y, t)
            return
        known = self.clutter.at(track.x, track.y)
        if known is not None and (known.kind is ThingKind.OSCILLATING or not track.stirred):
            known.seen = t
            track.thing = True
        elif track.stirred or track.is_moving:
            track.thing = False
        elif not track.thing and t - max(track.born, track.confirmed) >= CLUTTER_AFTER:
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
            "tracks": [_track_to_json(track) for track in self.tracks],
            "clutter": self.clutter.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        tracks = [_track_from_json(row) for row in rows_in(state, "tracks")]
        at, began = number_in(state, "at"), optional_number_in(state, "began")
        self.clutter.restore(item(state, "clutter"))
        self.tracks, self.at, self._began = tracks, at, began


def is_plausible(target: Target) -> bool:
    """Whether a target can be in a room; one whose place is not a number cannot."""
    return abs(target.x) <= _FARTHEST and abs(target.y) <= _FARTHEST


def _gate(track: Track, t: float) -> float:
    gap = t - track.seen
    if gap <= _ACTIVE or track.walked_off:
        return min(_GATE_AT_MOST, _GATE + _GATE_SPEED * gap)
    return _REAPPEARS_WITHIN


def _is_forgotten(track: Track, t: float) -> bool:
    return t - track.seen > (_LEFT_REMEMBERED if track.walked_off else _REMEMBERED)


def _step(track: Track, target: Target, t: float) -> None:
    """Add a step to the path, and work out how fast the target is.

    What the radar says of its speed along the line of sight counts as it is; the path's own
    speed counts once it is beyond what the noise of the position makes of a still target.
    """
    path, (sx, sy) = track.path, track.smooth
    velocity = target.velocity
    radial = velocity if velocity is not None and math.isfinite(velocity) else None
    speed = 0.0 if radial is None else abs(radial)
    for then, x, y, _ in reversed(path):
        if t - then >= _PACE_OVER:
            pace = math.hypot(sx - x, sy - y) / (t - then)
            if pace > _PACE_NOISE * (1.0 + math.hypot(sx, sy)):
                speed = max(speed, pace)
            if radial is None:
                radial = (math.hypot(sx, sy) - math.hypot(x, y)) / (t - then)
            break
    if t - track.born > _SETTLING and (not path or t - path[-1][0] >= _PATH_STEP):
        path.append((t, sx, sy, radial or 0.0))
        oldest = t - WINDOW
        while path[0][0] < oldest:
            del path[0]
    track.speed = speed
    if speed >= MOVING_SPEED:
        track.moved = t
    if speed >= MAJOR_SPEED:
        track.walked = t


def _track_to_json(track: Track) -> Json:
    return {
        "numbers": [track.x, track.y, track.born, track.seen, track.speed, track.hits],
        "places": [*track.smooth, *track.anchor, *track.rest, *track.point],
        "times": [track.rested, track.confirmed, track.judged],
        "moved": track.moved,
        "walked": track.walked,
        "swinging": track.swinging,
        "early": track.early,
        "arrived": track.arrived,
        "stirred": track.stirred,
        "thing": track.thing,
        "path": [list(step) for step in track.path],
        "ignored": track.ignored,
        "in_bed": track.in_bed,
        "bedded": track.bedded,
        "inside": [[zone, s.hits, s.first, s.last] for zone, s in track.inside.items()],
    }


def _track_from_json(row: Json) -> Track:
    numbers = [number_in(item(row, "numbers"), index) for index in range(6)]
    places = [number_in(item(row, "places"), index) for index in range(8)]
    times = [number_in(item(row, "times"), index) for index in range(3)]
    return Track(
        x=numbers[0],
        y=numbers[1],
        born=numbers[2],
        seen=numbers[3],
        early=flag_in(row, "early"),
        speed=numbers[4],
        hits=int(numbers[5]),
        smooth=(places[0], places[1]),
        anchor=(places[2], places[3]),
        rest=(places[4], places[5]),
        point=(places[6], places[7]),
        rested=times[0],
        confirmed=times[1],
        judged=times[2],
        moved=optional_number_in(row, "moved"),
        walked=optional_number_in(row, "walked"),
        swinging=optional_number_in(row, "swinging"),
        arrived=flag_in(row, "arrived"),
        stirred=flag_in(row, "stirred"),
        thing=flag_in(row, "thing"),
        path=[
            (number_in(s, 0), number_in(s, 1), number_in(s, 2), number_in(s, 3))
            for s in rows_in(row, "path")
        ],
        inside={
            text_in(each, 0): Stay(int(number_in(each, 1)), number_in(each, 2), number_in(each, 3))
            for each in rows_in(row, "inside")
        },
        ignored=None if item(row, "ignored") is None else text_in(row, "ignored"),
        in_bed=flag_in(row, "in_bed"),
        bedded=optional_number_in(row, "bedded"),
    )
