"""One node: its messages in, what it says out."""

from contextlib import suppress

from ..core.command import Command
from ..core.message import Message
from ..core.observation import Observation
from ..core.reading import Announcement, Availability, Connection, Reading, Stream, Traffic
from ..core.snapshot import Json, SnapshotError, flag_in, item, members_in, number_in, text_in
from ..core.timers import Timers
from . import event, info, raw, sample, waveform
from .clock import Clock
from .limits import Limits
from .malformed import MalformedError
from .radars import Parser, make_parser
from .sequence import Sequence
from .stamp import Stamp, read_stamp
from .strict_json import parse_object
from .topics import Channel, NodeTopic, parse_topic
from .traffic import TrafficMeter

type Effect = Observation | Command

SCHEMA = 1

REPORT_SECONDS = 60.0
"""Counters are said at most so often, unless something begins to go wrong."""

FIRST_REBIRTH_SECONDS = 10.0
"""How long data may come without the announcement that it belongs to."""

LAST_REBIRTH_SECONDS = 3600.0
"""The wait doubles from request to request up to this."""

_REPORT = ("report",)
_REBIRTH = ("rebirth",)


class Node:
    """The reducer of one node of one site; messages of others pass it without effect.

    Whatever the bytes, it does not raise: what it cannot read is counted in `traffic`, and
    `problem` says what was wrong the last time.
    """

    def __init__(self, site: str, node: str) -> None:
        self.site = site
        self.node = node
        self.announcement: Announcement | None = None
        self._info: dict[str, Json] | None = None
        self._said: Availability | None = None
        self._unsupported = False
        self._now = 0.0
        self._rebirth_wait = FIRST_REBIRTH_SECONDS
        self._sequence = Sequence()
        self._clock = Clock()
        self._limits = Limits()
        self._seen = event.SeenEvents()
        self._parsers: dict[str, tuple[str, Parser]] = {}
        self._meter = TrafficMeter()
        self._timers = Timers()

    @property
    def availability(self) -> Availability | None:
        """What is known of its connection; None until it said something about it."""
        return Availability.UNSUPPORTED if self._unsupported else self._said

    @property
    def traffic(self) -> Traffic:
        """Its counters as they are now."""
        return self._meter.reading

    @property
    def problem(self) -> str | None:
        """What was wrong with its last bad message."""
        return self._meter.problem

    @property
    def next_deadline(self) -> float | None:
        """When counters are to be reported or an announcement to be asked for."""
        return self._timers.next_deadline

    def advance(self, t: float) -> list[Effect]:
        """Report counters and ask for announcements that are due up to t."""
        effects: list[Effect] = []
        for key, deadline in self._timers.due(t):
            self._now = max(self._now, deadline)
            if key == _REPORT:
                self._meter.end_period()
                effects.append(self._observation(self._meter.reading))
                if self._meter.flooding:
                    self._timers.set(_REPORT, deadline + REPORT_SECONDS)
            else:
                self._rebirth_wait = min(2 * self._rebirth_wait, LAST_REBIRTH_SECONDS)
                effects.append(Command(self.site, self.node, "rebirth", deadline))
        return effects

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
        if topic.channel is Channel.AVAIL:
            return self._take_avail(message)
        if topic.channel is Channel.INFO:
            return self._take_info(message)
        if self._unsupported:
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

    def _take_avail(self, message: Message) -> list[Observation]:
        said = _AVAILABILITY.get(message.payload)
        if said is None:
            raise MalformedError("availability must be online, offline or sleeping")
        before, self._said = self.availability, said
        return self._connection_since(before, live=not message.retain)

    def _take_info(self, message: Message) -> list[Observation]:
        before, live = self.availability, not message.retain
        if not message.payload:
            self._said, self._unsupported = Availability.OFFLINE, False
            self._forget_announcement()
            return self._connection_since(before, live=live)
        body = parse_object(message.payload, info.MAX_BYTES)
        if info.read_version(body) != info.VERSION:
            self._unsupported = True
            self._forget_announcement()
            return self._connection_since(before, live=live)
        announcement, wrong = info.read_announcement(body)
        if wrong is not None:
            self._meter.count_bad(f"{message.topic}: {wrong} is wrong")
        self._unsupported = False
        observations = self._connection_since(before, live=live)
        # A live announcement says which boot is real, even if a replay made another one seem so.
        if live and announcement.boot != self._sequence.boot:
            self._enter(announcement.boot)
        if announcement != self.announcement:
            self.announcement, self._info = announcement, body
            observations.append(self._observation(announcement, live=live))
        if announcement.boot == self._sequence.boot:
            self._settle()
        return observations

    def _take_sample(self, message: Message) -> list[Observation]:
        body = parse_object(message.payload, sample.MAX_BYTES)
        stamp = read_stamp(body)
        if message.retain:
            measured_t = self._now
        else:
            placed = self._place(message.topic, stamp)
            if placed is None:
                return []
            measured_t = placed[0]
        readings, wrong = sample.read_sample(body, measured_t)
        if wrong is not None:
            self._meter.count_bad(f"{message.topic}: {wrong} is wrong")
        live = not message.retain
        return [self._observation(each, measured_t, live=live) for each in readings]

    def _take_raw(self, stream: str, message: Message) -> list[Observation]:
        _refuse_retained(message)
        stamp, data = raw.read_raw(message.payload)
        placed = self._place(message.topic, stamp)
        if placed is None:
            return []
        parser = self._parser(stream)
        before = parser.bad
        results = parser.feed(data, placed[0])
        if parser.bad != before:
            self._meter.count_bad(f"{message.topic}: broken frames", parser.bad - before)
        return [self._observation(reading, measured_t) for measured_t, reading in results]

    def _take_waveform(self, stream: str, message: Message) -> list[Observation]:
        _refuse_retained(message)
        chunk = waveform.read_chunk(message.payload)
        placed = self._place(message.topic, chunk.stamp)
        if placed is None:
            return []
        measured_t, missing = placed
        announced = self._stream(stream)
        reading: Reading
        if stream == "breath":
            reading = waveform.to_breath(chunk, announced, measured_t)
        elif stream == "ultrasound":
            reading = waveform.to_quadrature(chunk, stream, announced, lost=missing > 0)
        else:
            return []
        return [self._observation(reading, measured_t)]

    def _take_event(self, kind: str, message: Message) -> list[Observation]:
        body = parse_object(message.payload, event.MAX_BYTES)
        name, stamp = event.read_id(body), read_stamp(body)
        reading = event.read_event(kind, name, body)
        if message.retain:
            return [self._observation(reading, live=False)]
        placed = self._place(message.topic, stamp)
        if placed is None:
            return []
        if not self._seen.is_new(name, self._now):
            self._meter.duplicate += 1
            return []
        measured_t = placed[0]
        live = self._now - measured_t <= event.STALE_SECONDS
        return [self._observation(reading, measured_t, live=live)]

    def _place(self, topic: str, stamp: Stamp) -> tuple[float, int] | None:
        """When a live message was measured and how many before it are missing; None if old."""
        if not self._sequence.knows(stamp.boot):
            self._enter(stamp.boot)
        current = self._sequence.boot
        announced = None if self.announcement is None else self.announcement.boot
        if stamp.boot == current == announced:
            self._settle()
        elif self._timers.deadline(_REBIRTH) is None:
            self._timers.set(_REBIRTH, self._now + self._rebirth_wait)
        missing = self._sequence.accept(topic, stamp.number) if stamp.boot == current else None
        if missing is None:
            self._meter.duplicate += 1
            return None
        self._meter.gap += missing
        measured_t = self._clock.heard(stamp.ms, self._now)
        if stamp.unix is not None:
            self._meter.skew = stamp.unix - measured_t
        return measured_t, missing

    def _enter(self, boot: int) -> None:
        self._sequence.enter(boot)
        self._clock = Clock()
        self._parsers.clear()

    def _settle(self) -> None:
        """The data belongs to the announcement: there is nothing to ask for."""
        if self._rebirth_wait != FIRST_REBIRTH_SECONDS or (
            self._timers.deadline(_REBIRTH) is not None
        ):
            self._timers.cancel(_REBIRTH)
            self._rebirth_wait = FIRST_REBIRTH_SECONDS

    def _forget_announcement(self) -> None:
        self.announcement = self._info = None
        self._parsers.clear()
        self._settle()

    def _stream(self, name: str) -> Stream | None:
        streams = self.announcement.streams if self.announcement else ()
        return next((stream for stream in streams if stream.name == name), None)

    def _parser(self, name: str) -> Parser:
        stream = self._stream(name)
        if stream is None or stream.protocol is None:
            raise MalformedError("a raw stream that was not announced with a protocol")
        known = self._parsers.get(name)
        if known is not None and known[0] == stream.protocol:
            return known[1]
        parser = make_parser(stream.protocol)
        if parser is None:
            raise MalformedError(f"no parser for the radar protocol {stream.protocol}")
        self._parsers[name] = (stream.protocol, parser)
        return parser

    def _connection_since(self, before: Availability | None, *, live: bool) -> list[Observation]:
        now = self.availability
        return (
            [] if now is None or now == before else [self._observation(Connection(now), live=live)]
        )

    def _observation(
        self, reading: Reading, measured_t: float | None = None, *, live: bool = True
    ) -> Observation:
        at = self._now if measured_t is None else measured_t
        return Observation(self.site, self.node, self._now, at, reading, live)

    def snapshot(self) -> Json:
        """The whole state; parsers with the bytes that wait in them."""
        return {
            "schema": SCHEMA,
            "info": self._info,
            "said": self._said,
            "unsupported": self._unsupported,
            "now": self._now,
            "rebirth_wait": self._rebirth_wait,
            "sequence": self._sequence.snapshot(),
            "clock": self._clock.snapshot(),
            "limits": self._limits.snapshot(),
            "seen": self._seen.snapshot(),
            "parsers": {
                stream: [protocol, parser.snapshot()]
                for stream, (protocol, parser) in self._parsers.items()
            },
            "traffic": self._meter.snapshot(),
            "timers": self._timers.snapshot(),
        }

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
        body = item(state, "info")
        if isinstance(body, dict):
            self._info, self.announcement = body, info.read_announcement(body)[0]
        said = item(state, "said")
        self._said = None if said is None else Availability(text_in(state, "said"))
        self._unsupported = flag_in(state, "unsupported")
        self._now = number_in(state, "now")
        self._rebirth_wait = number_in(state, "rebirth_wait")
        self._sequence.restore(item(state, "sequence"))
        self._clock.restore(item(state, "clock"))
        self._limits.restore(item(state, "limits"))
        self._seen.restore(item(state, "seen"))
        self._meter.restore(item(state, "traffic"))
        self._timers.restore(item(state, "timers"))
        for stream, row in members_in(state, "parsers").items():
            parser = make_parser(text_in(row, 0))
            if parser is not None:
                # A parser that changed its snapshot starts anew, at the cost of one frame.
                with suppress(SnapshotError):
                    parser.restore(item(row, 1))
                self._parsers[stream] = (text_in(row, 0), parser)


_AVAILABILITY = {
    b"online": Availability.ONLINE,
    b"offline": Availability.OFFLINE,
    b"sleeping": Availability.SLEEPING,
    b"": Availability.OFFLINE,
}


def _refuse_retained(message: Message) -> None:
    if message.retain:
        raise MalformedError("a stream must not be retained")
