"""What the node says of itself and of each chunk."""

from collections.abc import Callable, Iterable

from halcyon.core.snapshot import Json
from halcyon.service.transport import Letter

from . import __version__
from .alarms import Alarm, Event
from .effects import Effect, Snippet
from .glow import FULL, Light
from .listener import Chunk
from .reporting import Reporter
from .sensing import Seen
from .uncertain import Uncertain
from .wire import STREAM, Address, announcement, chunk as wired, event, sample


class Telling:
    """The messages of one boot of a node, each counted; `room` is where it asks to be."""

    def __init__(self, address: Address, boot: int, room: str | None, *, snippets: bool) -> None:
        self._address = address
        self._boot = boot
        self._room = room
        self._reporter = Reporter()
        self._uncertain = Uncertain() if snippets else None
        self._samples = self._chunks = self._events = 0

    def again(self) -> None:
        """Say everything with the next chunk."""
        self._reporter.again()

    def forget(self) -> None:
        """Drop the chunks that were kept."""
        if self._uncertain is not None:
            self._uncertain.forget()

    def announce(
        self,
        microphones: int,
        rate: float,
        carriers: tuple[float, float] | None,
        alarms: Iterable[Alarm],
        light: Light | None,
    ) -> Letter:
        """What the node is: its baseband at `rate` samples/s, the carriers (Hz) that it can emit.

        `alarms` are those that it holds, and `light` is that which it has.
        """
        stream: dict[str, Json] = {
            "enc": "iq",
            "mics": microphones,
            "rate_hz": rate,
            "zero": 0,
            "scale": 1,
            "computes": True,
        }
        if carriers is not None:
            stream["carriers_hz"] = list(carriers)
        body: dict[str, Json] = {
            "v": 1,
            "boot": self._boot,
            "fw": __version__,
            "model": "speaker",
            "streams": {STREAM: stream},
            "alarms": [{"id": each.occurrence, "at": round(each.at.unix, 3)} for each in alarms],
        }
        if light is not None:
            body["light"] = _light(light)
        if self._room is not None:
            body["room"] = self._room
        return announcement(self._address, body)

    def happened(self, told: Event, uptime: float) -> Letter:
        """What became of an alarm at an uptime (s)."""
        body: dict[str, Json] = {
            "id": told.id,
            "b": self._boot,
            "n": self._events % 2**32,
            "ms": int(1000 * uptime) % 2**32,
            "occurrence": told.occurrence,
            "event": str(told.what),
            "at": round(told.at.unix, 3),
        }
        self._events += 1
        return event(self._address, "alarm", body)

    def report(self, heard: Chunk, t: float, uptime: float, seen: Seen, tone: Json) -> list[Effect]:
        """The sample that is due after a chunk that ends at t, if one is.

        `uptime` is in seconds at the beginning of the stream.
        """
        body = self._reporter.step(t, seen, tone if isinstance(tone, dict) else {})
        if not body:
            return []
        reading = heard.reading
        last = uptime + heard.start + len(reading.samples) / reading.rate
        stamp: dict[str, Json] = {
            "n": self._samples % 2**32,
            "b": self._boot,
            "ms": int(1000 * last) % 2**32,
        }
        self._samples += 1
        return [sample(self._address, stamp | body)]

    def show(
        self,
        heard: Chunk,
        t: float,
        uptime: float,
        seen: Seen,
        about: Callable[[], Letter],
        *,
        is_open: bool,
    ) -> list[Effect]:
        """The chunk itself, where it is wanted, and a snippet where a moment was uncertain."""
        uncertain = self._uncertain
        if not is_open and uncertain is None:
            return []
        letter = wired(self._address, heard.reading, self._boot, self._chunks, uptime + heard.start)
        effects: list[Effect] = []
        if is_open:
            self._chunks += 1
            effects.append(letter)
        if uncertain is not None and (kept := uncertain.step(t, letter, seen)):
            effects.append(Snippet(((kept[0][0], about()), *kept)))
        return effects


def _light(light: Light) -> Json:
    body: dict[str, Json] = {"brightness": round(light.glow.brightness, 4)}
    if light.coloured:
        body["rgb"] = [round(FULL * each) for each in light.glow.colour]
    return body
