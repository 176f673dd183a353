"""What one radar's targets say about its room: signs of people, zones, movement."""

from dataclasses import dataclass

from ..core.house import Mount, Point, Room
from ..core.reading import MotionLevel, Targets
from ..core.snapshot import Json
from .clutter import ThingKind
from .evidence import WORTH, Evidence, Modality
from .motion import MAJOR_SPEED
from .pace import MOVING_SPEED
from .track import Stay, Track
from .tracks import Tracker
from .zones import Ground

ENTRY_HITS = 3
ENTRY_SECONDS = 0.6
"""A target is in a zone after so many consecutive frames, or so many seconds of them: the first
detection after a silence jumps through zones that nobody entered."""

EXIT_SECONDS = 1.0
"""A target that stepped over a zone's border is still in it for so long."""

GOT_UP_WITHIN = 5.0
"""Seconds since a walking target was in a bed zone, for which it is somebody getting up."""

LAY_AT_LEAST = 4.0
"""Seconds that a track must have been in a bed zone, unless it began there, to get up from it: a
walk along the bed crosses its zone in two."""

COUNTS_FROM = 0.5
"""The least value of a track that is shown and that occupies zones."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A target that does not count, or hardly, in room coordinates, and why."""

    reason: str
    point: Point


class RadarView:
    """One radar in one room."""

    def __init__(self, room: Room, mount: Mount) -> None:
        self.tracker = Tracker()
        self._ground = Ground(room, mount)

    def configure(self, room: Room, mount: Mount) -> None:
        """Take up another description; tracks and learned places stay."""
        self._ground = Ground(room, mount)

    def update(self, reading: Targets, t: float, *, confirmed: bool) -> None:
        """Take a frame; `confirmed` as in Tracker.update."""
        self.tracker.update(reading.targets, t, confirmed=confirmed)
        for track in self.tracker.tracks:
            if track.seen == t:
                self._locate(track, t)

    def _locate(self, track: Track, t: float) -> None:
        place = self._ground.place(track.x, track.y)
        track.point = place.point
        for zone in place.zones:
            stay = track.inside.get(zone)
            if stay is None:
                track.inside[zone] = Stay(1, t, t)
            else:
                stay.hits += 1
                stay.last = t
        if len(track.inside) > len(place.zones):
            for zone in [each for each in track.inside if each not in place.zones]:
                if not (
                    _has_entered(track.inside[zone]) and t - track.inside[zone].last <= EXIT_SECONDS
                ):
                    del track.inside[zone]
        if place.ignored is not None:
            track.ignored = place.ignored
        elif self._ground.has_detection and not any(map(_has_entered, track.inside.values())):
            track.ignored = "entering_zone"
        else:
            track.ignored, track.counted = None, t
        track.in_bed = bool(place.beds)
        if track.in_bed:
            if track.bedded is None or track.bed_from is None or t - track.bedded > EXIT_SECONDS:
                track.bed_from = t
            track.bedded = t

    def signs(self, *, sees_still: bool) -> dict[Modality, Evidence | None]:
        """The best moving and the best still target as evidence; None where there is none.

        A target that walked out of sight fades as a moving one, any other as a still one unless
        the radar `sees_still` people as well as walking ones.
        """
        best: dict[Modality, Evidence | None] = {
            Modality.MOVING_TARGET: None,
            Modality.STILL_TARGET: None,
        }
        for track in self.tracker.tracks:
            value, note = track.verdict()
            if value <= 0.0 or track.counted is None:
                continue
            if track.ignored is not None and not track.arrived:
                continue
            moving = (
                track.is_moving if track.seen == self.tracker.at else track.walked_off or sees_still
            )
            # Who went to where nothing counts is gone, as if out of sight.
            moving |= track.ignored is not None
            modality = Modality.MOVING_TARGET if moving else Modality.STILL_TARGET
            known = best[modality]
            if known is None or (value, track.counted) > (known.value, known.seen):
                lasts = WORTH[modality].lasts
                best[modality] = Evidence(value, track.counted, track.counted, lasts, note)
        return best

    def movement(self, t: float) -> tuple[MotionLevel, float]:
        """How much the people seen at time t move, with the speed in m/s, at most 1."""
        fastest = 0.0
        for track in self.tracker.tracks:
            if track.seen == t and track.ignored is None and track.speed > fastest:
                value, _ = track.verdict()
                if value >= COUNTS_FROM:
                    fastest = track.speed
        score = min(1.0, fastest)
        if fastest >= MAJOR_SPEED:
            return MotionLevel.MAJOR, score
        return (MotionLevel.MINOR if fastest >= MOVING_SPEED else MotionLevel.NONE), score

    def people(self, t: float) -> list[Point]:
        """Where the people are that are being seen at time t, room coordinates."""
        return [
            _rounded(track.point)
            for track in self.tracker.tracks
            if track.is_active(t) and _counts(track)
        ]

    def zones(self, t: float, patience: float) -> dict[str, float]:
        """The zones that are occupied at time t, and until when if nothing more is seen."""
        until: dict[str, float] = {}
        for track in self.tracker.tracks:
            if not track.inside or not _counts(track):
                continue
            modality = Modality.MOVING_TARGET if track.walked_off else Modality.STILL_TARGET
            end = track.seen + WORTH[modality].lasts * patience
            if t < end:
                for zone, stay in track.inside.items():
                    if _has_entered(stay):
                        until[zone] = max(end, until.get(zone, end))
        return until

    def lies_in_bed(self, t: float) -> bool:
        """Whether somebody who does not walk is seen in a bed zone at time t."""
        return any(
            track.in_bed and track.seen == t and not track.walked_off and _counts(track)
            for track in self.tracker.tracks
        )

    def left_bed(self, t: float) -> bool:
        """Whether somebody walks at time t who was in a bed zone just before."""
        return any(
            track.walked == t
            and not track.in_bed
            and track.bedded is not None
            and track.bed_from is not None
            and t - track.bedded <= GOT_UP_WITHIN
            and (
                track.bedded - track.bed_from >= LAY_AT_LEAST
                or track.bed_from - track.born <= ENTRY_SECONDS
            )
            for track in self.tracker.tracks
        )

    def newcomer(self, t: float) -> tuple[float, Point] | None:
        """When and where the person began to be seen who turns out to have walked in, once.

        Who may have been there all along, because the radar has only begun to look, is none.
        """
        for track in self.tracker.tracks:
            if track.known or not track.arrived or track.seen != t:
                continue
            track.known = True
            if track.walked_in and not track.early and _counts(track):
                return track.born, self._ground.place(*track.anchor).point
        return None

    def sees_people(self, t: float) -> bool:
        """Whether somebody is in this very frame."""
        return any(track.seen == t and _counts(track) for track in self.tracker.tracks)

    def remembered(self) -> list[Track]:
        """The tracks of people, those who are out of sight included."""
        return [track for track in self.tracker.tracks if _counts(track)]

    def swinging(self) -> list[Point]:
        """The places, in room coordinates, where something swings now and then."""
        return [
            self._ground.place(thing.x, thing.y).point
            for thing in self.tracker.clutter.things(ThingKind.OSCILLATING)
        ]

    def ignored(self, t: float) -> list[Ignored]:
        """The targets being seen at time t that do not count fully, and why."""
        rows = []
        for track in self.tracker.tracks:
            reason = track.ignored or track.verdict()[1]
            if reason is not None and track.is_active(t):
                rows.append(Ignored(reason, _rounded(track.point)))
        return rows

    def snapshot(self) -> Json:
        """The state as JSON."""
        return self.tracker.snapshot()

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        self.tracker.restore(state)


def _counts(track: Track) -> bool:
    return track.ignored is None and track.verdict()[0] >= COUNTS_FROM


def _has_entered(stay: Stay) -> bool:
    return stay.hits >= ENTRY_HITS or stay.last - stay.first >= ENTRY_SECONDS


def _rounded(point: Point) -> Point:
    return round(point[0], 2), round(point[1], 2)
