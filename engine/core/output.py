"""What the engine says about a home: the only thing that hosts, routines and entities read."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import ClassVar

from .reading import Availability, MotionLevel, SoundTrouble
from .sleep import Stage
from .snapshot import Json


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether the room is occupied. `targets` are [x_m, y_m] in room coordinates."""

    kind: ClassVar[str] = "presence"
    occupied: bool | None
    confidence: float | None
    targets: tuple[tuple[float, float], ...] = ()
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """How much somebody moves. `source` is the kind of sensor: radar, pir, ultrasound.

    `sources` are all sensors that tell of people: (source, kind, how much it sees move), None
    where one is unavailable. One that stays so for half an hour is left out while others watch.
    """

    kind: ClassVar[str] = "motion"
    state: MotionLevel | None
    score: float | None
    source: str | None
    sources: tuple[tuple[str, str, MotionLevel | None], ...] = ()


class Movement(StrEnum):
    """What happened to the movement in a room."""

    STARTED = "started"
    """Somebody began to move about."""
    CONTINUED = "continued"
    """It goes on; said at most once a minute."""
    STOPPED = "stopped"
    """Nothing has moved for as long as the room's setting says."""


@dataclass(frozen=True, slots=True)
class MotionEvent:
    """Something that happened once, for routines. `source` is the kind of sensor as in Moved."""

    kind: ClassVar[str] = "motion_event"
    event: Movement
    source: str | None


@dataclass(frozen=True, slots=True)
class Environment:
    """The room's air and light, fused over its sensors; degrees C, percent, lux, ppm."""

    kind: ClassVar[str] = "environment"
    temp: float | None
    rh: float | None
    lux: float | None
    co2: float | None


@dataclass(frozen=True, slots=True)
class InBed:
    """Whether this sleeper lies in bed."""

    kind: ClassVar[str] = "in_bed"
    sleeper: str
    in_bed: bool | None


@dataclass(frozen=True, slots=True)
class Respiration:
    """Breaths per minute; `quality` 0-1 is how much of the signal is breathing."""

    kind: ClassVar[str] = "respiration"
    sleeper: str
    rate_bpm: float | None
    quality: float | None


@dataclass(frozen=True, slots=True)
class HeartRate:
    """Heart beats per minute, where the radar gives them."""

    kind: ClassVar[str] = "heart_rate"
    sleeper: str
    rate_bpm: float | None


@dataclass(frozen=True, slots=True)
class SleepIntent:
    """How much a sleeper in bed seems to try to sleep, 0-1; None while it cannot be told."""

    kind: ClassVar[str] = "sleep_intent"
    sleeper: str
    score: float | None


@dataclass(frozen=True, slots=True)
class SleepStage:
    """The stage of the thirty seconds before `at`; None where it cannot be told.

    `probabilities` are how likely each stage is by these seconds alone, awake, light, deep and
    REM, before what was told earlier counts: what a decision between stages begins with.
    """

    kind: ClassVar[str] = "sleep_stage"
    sleeper: str
    stage: Stage | None
    confidence: float | None
    probabilities: tuple[float, ...] | None = None


class SessionEvent(StrEnum):
    """What happened in a sleeper's night."""

    STARTED = "started"
    """They have been in bed for long enough to be there for the night."""
    FELL_ASLEEP = "fell_asleep"
    WOKE_UP = "woke_up"
    """They woke and stay awake."""
    GOT_UP = "got_up"
    ENDED = "ended"
    """The night is over, and its report is made."""


@dataclass(frozen=True, slots=True)
class SleepSession:
    """Something that happened once in a night. `report` comes with its end, else it is None."""

    kind: ClassVar[str] = "sleep_session"
    sleeper: str
    event: SessionEvent
    report: Json = None


class AlarmEvent(StrEnum):
    """What happened to one occurrence of an alarm."""

    SET = "set"
    """It is planned, or planned anew for another time."""
    WINDOW_OPENED = "window_opened"
    """From now on a good moment rings it."""
    RINGING = "ringing"
    SNOOZED = "snoozed"
    DISMISSED = "dismissed"
    SKIPPED = "skipped"
    MISSED = "missed"
    """Nobody dismissed it in time, or nothing could ring until it was too late."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that happened once to an alarm. Hosts store the state before they act on it."""

    kind: ClassVar[str] = "alarm"
    sleeper: str
    occurrence: str
    event: AlarmEvent


class AlarmTrouble(StrEnum):
    """Why an alarm may not ring, or not well."""

    NO_RINGER = "no_ringer"
    """Nothing is there that could ring it."""
    RINGER_UNAVAILABLE = "ringer_unavailable"
    """A ringer did not answer when it was tested; the others ring."""
    NO_CLOCK = "no_clock"
    """The host has not told its time zone, so that a time of day means nothing."""


@dataclass(frozen=True, slots=True)
class AlarmPlan:
    """What is planned for a sleeper. Times are unix seconds by the clock on the wall.

    `state` is off, set, window, ringing or snoozed, and `rings_at` the latest time at which the
    occurrence rings next. `held` says whether a node has it and rings it by itself; `silent` are
    the ringers that did not answer.
    """

    kind: ClassVar[str] = "alarm_plan"
    sleeper: str
    armed: bool
    state: str
    occurrence: str | None
    rings_at: float | None
    window_from: float | None
    held: bool
    trouble: AlarmTrouble | None
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ring:
    """One of the host's own ringers is to ring, or to be silent: a state rather than an event.

    Told again after a restart; to ring what rings already is to do nothing.
    """

    kind: ClassVar[str] = "alarm_ring"
    sleeper: str
    occurrence: str
    ringer: str
    on: bool
    sound: str | None
    volume: float | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command that somebody said; `nbest` are all hearings of it, likeliest first.

    Only a `final` one that is `accepted` is acted on: what is not was no command for this home, or
    was taken back. A higher `revision` of an `utterance` replaces the lower ones, and cancels what
    they started. `source` is how it was heard (node, hermes), `speaker` who said it, `node` beside
    which, `clarify` a question to ask back, `soft` whether it was whispered. `at` of the output is
    when the voice ended.
    """

    kind: ClassVar[str] = "command"
    text: str
    nbest: tuple[str, ...]
    confidence: float | None
    speaker: str | None
    source: str | None
    final: bool
    accepted: bool = True
    utterance: str = ""
    revision: int = 0
    node: str | None = None
    clarify: str | None = None
    soft: bool = False


class RoutineEvent(StrEnum):
    """What became of a run of a routine."""

    STARTED = "started"
    """Its actions begin: a host that runs them begins to."""
    QUEUED = "queued"
    """It waits for the run before it."""
    FINISHED = "finished"
    STOPPED = "stopped"
    """It was ended before it was over: begun anew, or the routine is no more."""
    SKIPPED = "skipped"
    """It was triggered and did not run; `reason` says why."""


class SkipReason(StrEnum):
    """Why a routine that was triggered did not run."""

    CONDITION = "condition"
    """Not all conditions held."""
    RUNNING = "running"
    """The run before it is not over, and the routine runs once at a time."""
    QUEUE_FULL = "queue_full"
    COOLDOWN = "cooldown"
    """It began so recently that it is not to begin again."""


@dataclass(frozen=True, slots=True)
class RoutineRun:
    """Something that happened to a run of a routine.

    `run` is the same for the same occasion, whenever it is told. `trigger` is the kind of what
    triggered it, None for a person who wished it. `why` has the trigger as it is described and
    since when it was so, and each condition with whether it held and what was found.
    """

    kind: ClassVar[str] = "routine"
    routine: str
    run: str
    event: RoutineEvent
    trigger: str | None
    reason: SkipReason | None = None
    why: Json = None


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a routine, for the host to carry out, once: it notes the id before it does.

    `do` is the step as the routine describes it.
    """

    kind: ClassVar[str] = "action"
    id: str
    routine: str
    run: str
    step: int
    do: Json


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """A node's availability and traffic counters; `room` of the output is None."""

    kind: ClassVar[str] = "node"
    node: str
    availability: Availability
    rx: int
    bad: int
    dup: int
    gap: int
    skew_ms: float | None
    flooding: bool = False


@dataclass(frozen=True, slots=True)
class Ultrasound:
    """How well a node hears its tone, the fields as in Sounding; `room` of the output is None."""

    kind: ClassVar[str] = "ultrasound"
    node: str
    carrier_hz: float | None
    level_db: float | None
    cnr_db: float | None
    calibrated: float | None
    trouble: SoundTrouble | None
    pets: bool | None


@dataclass(frozen=True, slots=True)
class Doppler:
    """What moves before a node just now, for whoever places it; never kept, never published.

    `axis` is m/s, above 0 approaching, and `level_db` as many dB over the quiet room.
    """

    kind: ClassVar[str] = "doppler"
    node: str
    axis: tuple[float, ...]
    level_db: tuple[float, ...]
    state: MotionLevel | None
    score: float | None


type Fact = (
    Presence
    | Moved
    | MotionEvent
    | Environment
    | InBed
    | Respiration
    | HeartRate
    | SleepIntent
    | SleepStage
    | SleepSession
    | Alarm
    | AlarmPlan
    | Ring
    | Spoken
    | RoutineRun
    | Action
    | NodeStatus
    | Ultrasound
    | Doppler
)


@dataclass(frozen=True, slots=True)
class Output:
    """One fact, decided at host time `t` about measured time `at` (unix seconds)."""

    t: float
    at: float
    site: str
    room: str | None
    fact: Fact

    def to_json(self) -> dict[str, Json]:
        """The object that `halcyon replay` prints and the service publishes."""
        fact = self.fact
        body: dict[str, Json] = {
            "t": self.t,
            "at": self.at,
            "site": self.site,
            "room": self.room,
            "kind": fact.kind,
        }
        for field in fields(fact):
            body[field.name] = _jsonable(getattr(fact, field.name))
        return body


def _jsonable(value: object) -> Json:
    if isinstance(value, tuple | list):
        return [_jsonable(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    raise TypeError(f"an output cannot hold a {type(value).__name__}")
