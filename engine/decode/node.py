"""One node: its messages in, what it says out."""

from typing import override

from ..core.command import Command
from ..core.message import Message
from ..core.observation import Observation
from ..core.reading import Announcement, Availability, Connection, Reading, Traffic
from ..core.reducer import Reducer
from ..core.snapshot import Json, SnapshotError, item, number_in
from ..core.timers import Timers
from . import event, raw, sample, waveform
from .introduction import Introduction
from .limits import Limits
from .malformed import MalformedError
from .rebirth import Rebirth
from .stamp import Stamp, read_stamp
from .strict_json import parse_object
from .timeline import Placed, Timeline
from .topics import Channel, NodeTopic, parse_topic
from .traffic import TrafficMeter

type Effect = Observation | Command

SCHEMA = 1

REPORT_SECONDS = 60.0
"""Counters are said at most so often, unless something begins to go wrong."""

_REPORT = ("report",)


class Node(Reducer[Message, Effect]):
    """The reducer of one node of one site; messages of others pass it without effect.

    Whatever the bytes, it does not raise: what it cannot read is counted in `traffic`, and
    `problem` says what was wrong the last time.
    """

    def __init__(self, site: str, node: str) -> None:
        self.site = site
        self.node = node
        self._introduction = Introduction()
        self._now = 0.0
        self._timeline = Timeline()
        self._limits = Limits()
        self._seen = event.SeenEvents()
        self._raw = raw.RawStreams()
        self._meter = TrafficMeter()
        self._timers = Timers()
        self._rebirth = Rebirth(self._timers)

    @property
    def announcement(self) -> Announcement | None:
        """What it said about itself last; None if nothing, or nothing that we understand."""
        return self._introduction.announcement

    @property
    def availability(self) -> Availability | None:
        """What is known of its connection; None until it said something about it."""
        return self._introduction.availability

    @property
    def traffic(self) -> Traffic:
        """Its counters as they are now."""
        return self._meter.reading

    @property
    def problem(self) -> str | None:
        """What was wrong with its last bad message."""
        return self._meter.problem

    @property
    @override
    def next_deadline(self) -> float | None:
        """When counters are to be reported or an announcement to be asked for."""
        return self._timers.next_deadline

    @override
    def advance(self, t: float) -> list[Effect]:
        """Report counters and ask for announcements that are due up to t."""
        effects: list[Effect] = []
        if not self._timers.may_be_due(t):
            return effects
        for key, deadline in self._timers.due(t):
            self._now = max(self._now, deadline)
            if key == _REPORT:
                self._meter.end_period()
                effects.append(self._observation(self._meter.reading))
                if self._meter.flooding:
                    self._timers.set(_REPORT, deadline + REPORT_SECONDS)
            else:
                self._rebirth.asked()
                effects.append(Command(self.site, self.node, "rebirth", deadline))
        return effects

    @override
    def step(self, given: Message) -> list[Effect]:
        """Take one message and say what it says."""
        effects = self.advance(given.host_t)
        topic = parse_topic(given.topic, self.site)
        if topic is None or topic.node != self.node:
            return effects
        # A host that breaks its promise of a steady clock must not break the order of time.
        self._now = max(self._now, given.host_t)
        self._meter.received += 1
        if self._limits.admit(topic.channel, self._now):
            try:
                effects += self._take(topic, given)
            except MalformedError as problem:
                self._meter.count_bad(f"{given.topic}: {problem}")
        else:
            self._meter.count_dropped()
        if self._meter.take_news():
            effects.append(self._observation(self._meter.reading))
        if self._timers.deadline(_REPORT) is None:
            self._timers.set(_REPORT, self._now + REPORT_SECONDS)
        return effects

    def _take(self, topic: NodeTopic, message: Message) -> list[Observation]:
        if topic.channel is Channel.AVAIL or topic.channel is Channel.INFO:
            return self._take_introduction(topic.channel, message)
        if self._introduction.unsupported:
            return []
        match topic.channel:
            case Channel.SAMPLE:
                return self._take_sample(message)
            case Channel.RAW:
                return self._take_raw(topic.name, message)
            case Channel.WAVEFORM:
                return self._take_waveform(topic.name, message)
            case Channel.EVENT:
                return self._take_event(topic.name, message)
            case Channel.ACK:
                body = parse_object(message.payload, event.MAX_BYTES)
                answer = event.read_acknowledged(topic.name, body)
                return [self._observation(answer, live=not message.retain)]

    def _take_introduction(self, channel: Channel, message: Message) -> list[Observation]:
        introduction, live = self._introduction, not message.retain
        availability, announcement = introduction.availability, introduction.announcement
        if channel is Channel.AVAIL:
            introduction.hear_availability(message.payload)
        else:
            wrong = introduction.hear_announcement(message.payload)
            if wrong is not None:
                self._meter.count_bad(f"{message.topic}: {wrong} is wrong")
            # A live one says which boot is real, even if a replay made another one seem so.
            if live and introduction.boot is not None:
                self._timeline.enter(introduction.boot)
            if introduction.boot in (None, self._timeline.boot):
                self._rebirth.settled()
        changes: list[Reading] = []
        if introduction.availability not in (None, availability):
            changes.append(Connection(introduction.availability))
        if introduction.announcement not in (None, announcement):
            changes.append(introduction.announcement)
        return [self._observation(change, live=live) for change in changes]

    def _take_sample(self, message: Message) -> list[Observation]:
        body = parse_object(message.payload, sample.MAX_BYTES)
        stamp = read_stamp(body)
        measured_t = self._now
        if not message.retain:
            placed = self._place(message, stamp)
            if placed is None:
                return []
            measured_t = placed.measured_t
        readings, wrong = sample.read_sample(body, measured_t)
        if wrong is not None:
            self._meter.count_bad(f"{message.topic}: {wrong} is wrong")
        live = not message.retain
        return [self._observation(each, measured_t, live=live) for each in readings]

    def _take_raw(self, stream: str, message: Message) -> list[Observation]:
        _refuse_retained(message)
        stamp, data = raw.read_raw(message.payload)
        placed = self._place(message, stamp)
        if placed is None:
            return []
        results, bad = self._raw.feed(
            self._introduction.stream(stream), stamp.boot, data, placed.measured_t
        )
        if bad:
            self._meter.count_bad(f"{message.topic}: broken frames", bad)
        return [self._observation(reading, measured_t) for measured_t, reading in results]

    def _take_waveform(self, stream: str, message: Message) -> list[Observation]:
        _refuse_retained(message)
        chunk = waveform.read_chunk(message.payload)
        placed = self._place(message, chunk.stamp)
        if placed is None:
            return []
        announced = self._introduction.stream(stream)
        reading: Reading
        if stream == "breath":
            reading = waveform.to_breath(chunk, announced, placed.measured_t)
        elif stream == "frames":
            reading = waveform.to_frames(chunk, announced, placed.measured_t)
        elif stream == "ultrasound":
            reading = waveform.to_quadrature(chunk, stream, announced, lost=placed.missing > 0)
        else:
            return []
        return [self._observation(reading, placed.measured_t)]

    def _take_event(self, kind: str, message: Message) -> list[Observation]:
        body = parse_object(message.payload, event.MAX_BYTES)
        name, stamp = event.read_id(body), read_stamp(body)
        reading = event.read_event(kind, name, body)
        if message.retain:
            return [self._observation(reading, live=False)]
        placed = self._place(message, stamp)
        if placed is None:
            return []
        if not self._seen.is_new(name, self._now):
            self._meter.duplicate += 1
            return []
        live = self._now - placed.measured_t <= event.STALE_SECONDS
        return [self._observation(reading, placed.measured_t, live=live)]

    def _place(self, message: Message, stamp: Stamp) -> Placed | None:
        """Where a live message belongs; None, and counted, if it is old."""
        placed = self._timeline.place(message.topic, stamp, self._now)
        if stamp.boot == self._introduction.boot == self._timeline.boot:
            self._rebirth.settled()
        else:
            self._rebirth.missing(self._now)
        if placed is None:
            self._meter.duplicate += 1
            return None
        self._meter.gap += placed.missing
        if stamp.unix is not None:
            self._meter.skew = stamp.unix - placed.measured_t
        return placed

    def _observation(
        self, reading: Reading, measured_t: float | None = None, *, live: bool = True
    ) -> Observation:
        at = self._now if measured_t is None else measured_t
        return Observation(self.site, self.node, self._now, at, reading, live)

    @override
    def snapshot(self) -> Json:
        """The whole state; parsers with the bytes that wait in them."""
        return {
            "schema": SCHEMA,
            "introduction": self._introduction.snapshot(),
            "now": self._now,
            "rebirth_wait": self._rebirth.wait,
            "timeline": self._timeline.snapshot(),
            "limits": self._limits.snapshot(),
            "seen": self._seen.snapshot(),
            "raw": self._raw.snapshot(),
            "traffic": self._meter.snapshot(),
            "timers": self._timers.snapshot(),
        }

    @override
    def restore(self, state: Json) -> None:
        """Take up a snapshot; one of another schema leaves the node as new.

        Raises SnapshotError, and changes nothing, if it is no snapshot of a node.
        """
        fresh = Node(self.site, self.node)
        if number_in(state, "schema") == SCHEMA:
            try:
                fresh._restore(state)
            except ValueError as error:
                raise SnapshotError(f"not a snapshot of a node: {error}") from error
        self.__dict__.update(fresh.__dict__)

    def _restore(self, state: Json) -> None:
        self._introduction.restore(item(state, "introduction"))
        self._now = number_in(state, "now")
        self._rebirth.wait = number_in(state, "rebirth_wait")
        self._timeline.restore(item(state, "timeline"))
        self._limits.restore(item(state, "limits"))
        self._seen.restore(item(state, "seen"))
        self._meter.restore(item(state, "traffic"))
        self._timers.restore(item(state, "timers"))
        self._raw.restore(item(state, "raw"))


def _refuse_retained(message: Message) -> None:
    if message.retain:
        raise MalformedError("a stream must not be retained")
