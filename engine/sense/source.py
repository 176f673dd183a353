"""One source in a room: what it is able to see, and what is remembered of its signals."""

from ..core.house import Mount, Room, SensorKind
from ..core.reading import Announcement
from ..core.snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    number_in,
    optional_item,
    optional_number_in,
    text_in,
)
from .bed import BREATHING_WITHIN
from .energy import Energies
from .respiration import BreathTracker
from .sleep.interferometry import Interferometer
from .sonar import Sonar
from .steadiness import Steadiness
from .targets import RadarView
from .vitals import FORGOTTEN_AFTER

TARGETS_FRESH = 10.0
"""Seconds after a frame of targets during which the radar's own verdict adds nothing: the
targets say the same and more, and can be told from things."""

_REACH_MARGIN = 0.5

DISTANCE_FRESH = 10.0
"""Seconds for which a reported distance holds; modules send it every two seconds."""

_MEASURED_JUST_NOW = 3.0
"""Seconds for which energies explain a verdict that comes without them: nodes say both, in
messages of their own, every second at least."""

_FAST = 2.0
_FAST_AFTER = 20
_SMOOTHING = 0.2
FAST_CLAIM = 120.0
"""A source that repeated its verdict every two seconds or faster, twenty times, and falls silent
has stopped watching: its last word stands for two minutes. Others speak only on change, and
their word stands until they take it back."""


class Source:
    """The state of one source of one room.

    `senses` says that it was heard saying anything about people, `holds` that it can see
    people who keep still; `bed_says` is the last verdict of a bed and `bed_since` since when it
    is so, None of one that gives none.
    """

    def __init__(self, room: Room, mount: Mount) -> None:
        self.mount = mount
        self.senses = False
        self.holds = False
        self.radar: RadarView | None = None
        self.energies: Energies | None = None
        self.breath: BreathTracker | None = None
        self.interferometer: Interferometer | None = None
        self.sonar: Sonar | None = None
        self.rates = Steadiness()
        self._room = room
        self._ultrasound = False
        self._distance: tuple[float, float] | None = None
        self._waveform_at: float | None = None
        self._verdict_at: float | None = None
        self._interval = 0.0
        self._verdicts = 0
        self._near = False
        self._present = False
        self.bed_says: bool | None = None
        self.bed_since: float | None = None
        self._discounted: tuple[str, float] | None = None

    def configure(self, room: Room, mount: Mount) -> None:
        """Take up another description; what was learned stays."""
        self._room, self.mount = room, mount
        if self.radar is not None:
            self.radar.configure(room, mount)

    def hearing(self) -> Sonar:
        """What it hears of its tone, made when it first says anything about it."""
        if self.sonar is None:
            self.sonar = Sonar()
        return self.sonar

    @property
    def only_hears(self) -> bool:
        """Whether ultrasound is all that it senses of people."""
        return self.sonar is not None and not (
            self.radar or self.energies or self.breath or self._verdicts
        )

    @property
    def is_deaf(self) -> bool:
        """Whether it is there and can say nothing about people all the same."""
        return self.sonar is not None and self.sonar.is_deaf and self.only_hears

    def view(self) -> RadarView:
        """The radar's view of the room, made at its first frame."""
        if self.radar is None:
            self.radar = RadarView(self._room, self.mount)
        return self.radar

    def listen(self, t: float) -> BreathTracker:
        """The tracker of the waveform of which a piece came at time t, made at the first."""
        self._waveform_at = t
        if self.breath is None:
            self.breath = BreathTracker()
        return self.breath

    def measuring(self) -> Interferometer:
        """What turns its frames into a phase, made at the first; a snapshot leaves it out.

        Seconds of frames fill it again.
        """
        if self.interferometer is None:
            self.interferometer = Interferometer()
        return self.interferometer

    def has_waveform(self, t: float) -> bool:
        """Whether it delivers a waveform at time t, so that the module's own rate adds nothing."""
        return self._waveform_at is not None and t - self._waveform_at <= FORGOTTEN_AFTER

    def announced(self, reading: Announcement) -> None:
        """Remember what the node says that it is."""
        self._ultrasound = any(stream.encoding == "iq" for stream in reading.streams)
        if self._ultrasound:
            self.hearing()

    @property
    def label(self) -> str:
        """The kind of sensor that its motion comes from."""
        if self.mount.kind is not None:
            return str(self.mount.kind)
        if self._ultrasound or self.sonar is not None:
            return str(SensorKind.ULTRASOUND)
        return str(SensorKind.RADAR if self.radar or self.energies else SensorKind.PIR)

    @property
    def sees_only_motion(self) -> bool:
        """Whether its verdict of presence is one of motion."""
        return self.mount.kind in {SensorKind.PIR, SensorKind.ULTRASOUND}

    def measured(self, distance: float, t: float) -> bool:
        """Remember how far away the nearest person is, metres; whether he just went out of reach.

        Out of reach is as far as breath is measured, and half a metre for the noise.
        """
        was_near = self.distance(t) is not None and self._near
        self._distance = (distance, t)
        if distance <= BREATHING_WITHIN:
            self._near = True
        elif distance > BREATHING_WITHIN + _REACH_MARGIN:
            self._near = False
        return was_near and not self._near

    def discount(self, note: str | None, t: float) -> None:
        """Remember whether what it measures at time t may be nobody, and why."""
        self._discounted = None if note is None else (note, t)

    def discounted(self, t: float) -> str | None:
        """Why its verdict at time t may be nobody's, as far as it measured just now."""
        if self._discounted is None or t - self._discounted[1] > _MEASURED_JUST_NOW:
            return None
        return self._discounted[0]

    def says(self, *, present: bool) -> bool:
        """Remember the sensor's verdict; whether it just took it back."""
        withdrawn = self._present and not present
        self._present = present
        return withdrawn

    def distance(self, t: float) -> float | None:
        """How far away the nearest person is at time t, metres, None where it is unknown."""
        if self._distance is None or t - self._distance[1] > DISTANCE_FRESH:
            return None
        return self._distance[0]

    def hold_bed(self, t: float, *, occupied: bool) -> None:
        """Remember the bed's own verdict at time t, and since when it is so."""
        if self.bed_says is not occupied or self.bed_since is None:
            self.bed_since = t
        self.bed_says = occupied

    def has_targets(self, t: float) -> bool:
        """Whether it delivers targets at time t."""
        return self.radar is not None and t - self.radar.tracker.at <= TARGETS_FRESH

    def claim(self, t: float) -> float | None:
        """For how many seconds a verdict at time t stands; None for until it is taken back."""
        if self._verdict_at is not None:
            gap = t - self._verdict_at
            known = self._interval if self._verdicts > 1 else gap
            self._interval = known + _SMOOTHING * (gap - known)
        self._verdict_at = t
        self._verdicts += 1
        return FAST_CLAIM if self._verdicts > _FAST_AFTER and self._interval < _FAST else None

    def look_away(self) -> None:
        """Forget what is going on; what was learned of the room stays."""
        self.breath = self.interferometer = None
        self.bed_says = self.bed_since = None
        self._waveform_at = None
        self._distance = None
        if self.sonar is not None:
            self.sonar.look_away()
        if self.radar is not None:
            self.radar.tracker.look_away()

    def shift(self, seconds: float) -> None:
        """Move times forward: its clock stood for so long."""
        if self.radar is not None:
            self.radar.tracker.shift(seconds)
        if self._verdict_at is not None:
            self._verdict_at += seconds
        if self.sonar is not None:
            self.sonar.shift(seconds)

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "senses": self.senses,
            "holds": self.holds,
            "ultrasound": self._ultrasound,
            "waveform_at": self._waveform_at,
            "distance": None if self._distance is None else list(self._distance),
            "near": self._near,
            "present": self._present,
            "bed_says": self.bed_says,
            "bed_since": self.bed_since,
            "discounted": None if self._discounted is None else list(self._discounted),
            "rates": self.rates.snapshot(),
            "verdict": [self._verdict_at, self._interval, self._verdicts],
            "radar": None if self.radar is None else self.radar.snapshot(),
            "energies": None if self.energies is None else self.energies.snapshot(),
            "breath": None if self.breath is None else self.breath.snapshot(),
            "sonar": None if self.sonar is None else self.sonar.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        self.senses, self.holds = flag_in(state, "senses"), flag_in(state, "holds")
        self._ultrasound = flag_in(state, "ultrasound")
        distance, verdict = item(state, "distance"), item(state, "verdict")
        discounted = item(state, "discounted")
        self._discounted = None
        if discounted is not None:
            self._discounted = (text_in(discounted, 0), number_in(discounted, 1))
        bed_says = optional_item(state, "bed_says")
        self.bed_says = bed_says if isinstance(bed_says, bool) else None
        since = optional_item(state, "bed_since")
        self.bed_since = None if since is None else number_in(state, "bed_since")
        self._near, self._present = flag_in(state, "near"), flag_in(state, "present")
        self._distance = None
        if distance is not None:
            self._distance = (number_in(distance, 0), number_in(distance, 1))
        self._waveform_at = optional_number_in(state, "waveform_at")
        self._verdict_at = optional_number_in(verdict, 0)
        self._interval = number_in(verdict, 1)
        self._verdicts = int(number_in(verdict, 2))
        if (rates := optional_item(state, "rates")) is not None:
            self.rates.restore(rates)
        if (radar := item(state, "radar")) is not None:
            self.view().restore(radar)
        if (energies := item(state, "energies")) is not None:
            self.energies = Energies()
            self.energies.restore(energies)
        if (breath := item(state, "breath")) is not None:
            self.breath = BreathTracker()
            try:
                self.breath.restore(breath)
            except SnapshotError:
                self.breath = BreathTracker()  # half a minute refills it
        if (sonar := optional_item(state, "sonar")) is not None:
            self.hearing().restore(sonar)
