"""What a home knows of its nodes, and what it has asked of them."""

from dataclasses import dataclass, field, replace
import math

from ..core.command import Command
from ..core.output import NodeStatus, Ultrasound
from ..core.reading import (
    Acknowledged,
    Announcement,
    Availability,
    Connection,
    Sounding,
    SoundTrouble,
    Stream,
    Traffic,
)
from .asking import Air, Asked, Wanted, air_differs

STREAM_HZ = 10.0
"""Messages a second to ask for where a stream announces no rate: what the radars deliver."""

IQ_HZ = 1000.0
"""Samples a second to ask for where an I/Q stream announces no rate: what suits 20 kHz."""

REPEAT_SECONDS = 45.0
"""How often a request for streams is repeated: a node heeds one for 60 s, and the next one must
find it still open after a slow host and a slow network."""

AIR_EVERY = 600.0
"""Seconds at least between two words to a node on the air of its room."""

SWEEP_EVERY = 3600.0
"""Seconds at least between two searches for another carrier: a sweep plays many tones."""

OCCUPIED_EVERY = 900.0
"""Seconds after which a node is told again that somebody is in its room; it believes that for
twice as long, so that a home that is gone does not leave it waiting for small movements."""

LEVEL_STEP_DB = 1.0
"""The change of a tone's level or of its ratio that is worth telling."""

_IQ = "iq"
_ALWAYS_ON = frozenset({"json"})
_SAMPLES = _ALWAYS_ON | {_IQ}
"""Encodings that presence does not switch: JSON samples always flow, I/Q has rules of its own."""

type AboutNode = Acknowledged | Announcement | Connection | Sounding | Traffic
"""What is said of a node rather than of a room."""


@dataclass(slots=True)
class Node:
    """One node or other source that reports its connection.

    `boot` and `streams` are known of nodes that announced themselves; only these are asked for
    anything. `asked` is what was asked of it since it came, `pets` a person's wish for it, and
    `carrier` the one in Hz that it must change to. `swept_at` is when it last had to look for one.
    """

    id: str
    availability: Availability = Availability.OFFLINE
    traffic: Traffic = field(default_factory=lambda: Traffic(0, 0, 0, 0, None))
    boot: int | None = None
    streams: tuple[Stream, ...] = ()
    sounding: Sounding | None = None
    pets: bool | None = None
    carrier: float | None = None
    swept_at: float | None = None
    asked: Asked = field(default_factory=Asked)
    told: NodeStatus | None = None
    told_sounding: Sounding | None = None

    @property
    def is_away(self) -> bool:
        """Whether nothing can be heard of it; a sleeping node is only quiet."""
        return self.availability in {Availability.OFFLINE, Availability.UNSUPPORTED}

    @property
    def heeds_rooms(self) -> bool:
        """Whether it must know what goes on in its rooms: samples flow whoever is there."""
        return not {stream.encoding for stream in self.streams} <= _ALWAYS_ON

    @property
    def sound(self) -> Stream | None:
        """Its ultrasonic stream, None where it has none."""
        return next((each for each in self.streams if each.encoding == _IQ), None)

    @property
    def computes(self) -> bool:
        """Whether it finds the motion in its I/Q itself."""
        return (sound := self.sound) is not None and sound.computes

    @property
    def present_carrier(self) -> float | None:
        """The carrier that it was given or, where it was given none, has, Hz."""
        if self.carrier is not None:
            return self.carrier
        return None if self.sounding is None else self.sounding.carrier

    @property
    def is_disturbed(self) -> bool:
        """Whether another sound lies on its carrier."""
        return self.sounding is not None and self.sounding.trouble is SoundTrouble.INTERFERENCE

    def take(self, reading: AboutNode) -> None:
        """Take in what the node says of itself or the host of its traffic."""
        match reading:
            case Connection(availability):
                if availability is Availability.ONLINE is not self.availability:
                    self.asked = Asked()
                self.availability = availability
            case Traffic():
                self.traffic = reading
            case Announcement():
                if reading.boot != self.boot:
                    self.asked = Asked()
                self.boot, self.streams = reading.boot, reading.streams
            case Acknowledged():
                self.asked.answered(reading)
            case Sounding():
                reading = _finite(reading)
                before = self.sounding
                if before is not None and before.carrier != reading.carrier:
                    self.carrier = None  # it obeyed, or has chosen another by itself
                self.sounding = reading

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

    def sound_news(self) -> Ultrasound | None:
        """How it hears its tone, if that is worth telling; it counts as told then."""
        if self.sounding is None or not _differs(self.told_sounding, self.sounding):
            return None
        self.told_sounding = self.sounding
        return self.told_sound

    @property
    def told_sound(self) -> Ultrasound | None:
        """What was told of how it hears its tone, as an output's fact."""
        heard = self.told_sounding
        if heard is None:
            return None
        return Ultrasound(
            node=self.id,
            carrier_hz=heard.carrier,
            level_db=heard.level,
            cnr_db=None if heard.ratio is None else round(heard.ratio, 1),
            calibrated=heard.calibrated,
            trouble=heard.trouble,
            pets=heard.pets,
        )

    def sweep(self, site: str, t: float) -> list[Command]:
        """Let it look for another carrier itself, if what disturbs it is none of ours."""
        recently = self.swept_at is not None and t < self.swept_at + SWEEP_EVERY
        if not (self.computes and self.is_disturbed) or self.carrier is not None or recently:
            return []
        self.swept_at = t
        return [Command(site, self.id, "calibrate", t, (("kind", "sweep"),))]

    def ask(self, site: str, t: float, wanted: Wanted, *, again: bool = False) -> list[Command]:
        """The commands that turn what was asked of the node into what is wanted of it now.

        `again` repeats requests for streams, which a node heeds for a minute only, and what it
        has not acknowledged in time.
        """
        if self.boot is None:
            return []
        asked, commands = self.asked, list[Command]()
        if again and not self.is_away:
            asked.forget_unanswered(t)
        if wanted.standby is not asked.standby:
            asked.standby = wanted.standby
            commands.append(Command(site, self.id, "standby", t, (("on", wanted.standby),)))
        if wanted.streaming is not asked.streaming or (again and wanted.streaming):
            asked.streaming = wanted.streaming
            commands += [
                self._rate(site, t, stream, on=wanted.streaming)
                for stream in self.streams
                if stream.encoding not in _SAMPLES
            ]
        if (sound := self.sound) is not None:
            commands += self._ask_sound(site, t, sound, wanted, again=again)
        for command in commands:
            asked.await_answer(command, t)
        if again and not self.is_away:
            asked.give_up_unanswered(t)
        return commands

    def next_question(self, t: float, wanted: Wanted) -> float | None:
        """When it must be asked again, as things are after it was asked at time t.

        None for not by itself. A node that turned into one of another kind is not asked what only
        the kind before was asked.
        """
        asked, moments = self.asked, list[float]()
        if asked.streaming or asked.listening:
            moments.append(t + REPEAT_SECONDS)
        if not self.is_away and (unanswered := asked.next_repetition) is not None:
            moments.append(unanswered)
        if asked.occupied and self.computes:
            moments.append(asked.occupied_at + OCCUPIED_EVERY)
        if asked.air is not None and self.sound is not None and air_differs(asked.air, wanted.air):
            told_again = asked.air_at + AIR_EVERY
            # What is due and was not told has nobody to hear it yet.
            moments += [told_again] if told_again > t else []
        return min(moments, default=None)

    def _ask_sound(
        self, site: str, t: float, sound: Stream, wanted: Wanted, *, again: bool
    ) -> list[Command]:
        asked, commands = self.asked, list[Command]()
        listening = wanted.listening and not wanted.standby
        if listening is not asked.listening or (again and listening):
            asked.listening = listening
            commands.append(self._rate(site, t, sound, on=listening))
        emission = tuple(
            (key, value)
            for key, value in (("carrier_hz", self.carrier), ("pets", self.pets))
            if value is not None and value != asked.emission.get(key)
        )
        if emission:
            asked.emission.update(emission)
            commands.append(Command(site, self.id, "emit", t, emission))
        if sound.computes and (air := self.breathe(wanted.air, t)) is not None:
            temperature, humidity = air
            fields = (("rh", humidity), ("temp", temperature))
            commands.append(Command(site, self.id, "air", t, fields))
        if sound.computes and self._heeds_presence(t, there=wanted.streaming):
            asked.occupied, asked.occupied_at = wanted.streaming, t
            there = (("occupied", wanted.streaming),)
            commands.append(Command(site, self.id, "presence", t, there))
        return commands

    def _heeds_presence(self, t: float, *, there: bool) -> bool:
        """Whether it is time to tell it that somebody is in its room, or that nobody is."""
        asked = self.asked
        return there is not asked.occupied or (there and t >= asked.occupied_at + OCCUPIED_EVERY)

    def breathe(self, air: Air | None, t: float) -> Air | None:
        """The air of its room if it is time to say so; it counts as said then."""
        asked = self.asked
        if not air_differs(asked.air, air):
            return None
        if asked.air is not None and t < asked.air_at + AIR_EVERY:
            return None
        asked.air, asked.air_at = air, t
        return air

    def _rate(self, site: str, t: float, stream: Stream, *, on: bool) -> Command:
        usual = IQ_HZ if stream.encoding == _IQ else STREAM_HZ
        hz = (stream.rate_hz or usual) if on else 0.0
        return Command(site, self.id, "rate", t, (("hz", hz), ("stream", stream.name)))


def _finite(heard: Sounding) -> Sounding:
    """The same without numbers that are none."""
    names = ("carrier", "level", "ratio", "calibrated")
    wrong = [
        name
        for name in names
        if (value := getattr(heard, name)) is not None and not math.isfinite(value)
    ]
    return replace(heard, **dict.fromkeys(wrong)) if wrong else heard


def _differs(told: Sounding | None, now: Sounding) -> bool:
    if told is None:
        return True
    for before, after in ((told.level, now.level), (told.ratio, now.ratio)):
        if (before is None) is not (after is None):
            return True
        if before is not None and after is not None and abs(after - before) >= LEVEL_STEP_DB:
            return True
    kept = ("carrier", "calibrated", "trouble", "pets")
    return any(getattr(told, key) != getattr(now, key) for key in kept)
