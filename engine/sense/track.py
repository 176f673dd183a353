"""One target of a radar over time: where it was, how it moved, how much of a person it is."""

from dataclasses import dataclass, field

from ..core.snapshot import (
    Json,
    flag_in,
    item,
    number_in,
    optional_number_in,
    rows_in,
    text_in,
)
from .oscillation import Step

CLUTTER_AFTER = 60.0
"""Seconds after which a target that neither moved nor was confirmed by anything is a thing."""

FIDGETS_APART = 10.0
_FIDGETS_COUNT = 10
"""Seconds without movement between two fidgets, and how many of them are counted."""

STUCK_WITHIN = 0.05
STUCK_AFTER = 3600.0
"""A target that did arrive counts no more once it has not wandered by this many metres for this
many seconds: the radar kept the place of somebody who left. No living body stays so still for
an hour."""

SWINGING_PERSON = 600.0
"""Seconds for which somebody who arrived may move to and fro: exercise, a rocking chair."""

ACTIVE = 1.5
"""Seconds after the last frame during which a track is being seen; streams run at 1 to 10 Hz."""

WALKED_IN_WITHIN = 2.5
"""Seconds after it began within which who comes through a door is seen to walk, the jumps of the
first frames included; who gets up from a chair does so later or never came in."""

_WALKED_JUST_NOW = 1.0
_MOVED_JUST_NOW = 1.0
"""Seconds before it was last seen in which a movement is a present one."""

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


@dataclass(slots=True, eq=False)
class Track:
    """One target over time; metres in the node's coordinates, times in host seconds.

    `point` is its place in the room, `ignored` why that does not count, `counted` when one last
    did. `smooth` is the low-passed position, `anchor` where that was
    when the track had settled, `rest` where it last came to rest, `rested` since when. `moved`
    and `walked` are when it last did, `fidgets` how often it moved anew. `placed` is when
    it appeared or last jumped; a `thing` that swings is `bound` to be one until it arrives.
    `walked_in` says that it walked as soon as it was seen, `known` that where was looked at;
    `bedded` is when it was last in a bed zone, `bed_from` since when.
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
    fidgets: int = 0
    walked: float | None = None
    arrived: bool = False
    stirred: bool = False
    swinging: float | None = None
    judged: float = 0.0
    thing: bool = False
    bound: bool = False
    placed: float = 0.0
    path: list[Step] = field(default_factory=list)
    inside: dict[str, Stay] = field(default_factory=dict)
    ignored: str | None = None
    counted: float | None = None
    point: tuple[float, float] = (0.0, 0.0)
    in_bed: bool = False
    bedded: float | None = None
    bed_from: float | None = None
    walked_in: bool = False
    known: bool = False

    def is_active(self, t: float) -> bool:
        """Whether the radar is seeing it at time t."""
        return t - self.seen <= ACTIVE

    @property
    def is_moving(self) -> bool:
        """Whether it moved just before it was last seen."""
        return self.moved is not None and self.seen - self.moved <= _MOVED_JUST_NOW

    @property
    def walked_off(self) -> bool:
        """Whether it walked when it was last seen."""
        return self.walked is not None and self.seen - self.walked <= _WALKED_JUST_NOW

    @property
    def moved_lately(self) -> bool:
        """Whether it moved so lately that it is not a thing, though it never arrived.

        Who has fidgeted more often is believed for longer.
        """
        if self.moved is None:
            return False
        return self.seen - self.moved < CLUTTER_AFTER * min(self.fidgets, _FIDGETS_COUNT)

    @property
    def last_sign(self) -> float:
        """When anything last spoke for its being a person, its appearance included."""
        return max(self.born, self.confirmed, self.moved or 0.0)

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
        if self.is_moving and self.hits < 3:
            return _FIRST_HIT, "first_hits"
        if self.moved_lately:
            return 1.0, None
        if age >= CLUTTER_AFTER:
            return _LINGERING, "never_arrived"
        return (1.0, None) if self.early else (_WEAK, "appeared_in_place")

    def shift(self, seconds: float) -> None:
        """Move all its times forward: the source's clock stood for so long."""
        self.born += seconds
        self.placed += seconds
        self.seen += seconds
        self.rested += seconds
        self.confirmed += seconds
        self.moved = None if self.moved is None else self.moved + seconds
        self.walked = None if self.walked is None else self.walked + seconds
        self.swinging = None if self.swinging is None else self.swinging + seconds
        self.counted = None if self.counted is None else self.counted + seconds
        self.bedded = None if self.bedded is None else self.bedded + seconds
        self.bed_from = None if self.bed_from is None else self.bed_from + seconds
        self.path.clear()
        for stay in self.inside.values():
            stay.first += seconds
            stay.last += seconds


def track_to_json(track: Track) -> Json:
    """The track as JSON."""
    return {
        "numbers": [
            track.x,
            track.y,
            track.born,
            track.seen,
            track.speed,
            track.hits,
            track.fidgets,
        ],
        "places": [*track.smooth, *track.anchor, *track.rest, *track.point],
        "times": [track.rested, track.confirmed, track.judged, track.placed],
        "moved": track.moved,
        "walked": track.walked,
        "swinging": track.swinging,
        "early": track.early,
        "arrived": track.arrived,
        "stirred": track.stirred,
        "thing": track.thing,
        "bound": track.bound,
        "path": [list(step) for step in track.path],
        "ignored": track.ignored,
        "counted": track.counted,
        "in_bed": track.in_bed,
        "bedded": track.bedded,
        "bed_from": track.bed_from,
        "walked_in": track.walked_in,
        "known": track.known,
        "inside": [[zone, s.hits, s.first, s.last] for zone, s in track.inside.items()],
    }


def track_from_json(row: Json) -> Track:
    """The track of a snapshot; raises SnapshotError."""
    numbers = [number_in(item(row, "numbers"), index) for index in range(7)]
    places = [number_in(item(row, "places"), index) for index in range(8)]
    times = [number_in(item(row, "times"), index) for index in range(4)]
    return Track(
        x=numbers[0],
        y=numbers[1],
        born=numbers[2],
        seen=numbers[3],
        early=flag_in(row, "early"),
        speed=numbers[4],
        hits=int(numbers[5]),
        fidgets=int(numbers[6]),
        smooth=(places[0], places[1]),
        anchor=(places[2], places[3]),
        rest=(places[4], places[5]),
        point=(places[6], places[7]),
        rested=times[0],
        confirmed=times[1],
        judged=times[2],
        placed=times[3],
        moved=optional_number_in(row, "moved"),
        walked=optional_number_in(row, "walked"),
        swinging=optional_number_in(row, "swinging"),
        arrived=flag_in(row, "arrived"),
        stirred=flag_in(row, "stirred"),
        thing=flag_in(row, "thing"),
        bound=flag_in(row, "bound"),
        path=[
            (number_in(s, 0), number_in(s, 1), number_in(s, 2), number_in(s, 3))
            for s in rows_in(row, "path")
        ],
        inside={
            text_in(each, 0): Stay(int(number_in(each, 1)), number_in(each, 2), number_in(each, 3))
            for each in rows_in(row, "inside")
        },
        ignored=None if item(row, "ignored") is None else text_in(row, "ignored"),
        counted=optional_number_in(row, "counted"),
        in_bed=flag_in(row, "in_bed"),
        bedded=optional_number_in(row, "bedded"),
        bed_from=optional_number_in(row, "bed_from"),
        walked_in=flag_in(row, "walked_in"),
        known=flag_in(row, "known"),
    )
