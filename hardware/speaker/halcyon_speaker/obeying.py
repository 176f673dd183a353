"""Each command that the node knows: what it must say, and what it changes."""

from collections.abc import Callable
from dataclasses import replace

from .calibrating import Kind
from .commands import Asked, Inbox, RefusedError, Settled
from .effects import Effect, Fetch, Shine, Wake
from .glow import FULL, WHITE, Glow
from .node import Node
from .orders import read_order
from .sounds import Sound
from .wire import STREAM, answer

_TEMPERATURES = (-40.0, 85.0)
_LOUDEST_DB = 0.0
_QUIETEST_DB = -90.0
_LONGEST_RAMP_S = 3600.0
_LONGEST_URL = 2048


class Obedience:
    """Carries commands to a node and answers each of them once."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._inbox = Inbox()
        self._known: dict[str, Callable[[Asked], list[Effect]]] = {
            "rebirth": self._rebirth,
            "rate": self._rate,
            "standby": self._standby,
            "calibrate": self._calibrate,
            "emit": self._emit,
            "air": self._air,
            "presence": self._presence,
            "play": self._play,
            "listen": self._listen,
            "alarm": self._alarm,
            "light": self._light,
        }

    def obey(self, name: str, payload: bytes, unix: float) -> list[Effect]:
        """Take in a command at a time of the wall clock; the effects include its answer."""
        asked = self._inbox.read(name, payload, unix)
        if asked is None:
            return []
        if isinstance(asked, Settled):
            return [answer(self._node.address, name, asked.id, asked.error)]
        try:
            effects = self._known.get(name, self._unknown)(asked)
        except RefusedError as refusal:
            return [self._settle(name, asked.id, str(refusal))]
        if any(isinstance(each, Fetch | Wake | Shine) for each in effects):
            return effects
        return [self._settle(name, asked.id, None), *effects]

    def fetched(self, fetch: Fetch, sound: Sound | str) -> list[Effect]:
        """What was to be fetched is there, or an error says why not."""
        if self._node.satellite is not None:
            self._node.satellite.fetch(begins=False)
        if isinstance(sound, str):
            return [self._settle("play", fetch.id, sound)]
        self._node.emitter.play(sound, fetch.volume)
        return [self._settle("play", fetch.id, None)]

    def woken(self, wake: Wake, error: str | None) -> list[Effect]:
        """An order about an alarm was followed and kept, or an error says why not."""
        return [self._settle("alarm", wake.id, error)]

    def shone(self, shine: Shine, error: str | None) -> list[Effect]:
        """The light changes, which is announced, or an error says why not."""
        settled = self._settle("light", shine.id, error)
        if error is not None or self._node.light is None:
            return [settled]
        self._node.light = replace(self._node.light, glow=shine.glow)
        return [settled, self._node.announce()]

    def _settle(self, name: str, given: str, error: str | None) -> Effect:
        self._inbox.settle(given, error)
        return answer(self._node.address, name, given, error)

    def _rebirth(self, _asked: Asked) -> list[Effect]:
        return list(self._node.greet())

    def _rate(self, asked: Asked) -> list[Effect]:
        stream, hertz = asked.text("stream"), asked.number("hz", 0.0, 1e6)
        if stream != STREAM:
            raise RefusedError(f"there is no stream {stream!r} to ask for; this node has {STREAM}")
        if hertz is None:
            raise RefusedError("hz must be a number: 0 for no I/Q, more for a minute of it")
        self._node.open(asked=hertz > 0)
        return []

    def _standby(self, asked: Asked) -> list[Effect]:
        on = asked.flag("on")
        if on is None:
            raise RefusedError("on must be true or false")
        self._node.stand_by(on=on)
        return []

    def _calibrate(self, asked: Asked) -> list[Effect]:
        given = asked.text("kind") or Kind.ALL
        if given not in list(Kind):
            raise RefusedError(f"kind must be one of {', '.join(Kind)}, not {given!r}")
        kind = Kind(given)
        node = self._node
        if node.kept.standby:
            raise RefusedError("the node is in standby; end that first")
        if not node.options.own_tone and kind is not Kind.FLOOR:
            raise RefusedError("this node emits no tone of its own; only floor can be calibrated")
        node.calibrate(kind)
        return []

    def _emit(self, asked: Asked) -> list[Effect]:
        node = self._node
        carrier = asked.number("carrier_hz", 0.0, 1e6)
        level = asked.number("level_db", _QUIETEST_DB, _LOUDEST_DB)
        duty, pets = asked.number("duty", 0.0, 1.0), asked.flag("pets")
        if not node.options.own_tone:
            raise RefusedError("this node emits no tone of its own")
        if carrier is not None or level is not None:
            node.tuning.check(carrier, level)
            node.tuning.retune(carrier, level)
        if duty is not None:
            node.pacing.duty(duty)
        if pets is not None:
            node.mind_pets(there=pets)
        return []

    def _air(self, asked: Asked) -> list[Effect]:
        temperature = asked.number("temp", *_TEMPERATURES)
        humidity = asked.number("rh", 0.0, 100.0)
        self._node.air(temperature, humidity)
        return []

    def _presence(self, asked: Asked) -> list[Effect]:
        occupied = asked.flag("occupied")
        if occupied is None:
            raise RefusedError("occupied must be true or false")
        self._node.presence(occupied=occupied)
        return []

    def _play(self, asked: Asked) -> list[Effect]:
        sound, volume = asked.text("sound"), asked.number("volume", 0.0, 1.0)
        if volume == 0:
            self._node.emitter.play(None)
            return []
        if self._node.emitter.ringing:
            raise RefusedError("an alarm rings; dismiss or snooze it first")
        url = asked.text("url", _LONGEST_URL)
        source = url if sound is None else sound
        if source is None:
            raise RefusedError(
                "sound must name a file in the node's folder of sounds, or url say where one lies"
            )
        if self._node.satellite is not None:
            self._node.satellite.fetch(begins=True)
        return [Fetch(asked.id, source, 1.0 if volume is None else volume, remote=sound is None)]

    def _listen(self, _asked: Asked) -> list[Effect]:
        node = self._node
        if node.satellite is None:
            raise RefusedError("this node has no ear; give it a wake_word under [voice]")
        if node.kept.standby:
            raise RefusedError("the node is in standby; end that first")
        node.satellite.listen()
        return []

    def _alarm(self, asked: Asked) -> list[Effect]:
        return [Wake(asked.id, read_order(asked))]

    def _unknown(self, asked: Asked) -> list[Effect]:
        known = ", ".join(self._known)
        raise RefusedError(f"a speaker node knows no {asked.name}; it knows {known}")

    def _light(self, asked: Asked) -> list[Effect]:
        brightness = asked.number("brightness", 0.0, 1.0)
        seconds = asked.number("ramp_s", 0.0, _LONGEST_RAMP_S)
        if brightness is None:
            raise RefusedError("brightness must be a number from 0 to 1")
        colour = WHITE
        if (given := asked.numbers("rgb", 3, 0.0, FULL)) is not None:
            red, green, blue = (each / FULL for each in given)
            colour = (red, green, blue)
        return [Shine(asked.id, Glow(brightness, colour), seconds or 0.0)]
