"""What a sensor can say, whatever its make: the value part of an observation.

Every field that a sensor may leave out is None when unknown, never 0. Lengths are metres in
node coordinates (x to the node's right, y away from it) unless a name says otherwise.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Availability(StrEnum):
    """What is known of a node's connection."""

    ONLINE = "online"
    OFFLINE = "offline"
    SLEEPING = "sleeping"
    UNSUPPORTED = "unsupported"


class MotionLevel(StrEnum):
    """How large the movement is, in the sense of NEMA WD 7: walking is major, reaching minor."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"


class SoundTrouble(StrEnum):
    """Why the motion that an ultrasonic tone shows cannot be trusted."""

    SILENT = "silent"
    """The tone does not come back: no microphone, no speaker, or a muted one."""
    DC_ONLY = "dc_only"
    """Only a constant comes back: no room is in it."""
    CLIPPED = "clipped"
    WRONG_RATE = "wrong_rate"
    WRONG_MICROPHONES = "wrong_microphones"
    BLOCKED = "blocked"
    """A microphone or the speaker is covered."""
    INTERFERENCE = "interference"
    """Another sound lies on the carrier, such as a second node."""
    UNCALIBRATED = "uncalibrated"
    """The quiet room was never learned; it works, but less well."""
    STALE = "stale"
    """The quiet room was learned long ago, or the room has changed; it works, but less well."""
    OVERLOADED = "overloaded"
    """The node drops frames to keep its budget of computation."""

    @property
    def is_blinding(self) -> bool:
        """Whether nothing can be concluded meanwhile, rather than only less well."""
        return self not in _BEARABLE


_BEARABLE = frozenset({SoundTrouble.UNCALIBRATED, SoundTrouble.STALE, SoundTrouble.OVERLOADED})


class BreathUnit(StrEnum):
    """The scale of a breathing waveform."""

    RADIANS = "rad"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Connection:
    """The node came, went, or was found to speak a version we do not."""

    availability: Availability


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of an announcement. `scale` and `zero` turn raw samples into physical values.

    Of an ultrasonic stream, `carriers` are the lowest and the highest carrier, Hz, that the node
    can emit, and `computes` says that it finds the motion itself and sends I/Q only when asked.
    """

    name: str
    encoding: str
    protocol: str | None = None
    microphones: int | None = None
    rate_hz: float | None = None
    zero: float | None = None
    scale: float | None = None
    carriers: tuple[float, float] | None = None
    computes: bool = False


@dataclass(frozen=True, slots=True)
class HeldAlarm:
    """An alarm that a node keeps on its own disk. `at` is unix seconds."""

    occurrence: str
    at: float


SEEN_POWER = 2.2
"""Light that is given goes by this power of the brightness that is seen, as on a display."""


@dataclass(frozen=True, slots=True)
class NodeLight:
    """What the light of a node does or is on its way to: `brightness` as it is seen, 0-1.

    `rgb` is its colour, three numbers of 0-255; None for a light of one colour.
    """

    brightness: float
    rgb: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a node says about itself. `room` is a wish, not an assignment.

    `rings` says whether it can ring an alarm by itself, `alarms` are those that it holds. `light`
    is that of a node that has one.
    """

    version: int
    boot: int
    firmware: str | None
    model: str | None
    room: str | None
    streams: tuple[Stream, ...]
    alarms: tuple[HeldAlarm, ...] = ()
    rings: bool = False
    light: NodeLight | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a radar tracks.

    `velocity` is m/s along the line of sight, > 0 receding, None where the radar gives no scale.
    """

    x: float
    y: float
    velocity: float | None


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets of one radar frame; an empty tuple says that the radar sees nobody."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """A sensor's own verdict. `moving` and `still` are 0-1 energies, `distance` metres."""

    present: bool | None = None
    moving: float | None = None
    still: float | None = None
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class Gates:
    """Energy per range gate, 0-1, nearest first; `spacing` is metres a gate."""

    moving: tuple[float, ...]
    still: tuple[float, ...]
    spacing: float


@dataclass(frozen=True, slots=True)
class Breath:
    """Chest displacement as a radar reports it: `times` host seconds, same length as `values`."""

    times: tuple[float, ...]
    values: tuple[float, ...]
    unit: BreathUnit


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """What comes back from each distance, as a pulsed-coherent radar has it, frame by frame.

    `times` are host seconds, shape (n,); `samples` complex64, shape (n, bins), nearest bin first,
    in a unit of the radar's own.
    """

    times: tuple[float, ...]
    samples: NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class Vitals:
    """Rates per minute as the sensor computed them."""

    respiration: float | None = None
    heart: float | None = None


@dataclass(frozen=True, slots=True)
class BodyMovement:
    """How much the body in front of the sensor moved during the last second, 0-1."""

    level: float


@dataclass(frozen=True, slots=True)
class Bed:
    """A bed sensor's own verdict: somebody lies in it or not."""

    occupied: bool


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion detector's verdict (PIR, ultrasound, camera). `score` is 0-1.

    `machine`, `air` and `transient` (0-1) say how much of what it perceives is a fan or vacuum,
    moving air or cloth, and a burst of noise: what moves and is nobody.
    """

    level: MotionLevel
    score: float | None = None
    machine: float | None = None
    air: float | None = None
    transient: float | None = None


@dataclass(frozen=True, slots=True)
class Sounding:
    """How well a node hears its own ultrasonic tone.

    `carrier` is Hz, `level` dBFS of the emitted tone, `ratio` dB of the carrier over the noise in
    1 Hz, `calibrated` unix seconds at which the quiet room was learned, `pets` whether the tone is
    held to what animals bear.
    """

    carrier: float | None = None
    level: float | None = None
    ratio: float | None = None
    calibrated: float | None = None
    trouble: SoundTrouble | None = None
    pets: bool | None = None


@dataclass(frozen=True, slots=True)
class Ambient:
    """The air and light of a room: degrees Celsius, percent, lux, parts per million, decibel."""

    temperature: float | None = None
    humidity: float | None = None
    illuminance: float | None = None
    co2: float | None = None
    sound: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Quadrature:
    """Complex baseband of an ultrasonic tone: `samples` complex64, shape (samples, microphones).

    `rate` is samples/s, `carrier` Hz, `level` dBFS of the emitted tone or None. The flags say
    what the chunk is worth: `emitting` for its whole length, `settling` while a ramp runs,
    `playback` while the node plays something else, `clipped`, and `lost` samples before it.
    """

    stream: str
    samples: NDArray[np.complex64]
    rate: float
    carrier: float
    level: float | None
    emitting: bool
    settling: bool
    playback: bool
    clipped: bool
    lost: bool


@dataclass(frozen=True, slots=True)
class NodeEvent:
    """Something that happened at a node once: a button, a fall, a transcript, an alarm step.

    `fields` holds the event's own keys as sorted pairs of JSON scalars.
    """

    kind: str
    id: str
    fields: tuple[tuple[str, str | float | bool | None], ...] = ()

    def get(self, key: str) -> str | float | bool | None:
        """The value of one of the event's own keys, None where it is absent."""
        return dict(self.fields).get(key)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A node's answer to a command."""

    command: str
    id: str
    ok: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """Counters since the node was first heard: messages received, bad, duplicate and missing.

    `skew` is how far the node's own wall clock is off, in seconds, None where it has none.
    `flooding` says that its messages are being dropped because it sends too many.
    """

    received: int
    bad: int
    duplicate: int
    gap: int
    skew: float | None
    flooding: bool = False


@dataclass(frozen=True, slots=True)
class WallClock:
    """The host's time zone (IANA name) and wall clock, unix seconds, as they are now.

    `offsets` are what the zone adds to UTC: (unix seconds from which, seconds east) in rising
    order, of which the first counts for all time before and the last for all after. They come
    from a version of the time zone database, `tzdata`. Empty where the host only names its zone.
    """

    unix: float
    zone: str
    tzdata: str | None = None
    offsets: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Sun:
    """How high the sun stands, degrees above the horizon, as the host tells it."""

    elevation: float


@dataclass(frozen=True, slots=True)
class Mode:
    """What the host tells under a name of its own, such as who is home; None is not known."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was understood of an utterance, the fields as in Spoken; `at` is when the voice ended.

    `withdrawn` says that the speaker went on: the revision before was too early. It was heard by
    a `node`, or else in a `room`.
    """

    utterance: str
    revision: int
    text: str
    nbest: tuple[str, ...] = ()
    confidence: float | None = None
    accepted: bool = False
    clarify: str | None = None
    final: bool = False
    withdrawn: bool = False
    speaker: str | None = None
    source: str = "node"
    node: str | None = None
    room: str | None = None
    at: float | None = None
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish of a person: `standby`, `calibrate`, `sensitivity`, `emission`, `snooze`, ….

    `fields` as in NodeEvent; `room`, `node` or `sleeper` there name what is meant.
    """

    name: str
    fields: tuple[tuple[str, str | float | bool | None], ...] = ()

    def get(self, key: str) -> str | float | bool | None:
        """The value of one of the intent's keys, None where it is absent."""
        return dict(self.fields).get(key)


type Reading = (
    Acknowledged
    | Ambient
    | Announcement
    | Bed
    | BodyMovement
    | Breath
    | Connection
    | Detection
    | Frames
    | Gates
    | Intent
    | Mode
    | Motion
    | NodeEvent
    | Quadrature
    | Recognised
    | Sounding
    | Sun
    | Targets
    | Traffic
    | Vitals
    | WallClock
)
