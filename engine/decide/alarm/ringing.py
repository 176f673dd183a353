"""How one sleeper's alarm rings, rests and ends, on nodes and on what the host rings itself."""

from enum import StrEnum

from ...core.output import AlarmEvent, Ring
from ...core.snapshot import Json
from .active import Active, Phase
from .clock import Clock
from .orders import Op, Order
from .planning import Planning
from .ringers import Ringers
from .settings import Settings

RING_S = 900.0
"""So long an alarm rings where nobody reacts: the nodes' own time."""

SNOOZED_S = 7200.0
"""So long after it first rang it is not snoozed any further; nodes refuse it too."""

CONFIRM_S = 5.0
"""So long a node may take to say that it rings, before the host's ringers do."""

_SAME_S = 1e-3
"""A moment and the same moment by the other clock, after rounding."""


class Because(StrEnum):
    """Why an alarm began to ring."""

    DEADLINE = "deadline"
    GOOD_MOMENT = "good_moment"
    NODE = "node"
    """A node did by itself."""
    SNOOZE = "snooze"


class Ringing:
    """What sounds for one sleeper. `told` gathers what the host's ringers are to do.

    `rang` says when and why something rang last, for an explanation.
    """

    def __init__(self, sleeper: str, clock: Clock, ringers: Ringers, planning: Planning) -> None:
        self.told: list[Ring] = []
        self.rang: Json = None
        self._sleeper = sleeper
        self._clock = clock
        self._ringers = ringers
        self._planning = planning

    @property
    def _settings(self) -> Settings:
        return self._planning.settings

    def ring(self, active: Active, because: Because, t: float) -> None:
        """Let everything ring that is there to ring."""
        there = any(self._can_be_awaited(node, active, t) for node in self._settings.nodes)
        self._ask(active, Op.RING, t)
        self._begin(active, because, t)
        if there:
            active.confirm_at = t + CONFIRM_S
        else:
            self.sound(active, on=True)

    def join(self, active: Active, t: float) -> None:
        """A node rings already: let the other nodes ring with it."""
        self._ask(active, Op.RING, t)
        self._begin(active, Because.NODE, t)

    def confirm(self, active: Active) -> None:
        """Await nothing any more once a node has said that it rings."""
        if active.confirm_at is not None and any(
            self._ringers.wanted(node, active.id) is Op.RING and self._ringers.has(node, active.id)
            for node in self._settings.nodes
        ):
            active.confirm_at = None

    def snooze(self, active: Active, minutes: float | None, t: float, but: str | None) -> None:
        """Be silent for some minutes, None for as long as usual; a node has done so already.

        Nothing comes of it more than two hours after it first rang.
        """
        until = t + 60 * (self._settings.snooze_min if minutes is None else minutes)
        if until - active.first_rang > SNOOZED_S:
            return
        active.phase, active.until, active.confirm_at = Phase.SNOOZED, until, None
        self._ask(active, Op.SNOOZE, t, but=but)
        self.sound(active, on=False)
        self._planning.tell(active, AlarmEvent.SNOOZED)

    def end(self, active: Active, event: AlarmEvent, t: float) -> None:
        """It is over, for everything that rings or might."""
        self.sound(active, on=False)
        self._ask(active, Op.DISMISS, t)
        self._planning.end(active, event, t)

    def sound(self, active: Active, *, on: bool) -> None:
        """Switch the host's ringers."""
        before = active.loud
        active.loud = self._settings.ringers if on else ()
        self.told += self.loud(active) or [
            Ring(self._sleeper, active.id, ringer, on=False, sound=None, volume=None)
            for ringer in before
        ]

    def loud(self, active: Active) -> list[Ring]:
        """What rings of what the host rings, as it is told."""
        sound, volume = self._settings.sound, self._settings.volume
        return [
            Ring(self._sleeper, active.id, ringer, on=True, sound=sound, volume=volume)
            for ringer in active.loud
        ]

    def _begin(self, active: Active, because: Because, t: float) -> None:
        """It rings from now on."""
        unix = self._clock.unix(t)
        self.rang = {
            "at": unix,
            "occurrence": active.id,
            "because": str(because),
            "before_deadline_s": max(0.0, active.deadline - unix),
        }
        if not active.phase.has_rung:
            active.first_rang = t
        active.phase, active.until = Phase.RINGING, t + RING_S
        self._planning.tell(active, AlarmEvent.RINGING)

    def _can_be_awaited(self, node: str, active: Active, t: float) -> bool:
        """Whether the host's ringers may wait for a node to say that it rings."""
        if active.phase is Phase.SNOOZED or self._clock.unix(t) + _SAME_S < active.deadline:
            # There is time to see that it does not.
            silent = self._ringers.is_silent(node, active.id)
            return self._ringers.has(node, active.id) and not silent
        return self._ringers.is_there(node, active.id, t)

    def _ask(self, active: Active, op: Op, t: float, but: str | None = None) -> None:
        """Want something of all nodes but one."""
        loud = self._settings if op is Op.RING else Settings()
        at = self._clock.unix(active.until) if op is Op.SNOOZE else None
        for node in self._settings.nodes:
            if node != but:
                order = Order(op, at, loud.sound, loud.volume)
                self._ringers.want(node, active.id, order, t)
