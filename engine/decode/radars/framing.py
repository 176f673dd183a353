"""Splitting a serial stream into frames, whatever arrives between and inside them.

The radars send frames without escaping, half of them without a checksum, over wires that lose
bytes. So a header is only ever a candidate: a frame counts once its header, length and footer
or checksum agree and its values are possible, otherwise the search goes on one byte further.
Only lengths that a model really sends are waited for, which bounds the memory and means that a
forged header costs the delay of a frame and never a frame itself.
"""

from abc import ABC, abstractmethod
import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
import math
import re
from typing import Protocol

from ...core.reading import NodeEvent, Reading
from ...core.snapshot import Json, SnapshotError, number_in, rows_in, text_in

BITS_PER_BYTE = 10
"""On the wire: 8 data bits, a start and a stop bit (all these radars use 8N1)."""


class Parser(Protocol):
    """Turns the bytes of one radar into readings; keeps at most one unfinished frame."""

    @property
    def bad(self) -> int:
        """Discarded so far: stretches that were no frame, one a frame's length begun."""

    def feed(self, data: bytes, t_last: float) -> list[tuple[float, Reading]]:
        """What the bytes complete, each reading with the time of its frame's last byte.

        `t_last` is the measured host time of the last byte of data, unix seconds. Never raises.
        """

    def snapshot(self) -> Json:
        """The unfinished bytes and what little state there is."""

    def restore(self, state: Json) -> None:
        """Take up a snapshot of the same protocol; raises SnapshotError and changes nothing."""


class Kind(Enum):
    """What the bytes at a start pattern are, as far as their header tells."""

    WAIT = "wait"
    """Too few bytes to tell."""
    NOISE = "noise"
    """Not a header."""
    FOREIGN = "foreign"
    """The header of a frame that is none of our business: an acknowledgement, a log line."""
    OURS = "ours"
    """The header of a frame to be read once it is complete."""


type Verdict = tuple[Kind, int]
"""A kind, and for FOREIGN and OURS the length of the whole frame in bytes."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that a radar repeats while it lasts; its beginning is an event of that kind."""

    kind: str
    holds: bool


type Meaning = Sequence[Reading | Condition]
"""What one frame says; nothing, where it is sound but has nothing to tell."""

WAIT: Verdict = (Kind.WAIT, 0)
NOISE: Verdict = (Kind.NOISE, 0)


class StreamParser(ABC):
    """The splitter that all families share; a family says what a header and a frame mean.

    `starts` finds where frames may start, and a match of it is at most `start_size` bytes long.
    `longest` is the length of the longest frame that is read. Results depend on the bytes alone,
    never on how they were cut into chunks.
    """

    def __init__(
        self, protocol: str, baud: int, starts: re.Pattern[bytes], start_size: int, longest: int
    ) -> None:
        self._protocol = protocol
        self._byte_seconds = BITS_PER_BYTE / baud
        self._starts = starts
        self._start_size = start_size
        self._longest = longest
        self._rest = b""
        # Where each chunk that reaches into the rest ended in it, and when.
        self._marks: list[tuple[int, float]] = []
        # Bytes of a foreign frame still to come; they are skipped without being counted.
        self._foreign = 0
        # Bytes in a row that belonged to no frame.
        self._noise = 0
        self._bad = 0
        self._lasting: set[str] = set()

    @abstractmethod
    def _judge(self, buffer: bytes, at: int) -> Verdict:
        """What starts at a match of the start pattern. More bytes may only change a WAIT."""

    @abstractmethod
    def _read(self, buffer: bytes, at: int, end: int, t: float) -> Meaning | None:
        """What a complete frame says, None where it is damaged or cannot be true."""

    @property
    def bad(self) -> int:
        """Discarded so far: stretches that were no frame, one a frame's length begun."""
        return self._bad

    def feed(self, data: bytes, t_last: float) -> list[tuple[float, Reading]]:
        """What the bytes complete; see Parser."""
        if not data:
            return []
        buffer = self._rest + data if self._rest else data
        self._marks.append((len(buffer), t_last))
        results: list[tuple[float, Reading]] = []
        position = 0
        while True:
            start = self._starts.search(buffer, position)
            if start is None:
                # What is left may be the beginning of a start pattern.
                keep_from = max(position, len(buffer) - self._start_size + 1)
                self._discard(keep_from - position)
                position = keep_from
                break
            at = start.start()
            self._discard(at - position)
            position = at
            kind, length = self._judge(buffer, at)
            if kind is Kind.WAIT:
                break
            if kind is Kind.FOREIGN:
                # Searched like everything else: the length of a forged header must hide nothing.
                self._foreign = max(self._foreign, length)
                self._discard(start.end() - at)
                position = start.end()
                continue
            if kind is Kind.OURS:
                end = at + length
                if end > len(buffer):
                    break
                t = self._time(end)
                meaning = self._read(buffer, at, end, t)
                if meaning is not None:
                    results.extend((t, reading) for reading in self._readings(meaning, t))
                    self._foreign = self._noise = 0
                    position = end
                    continue
            self._discard(1)
            position = at + 1
        self._keep(buffer, position)
        return results

    def _time(self, end: int) -> float:
        """When the byte before `end` arrived: the chunk's time less the bytes after it."""
        chunk_end, t = next(mark for mark in self._marks if end <= mark[0])
        return t - (chunk_end - end) * self._byte_seconds

    def _readings(self, meaning: Meaning, t: float) -> Iterator[Reading]:
        for part in meaning:
            if not isinstance(part, Condition):
                yield part
            elif not part.holds:
                self._lasting.discard(part.kind)
            elif part.kind not in self._lasting:
                self._lasting.add(part.kind)
                yield NodeEvent(part.kind, f"{part.kind}-{round(t * 1000)}")

    def _discard(self, count: int) -> None:
        foreign = min(count, self._foreign)
        self._foreign -= foreign
        noise = self._noise + count - foreign
        self._bad += -(-noise // self._longest) - -(-self._noise // self._longest)
        self._noise = noise

    def _keep(self, buffer: bytes, position: int) -> None:
        self._rest = buffer[position:]
        if not self._rest:
            self._marks.clear()
        else:
            self._marks = [(end - position, t) for end, t in self._marks if end > position]

    def snapshot(self) -> Json:
        """The unfinished bytes and what little state there is."""
        return {
            "protocol": self._protocol,
            "rest": base64.b64encode(self._rest).decode("ascii"),
            "marks": [[end, t] for end, t in self._marks],
            "foreign": self._foreign,
            "noise": self._noise,
            "bad": self._bad,
            "lasting": list[Json](sorted(self._lasting)),
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; see Parser."""
        protocol = text_in(state, "protocol")
        if protocol != self._protocol:
            raise SnapshotError(f"snapshot is of the protocol {protocol!r}, not {self._protocol!r}")
        try:
            rest = base64.b64decode(text_in(state, "rest"), validate=True)
        except binascii.Error as error:
            raise SnapshotError("snapshot holds bytes that are not base64") from error
        marks = [(_count(row, 0), number_in(row, 1)) for row in rows_in(state, "marks")]
        ends = [0, *(end for end, _ in marks)]
        if ends[-1] != len(rest) or any(end <= start for start, end in pairwise(ends)):
            raise SnapshotError("snapshot holds times that do not fit its bytes")
        foreign, noise = _count(state, "foreign"), _count(state, "noise")
        bad = _count(state, "bad")
        lasting = {str(kind) for kind in rows_in(state, "lasting")}
        self._rest, self._marks = rest, marks
        self._foreign, self._noise, self._bad, self._lasting = foreign, noise, bad, lasting


def _count(state: Json, key: str | int) -> int:
    value = number_in(state, key)
    if value < 0 or value != math.floor(value):
        raise SnapshotError(f"snapshot holds {value!r} for the count {key!r}")
    return int(value)
