"""What the node plays: its tone when the plan wants it, and a sound or an alarm beside it.

The sound card's own thread asks for samples while another gives orders, hence the lock. Samples
are numbered from the beginning of the stream.
"""

from dataclasses import dataclass
import threading

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.ultrasound.duty import Situation, plan
from halcyon.sense.ultrasound.envelope import Gate, Worth

from .oscillator import Oscillator
from .sounds import HEADROOM, Sound
from .voice import Voice

_HALF = 0.5
"""Of a ramp, in the middle of its time."""


@dataclass(frozen=True, slots=True)
class Tone:
    """`carrier` Hz at `level` dBFS, before the plan makes it quieter."""

    carrier: float
    level: float


@dataclass(slots=True, eq=False)
class _Playing:
    """A sound, how loud it is wanted, and what of it is still to come beside the present tone."""

    sound: Sound
    volume: float
    samples: NDArray[np.float32]
    position: int = 0


class Emitter:
    """The tone and the sounds of one device at `rate` samples/s.

    The tone changes its carrier and its level only while it is off, so every change ends and
    begins with the gate's ramps, and `held` keeps it off.
    """

    def __init__(self, rate: int, tone: Tone, situation: Situation) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._gate = Gate(rate)
        self._situation = situation
        self._wanted = tone
        self._held = False
        self._oscillator = Oscillator(tone.carrier, rate)
        self._present: tuple[Tone, float] = (tone, 0.0)
        self._amplitude = _amplitude(tone.level)
        self._gain = 0.0
        self._playing: _Playing | None = None
        self._voices: list[Voice] = []
        self._played: list[tuple[int, int]] = []
        self._delay, self._pace = 0, 1.0
        self._rose: int | None = None
        self.count = 0

    @property
    def level(self) -> float:
        """How loud the tone is where it is on, dBFS."""
        tone, gain = self._present
        return tone.level + gain

    def order(self, situation: Situation) -> None:
        """Follow another situation from now on."""
        with self._lock:
            self._situation = situation

    def tune(self, tone: Tone) -> None:
        """Go to another carrier or level."""
        with self._lock:
            playing = self._playing
        beside = None if playing is None else _beside(playing.sound, tone, playing.volume)
        with self._lock:
            self._wanted = tone
            if playing is not None and beside is not None:
                playing.samples = beside

    def hold(self, *, held: bool) -> None:
        """Keep the tone off, whatever the plan says."""
        with self._lock:
            self._held = held

    def heard(self, delay: int, pace: float) -> None:
        """Samples are heard so much later than they are asked for; the plan is of what is heard.

        `pace` is seconds of the plan in a second of the stream.
        """
        with self._lock:
            self._delay, self._pace = delay, pace

    @property
    def rose(self) -> int | None:
        """The number of the sample in the middle of the tone's last rise, None before the first."""
        return self._rose

    def play(self, sound: Sound | None, volume: float = 1.0) -> None:
        """Play a sound instead of the present one; None ends it."""
        made = None
        if sound is not None:
            made = _Playing(sound, volume, _beside(sound, self._wanted, volume))
        with self._lock:
            # An alarm comes first.
            self._playing = None if self._voices else made

    def ring(self, voice: Voice | None) -> None:
        """Let an alarm be heard instead of whatever is played; None ends it."""
        with self._lock:
            for each in self._voices:
                each.end()
            if voice is not None:
                self._voices.append(voice)
                self._playing = None

    @property
    def ringing(self) -> bool:
        """Whether an alarm is heard."""
        return bool(self._voices)

    @property
    def playing(self) -> bool:
        """Whether a sound or an alarm is heard."""
        return self._playing is not None or self.ringing

    def render(self, count: int) -> NDArray[np.float32]:
        """The next samples, shape (count, 2): tone and sound, and the sound alone."""
        with self._lock:
            tone, sound = self._tone(count), self._sound(count) + self._ring(count)
            self.count += count
        return np.stack([tone + sound, sound], axis=1)

    def worth(self, first: int, count: int) -> tuple[Worth, bool]:
        """What samples of the past are worth, and whether a sound was played during them."""
        with self._lock:
            played = any(begin < first + count and first < end for begin, end in self._played)
            return self._gate.worth(first, count), played

    def _tone(self, count: int) -> NDArray[np.float32]:
        on = self._plan(count)
        shape = self._gate.follow(on)
        out = np.zeros(count, dtype=np.float32)
        if shape.any():
            cosine = self._oscillator.cosine(self.count, count)
            out += np.float32(self._amplitude) * shape * cosine
            before = np.concatenate([[self._gain], shape[:-1]])
            rising = np.flatnonzero((shape >= _HALF) & (before < _HALF))
            if len(rising):
                self._rose = self.count + int(rising[-1])
        self._gain = float(shape[-1]) if count else self._gain
        return out

    def _plan(self, count: int) -> NDArray[np.bool_]:
        """Where the tone is wanted in the next samples."""
        on = np.zeros(count, dtype=np.bool_)
        at = 0
        while at < count:
            t = (self.count + self._delay + at) / self.rate * self._pace
            wish = plan(self._situation, t)
            left = min(float(count), (wish.until - t) / self._pace * self.rate)
            end = min(count, at + max(1, round(left)))
            if wish.on and not self._held and self._settled(wish.gain):
                on[at:end] = True
            at = end
        return on

    def _settled(self, gain: float) -> bool:
        """Whether the tone is the one that is wanted; while it is off it is made that."""
        wanted = (self._wanted, gain)
        if self._present != wanted and not self._gain:
            tone, carrier = self._wanted, self._present[0].carrier
            self._present = wanted
            self._amplitude = _amplitude(tone.level + gain)
            if carrier != tone.carrier:
                self._oscillator = Oscillator(tone.carrier, self.rate)
        return self._present == wanted

    def _sound(self, count: int) -> NDArray[np.float32]:
        out = np.zeros(count, dtype=np.float32)
        playing = self._playing
        if playing is None:
            return out
        part = playing.samples[playing.position : playing.position + count]
        out[: len(part)] = part
        playing.position += len(part)
        self._note(self.count, self.count + len(part))
        if playing.position >= len(playing.samples):
            self._playing = None
        return out

    def _ring(self, count: int) -> NDArray[np.float32]:
        out = np.zeros(count, dtype=np.float32)
        if self._voices:
            room = HEADROOM - max(self._amplitude, _amplitude(self._wanted.level))
            # One that fades away makes room for the next as fast as it goes.
            for each in self._voices:
                out += each.render(count, room / len(self._voices))
            self._voices = [each for each in self._voices if not each.is_over]
            self._note(self.count, self.count + count)
        return out

    def _note(self, first: int, end: int) -> None:
        """Remember when something was played."""
        if self._played and self._played[-1][1] == first:
            first = self._played.pop()[0]
        self._played = [each for each in self._played if each[1] > first - 10 * self.rate]
        self._played.append((first, end))


def _beside(sound: Sound, tone: Tone, volume: float) -> NDArray[np.float32]:
    return sound.beside(tone.carrier, _amplitude(tone.level), volume)


def _amplitude(level: float) -> float:
    return float(10 ** (level / 20))
