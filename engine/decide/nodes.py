"""What a home knows of its nodes, and what it has asked of them."""

from dataclasses import dataclass, field

from ..core.command import Command
from ..core.output import NodeStatus
from ..core.reading import Announcement, Availability, Connection, Stream, Traffic
from ..core.snapshot import (
    Json,
    flag_in,
    item,
    number_in,
    optional_number_in,
    rows_in,
    text_in,
)

STREAM_HZ = 10.0
"""Messages a second to ask for where a stream announces no rate: what the radars deliver."""

REPEAT_SECONDS = 45.0
"""How often a request for streams is repeated: a node heeds one for 60 s, and the next one must
find it still open after a slow host and a slow network."""

_SAMPLES = frozenset({"json", "iq"})
"""Encodings that presence does not switch: JSON samples always flow, I/Q flows on opt-in."""


@dataclass(slots=True)
class Node:
    """One node or other source that reports its connection.

    `boot` and `streams` are known of nodes that announced themselves; only these are asked for
    anything. `standby` and `streaming` are what was asked of it since it came; `standby` is None
    until then, because a node keeps its standby while it is off.
    """

    id: str
    availability: Availability = Availability.OFFLINE
    traffic: Traffic = field(default_factory=lambda: Traffic(0, 0, 0, 0, None))
    boot: int | None = None
    streams: tuple[Stream, ...] = ()
    standby: bool | None = None
    streaming: bool = False
    told: NodeStatus | None = None

    @property
    def is_away(self) -> bool:
        """Whether nothing can be heard of it; a sleeping node is only quiet."""
        return self.availability in {Availability.OFFLINE, Availability.UNSUPPORTED}

    def take(self, reading: Connection | Announcement | Traffic) -> None:
        """Take in what the node says of itself or the host of its traffic."""
        match reading:
            case Connection(availability):
                if availability is Availability.ONLINE is not self.availability:
                    self._has_come()
                self.availability = availability
            case Traffic():
                self.traffic = reading
            case Announcement():
                if reading.boot != self.boot:
                    self._has_come()
                self.boot, self.streams = reading.boot, reading.streams

    def status(self) -> NodeStatus:
        """The node's state as an output's fact."""
        traffic = self.traffic
        return NodeStatus(
            node=self.id,
            availability=self.availability,
            rx=traffic.received,
            bad=traffic.bad,
            dup=traffic.duplicate,
            gap=traffic.gap,
            skew_ms=None if traffic.skew is None else round(traffic.skew * 1000.0, 3),
            flooding=traffic.flooding,
        )

    def ask(
        self, site: str, t: float, *, standby: bool, streaming: bool, again: bool = False
    ) -> list[Command]:
        """The commands that turn what was asked of the node into what is wanted of it now.

        `again` repeats a request for streams, which a node heeds for a minute only.
        """
        if self.boot is None:
            return []
        commands: list[Command] = []
        if standby is not self.standby:
            self.standby = standby
            commands.append(Command(site, self.id, "standby", t, (("on", standby),)))
        if streaming is not self.streaming or (again and streaming):
            self.streaming = streaming
            commands.extend(
                Command(site, self.id, "rate", t, (("hz", hz), ("stream", stream.name)))
                for stream in self.streams
                if stream.encoding not in _SAMPLES
                for hz in [(stream.rate_hz or STREAM_HZ) if streaming else 0.0]
            )
        return commands

    def _has_come(self) -> None:
        """It started or was away: it may have heard nothing of what was asked of it."""
        self.standby, self.streaming = None, False

    def snapshot(self) -> Json:
        """The state as JSON."""
        traffic = self.traffic
        return {
            "availability": str(self.availability),
            "traffic": [
                traffic.received,
                traffic.bad,
                traffic.duplicate,
                traffic.gap,
                traffic.skew,
                traffic.flooding,
            ],
            "boot": self.boot,
            "streams": [[each.name, each.encoding, each.rate_hz] for each in self.streams],
            "standby": self.standby,
            "streaming": self.streaming,
            "told": self.told is not None,
        }


def node_from(name: str, state: Json) -> Node:
    """The node of a snapshot; raises SnapshotError."""
    availability, boot = text_in(state, "availability"), optional_number_in(state, "boot")
    counts = item(state, "traffic")
    node = Node(
        id=name,
        availability=(
            Availability(availability) if availability in Availability else Availability.OFFLINE
        ),
        traffic=Traffic(
            received=int(number_in(counts, 0)),
            bad=int(number_in(counts, 1)),
            duplicate=int(number_in(counts, 2)),
            gap=int(number_in(counts, 3)),
            skew=optional_number_in(counts, 4),
            flooding=flag_in(counts, 5),
        ),
        boot=None if boot is None else int(boot),
        streams=tuple(
            Stream(text_in(row, 0), text_in(row, 1), rate_hz=optional_number_in(row, 2))
            for row in rows_in(state, "streams")
        ),
        standby=None if item(state, "standby") is None else flag_in(state, "standby"),
        streaming=flag_in(state, "streaming"),
    )
    node.told = node.status() if flag_in(state, "told") else None
    return node
