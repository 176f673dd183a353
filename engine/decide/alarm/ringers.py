"""The nodes that ring by themselves: what they were asked, and whether they can be counted on."""

from collections.abc import Iterator

from ...core.command import Command
from ...core.reading import Acknowledged, Announcement, Availability, Connection
from ...core.snapshot import Json, flag_in, item, members_in, number_in, rows_in, text_in
from .clock import Clock
from .orders import Op, Order, Told, told_from

COMMAND = "alarm"

SILENT_TRIES = 5
"""A node that did not answer as many times, which takes a minute, is unavailable."""

_FRESH_S = 90.0
"""An answer this old still says that a node is there: it is tested a minute before it rings."""

_VALID_S = 1800.0
"""A command for an alarm is obeyed this late, because a ringer that comes back rings then too."""

_KEPT_S = 2 * 86400.0
"""So long after its time an alarm is not spoken of any more, whoever has not answered."""

_SAME_S = 1.0
"""Nodes round the times that they announce."""

_SHORTEST_SNOOZE_S = 60.0
"""The shortest that a node takes; it is told to ring when the snooze is over anyway."""

type Spoken = Acknowledged | Announcement | Connection
"""What a node says that tells whether it rings."""


class Ringers:
    """All nodes of a site that were asked to ring, for whomever."""

    def __init__(self, site: str, clock: Clock) -> None:
        self._site = site
        self._clock = clock
        self._told: dict[tuple[str, str], Told] = {}
        self._online: dict[str, bool] = {}
        self._held: dict[str, dict[str, float]] = {}

    def want(self, node: str, occurrence: str, order: Order, t: float) -> None:
        """From time t on a node is to do this with an occurrence; what is no news is not said."""
        told = self._told.get((node, occurrence))
        if told is None or told.order != order:
            held = told is not None and told.held
            self._told[node, occurrence] = Told(order, t, t, held=held)

    def test(self, node: str, occurrence: str, t: float) -> None:
        """Ask again, to hear whether the node is there."""
        told = self._told.get((node, occurrence))
        if told is not None:
            told.again(t)

    def wanted(self, node: str, occurrence: str) -> Op | None:
        """What the node was asked last of an occurrence."""
        told = self._told.get((node, occurrence))
        return None if told is None else told.order.op

    def setting(self, prefix: str) -> list[tuple[str, str, float]]:
        """What nodes hold or are asked to hold, of occurrences whose id begins so.

        Each with the node and when it rings (unix seconds).
        """
        found = {
            (node, name): at
            for node, alarms in self._held.items()
            for name, at in alarms.items()
            if name.startswith(prefix)
        }
        for (node, name), told in self._told.items():
            if name.startswith(prefix):
                found.pop((node, name), None)
                if told.order.op is Op.SET and told.order.at is not None:
                    found[node, name] = told.order.at
        return [(*key, at) for key, at in found.items()]

    def rings_at(self, node: str, occurrence: str) -> float | None:
        """When the node announced that it rings the occurrence next, unix seconds."""
        return self._held.get(node, {}).get(occurrence)

    def has(self, node: str, occurrence: str) -> bool:
        """Whether the node agreed to what it was asked."""
        told = self._told.get((node, occurrence))
        return told is not None and told.answered_at is not None

    def holds(self, node: str, occurrence: str) -> bool:
        """Whether the node has the occurrence, whatever it was asked since."""
        told = self._told.get((node, occurrence))
        return told is not None and told.held

    def is_over(self, node: str, occurrence: str) -> bool:
        """Whether the node said that the occurrence is over there."""
        told = self._told.get((node, occurrence))
        return told is not None and told.over

    def is_there(self, node: str, occurrence: str, t: float) -> bool:
        """Whether the node agreed just now, so that it can be counted on."""
        told = self._told.get((node, occurrence))
        if told is None or told.answered_at is None or not self._online.get(node, True):
            return False
        return t - told.answered_at <= _FRESH_S

    def is_silent(self, node: str, occurrence: str) -> bool:
        """Whether the node refuses, is offline, or did not answer for a minute."""
        told = self._told.get((node, occurrence))
        if told is None:
            return False
        return told.refused or told.tries > SILENT_TRIES or not self._online.get(node, True)

    def hear(self, node: str, said: Spoken, t: float) -> None:
        """Take in at time t what a node says of itself or answers."""
        if isinstance(said, Acknowledged):
            for (name, _), told in self._told.items():
                if name == node and said.command == COMMAND and told.id == said.id:
                    told.answered(t, ok=said.ok, error=said.error)
            return
        online = isinstance(said, Announcement) or said.availability is Availability.ONLINE
        came_back = online and not self._online.get(node, True)
        self._online[node] = online
        if isinstance(said, Announcement):
            self._held[node] = {each.occurrence: each.at for each in said.alarms}
        for (name, occurrence), told in self._told.items():
            if name != node:
                continue
            if isinstance(said, Announcement):
                told.held = occurrence in self._held[node]
            lost = isinstance(said, Announcement) and self._has_lost(node, occurrence, told)
            if lost or (came_back and told.repeat_at is not None):
                told.again(t)

    def due(self, t: float) -> Iterator[Command]:
        """What is to be said at time t."""
        for (node, occurrence), told in [*self._told.items()]:
            at = told.since if told.order.at is None else self._clock.host(told.order.at)
            if t - max(told.since, at) > _KEPT_S:
                del self._told[node, occurrence]
            elif told.repeat_at is not None and told.repeat_at <= t:
                command = self._command(node, occurrence, told.order, t)
                told.said(command.id, t)
                yield command

    @property
    def next_due(self) -> float | None:
        """When something is to be said again, host time; None for never."""
        times = [each.repeat_at for each in self._told.values() if each.repeat_at is not None]
        return min(times, default=None)

    def shift(self, by: float) -> None:
        """Host time is another by as many seconds."""
        for told in self._told.values():
            told.shift(by)

    def resume(self, t: float) -> None:
        """The host was away: what was not answered may never have been said."""
        for told in self._told.values():
            if told.repeat_at is not None or told.order.op is Op.RING:
                told.again(t)

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "told": [
                [node, occurrence, told.to_json()]
                for (node, occurrence), told in self._told.items()
            ],
            "online": dict(self._online),
            "held": {node: dict(alarms) for node, alarms in self._held.items()},
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError."""
        told = {
            (text_in(row, 0), text_in(row, 1)): told_from(item(row, 2))
            for row in rows_in(state, "told")
        }
        known, alarms = item(state, "online"), item(state, "held")
        online = {node: flag_in(known, node) for node in members_in(state, "online")}
        held = {
            node: {name: number_in(item(alarms, node), name) for name in members_in(alarms, node)}
            for node in members_in(state, "held")
        }
        self._told, self._online, self._held = told, online, held

    def _has_lost(self, node: str, occurrence: str, told: Told) -> bool:
        """Whether a node that had an alarm announces that it has not, or for another time."""
        if told.order.op is not Op.SET or told.answered_at is None or told.order.at is None:
            return False
        at = self.rings_at(node, occurrence)
        return at is None or abs(at - told.order.at) > _SAME_S

    def _command(self, node: str, occurrence: str, order: Order, t: float) -> Command:
        fields: dict[str, Json] = {"occurrence": occurrence, "op": str(order.op)}
        if order.at is not None:
            ahead = order.at - self._clock.unix(t)
            if order.op is Op.SNOOZE:
                ahead = max(ahead, _SHORTEST_SNOOZE_S)
            else:
                fields["at_unix"] = order.at
            fields["in_ms"] = round(1000 * ahead)
        if order.op in {Op.SET, Op.RING}:
            fields |= {
                key: value
                for key, value in (("sound", order.sound), ("volume", order.volume))
                if value is not None
            }
        return Command(
            self._site, node, COMMAND, t, tuple(sorted(fields.items())), valid_for=_VALID_S
        )
