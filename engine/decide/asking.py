"""What was asked of a node, and whether it has answered."""

from dataclasses import dataclass, field

from ..core.command import Command
from ..core.reading import Acknowledged
from ..core.snapshot import (
    Json,
    flag_in,
    item,
    members_in,
    number_in,
    optional_number_in,
    text_in,
)

type Air = tuple[float | None, float | None]
"""Degrees Celsius and percent of relative humidity."""

TEMPERATURE_STEP = 1.0
HUMIDITY_STEP = 5.0
"""Degrees and percent by which the air must change to matter: the sound of 20 kHz is damped by a
tenth of a decibel more a metre then."""

ANSWER_SECONDS = 45.0
LONGEST_ANSWER_SECONDS = 2880.0
"""How long an answer is awaited before a command is repeated: twice as long each time, because
who did not hear ten commands will not hear the eleventh sooner."""

_REPEATED = frozenset({"standby", "emit"})
"""What is repeated until it is acknowledged. Requests for streams are repeated anyway, the air is
told again when it changes, and to learn a quiet room twice would be worse than never."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a home wants of a node.

    `streaming` while somebody is in its room; `listening` while its I/Q is worked on, for its
    room or for the picture that somebody looks at; `air` is its room's, None where unknown.
    """

    standby: bool
    streaming: bool
    listening: bool = False
    air: Air | None = None


@dataclass(slots=True)
class _Unanswered:
    """A command without an answer: its id, when it is repeated, and after how long a wait."""

    id: str
    repeat_at: float
    wait: float


@dataclass(slots=True)
class Asked:
    """What a node was asked since it came.

    `standby` is None until then, because a node keeps its standby while it is off.
    """

    standby: bool | None = None
    streaming: bool = False
    listening: bool = False
    emission: dict[str, float | bool] = field(default_factory=dict)
    air: Air | None = None
    air_at: float = 0.0
    occupied: bool = False
    occupied_at: float = 0.0
    _unanswered: dict[str, _Unanswered] = field(default_factory=dict)

    @property
    def next_repetition(self) -> float | None:
        """When the first unanswered command is to be repeated."""
        return min((each.repeat_at for each in self._unanswered.values()), default=None)

    def await_answer(self, command: Command, t: float) -> None:
        """A command was sent at time t."""
        if command.name not in _REPEATED:
            return
        before, wait = self._unanswered.get(command.name), ANSWER_SECONDS
        if before is not None and t >= before.repeat_at:
            wait = min(2 * before.wait, LONGEST_ANSWER_SECONDS)
        self._unanswered[command.name] = _Unanswered(command.id, t + wait, wait)

    def answered(self, answer: Acknowledged) -> None:
        """The node answers; one that refuses is asked again all the same."""
        awaited = self._unanswered.get(answer.command)
        if awaited is not None and awaited.id == answer.id and answer.ok:
            del self._unanswered[answer.command]

    def forget_unanswered(self, t: float) -> None:
        """What was not answered by time t was perhaps not heard."""
        for name, awaited in self._unanswered.items():
            if t < awaited.repeat_at:
                continue
            if name == "standby":
                self.standby = None
            else:
                self.emission.clear()

    def give_up_unanswered(self, t: float) -> None:
        """What was due by time t and was not asked again is no longer a question to this node."""
        for name in [name for name, each in self._unanswered.items() if each.repeat_at <= t]:
            del self._unanswered[name]

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "standby": self.standby,
            "streaming": self.streaming,
            "listening": self.listening,
            "emission": dict(self.emission),
            "air": None if self.air is None else [*self.air, self.air_at],
            "occupied": [self.occupied, self.occupied_at],
            "unanswered": {
                name: [each.id, each.repeat_at, each.wait]
                for name, each in self._unanswered.items()
            },
        }


def asked_from(state: Json) -> Asked:
    """What a snapshot says; raises SnapshotError."""
    emission, air = item(state, "emission"), item(state, "air")
    occupied = item(state, "occupied")
    asked = Asked(
        standby=None if item(state, "standby") is None else flag_in(state, "standby"),
        streaming=flag_in(state, "streaming"),
        listening=flag_in(state, "listening"),
        occupied=flag_in(occupied, 0),
        occupied_at=number_in(occupied, 1),
        emission={
            key: flag_in(emission, key) if isinstance(value, bool) else number_in(emission, key)
            for key, value in members_in(state, "emission").items()
        },
        _unanswered={
            name: _Unanswered(text_in(row, 0), number_in(row, 1), number_in(row, 2))
            for name, row in members_in(state, "unanswered").items()
        },
    )
    if air is not None:
        asked.air = optional_number_in(air, 0), optional_number_in(air, 1)
        asked.air_at = number_in(air, 2)
    return asked


def air_differs(before: Air | None, now: Air | None) -> bool:
    """Whether the air changed by so much that a node should know."""
    if now is None or now == (None, None):
        return False
    steps = (TEMPERATURE_STEP, HUMIDITY_STEP)
    return before is None or any(
        was is None or abs(value - was) >= step
        for was, value, step in zip(before, now, steps, strict=True)
        if value is not None
    )
