"""The node: sound in, messages and sound out. It reads no clock and opens nothing.

Times: seconds of the sample clock since the stream began; `uptime`, which is that and how long
the node was up then; host seconds, which are that and the unix time then. The host of the node
gives it samples, commands and the time, and carries out the effects that it answers.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from halcyon.core.reading import MotionLevel, SoundTrouble
from halcyon.core.snapshot import Json
from halcyon.sense.ultrasound.detector import Verdict
from halcyon.sense.ultrasound.duty import Situation
from halcyon.sense.ultrasound.sweep import Chosen, Failing, Unusable, carriers
from halcyon.sense.ultrasound.verdict import FADED_S
from halcyon.service.transport import Letter

from . import __version__
from .budget import Budget
from .calibrating import Calibration, Kind, sweep_of
from .commands import RefusedError
from .effects import Effect, Note, Save, Snippet
from .emitter import Emitter, Tone
from .keeping import Kept
from .listener import Chunk, Listener
from .options import START_LEVEL_DB, Options
from .oscillator import nearest_carrier
from .reporting import Reporter
from .sensing import Sensing
from .uncertain import Uncertain
from .wire import SCALE, STREAM, Address, announcement, availability, chunk as wired, sample

OPEN_S = 60.0
"""For so long after `cmd/rate` the I/Q is sent."""

_FIRST_LOOK_S = 0.3
"""Silence before the very first tone, against which its rise is seen."""

_DELAY_KNOWN_S = 3.0
"""A tone that was not heard by then is not heard at all; the sound card's word has to do."""

_DETECTED = 0.5
"""A frame's score from which it counts as seen by itself, whatever the state machine holds."""

_QUIET_S = 300.0
_ANEW_S = 6 * 3600.0
"""The quiet room is learned anew by itself when it went stale, nobody has moved for so long, and
that was not tried lately."""


class Node:
    """A node at an address, with microphones that give `rate` samples/s.

    `kept` is what the node saved before, `cpu` counts the seconds that this thread computed.
    """

    def __init__(
        self,
        address: Address,
        options: Options,
        rate: int,
        microphones: int,
        *,
        boot: int,
        kept: Kept,
        cpu: Callable[[], float],
    ) -> None:
        self.address = address
        self.options = options
        self.kept = kept if kept.pets is not None else replace(kept, pets=options.pets)
        self._boot = boot
        self._range = carriers(options.hardware)
        first = options.carrier or kept.carrier or (self._range[0] if self._range else 20_000.0)
        tone = Tone(nearest_carrier(first), START_LEVEL_DB if kept.level is None else kept.level)
        self._situation = Situation(
            since=_FIRST_LOOK_S,
            standby=kept.standby,
            steady=options.steady or not options.own_tone,
            pets=self.pets,
        )
        self.emitter = Emitter(rate, tone, self._situation)
        self.listener = Listener(
            rate, microphones, self.emitter, tone.carrier, delay=None if options.own_tone else 0
        )
        self.sensing = Sensing(Budget(cpu, options.budget))
        if kept.learned is not None:
            self.sensing.restore(kept.learned)
        self._reporter = Reporter()
        self._uncertain = Uncertain() if options.snippets else None
        self._calibration: Calibration | None = None
        self._failing: Failing | None = None
        self._uptime, self._host_t, self._claimed = 0.0, 0.0, 0
        self.t = 0.0
        self._open_until = self._seen_at = self._calibrated_at = -1e18
        self._samples = self._chunks = 0
        self._duty: float | None = None
        self._effects: list[Effect] = []

    @property
    def pets(self) -> bool:
        """Whether the tone is held to what animals bear."""
        return bool(self.kept.pets)

    @property
    def playing(self) -> bool:
        """Whether a sound is being played."""
        return self.emitter.playing

    @property
    def calibrating(self) -> bool:
        """Whether a calibration is under way."""
        return self._calibration is not None

    def begin(self, uptime: float, host_t: float, delay: int = 0) -> None:
        """The stream begins: its first sample is of these times (seconds).

        `delay` is how many samples after it was asked for the sound card says a sample is heard.
        """
        self._uptime, self._host_t, self._claimed = uptime, host_t, delay
        self.t = host_t

    def render(self, count: int) -> NDArray[np.float32]:
        """The next samples to play; may be asked for by another thread."""
        return self.emitter.render(count)

    def greet(self) -> list[Letter]:
        """What is said on every new connection; the rest follows with the next chunk."""
        self._reporter.again()
        return [availability(self.address, "online"), self.announce()]

    def announce(self) -> Letter:
        """What the node is."""
        stream: dict[str, Json] = {
            "enc": "iq",
            "mics": self.listener.microphones,
            "rate_hz": self.listener.output_rate,
            "zero": 0,
            "scale": SCALE,
            "computes": True,
        }
        if self._range and self.options.own_tone:
            stream["carriers_hz"] = [min(self._range), max(self._range)]
        body: dict[str, Json] = {
            "v": 1,
            "boot": self._boot,
            "fw": __version__,
            "model": "speaker",
            "streams": {STREAM: stream},
        }
        if self.options.room is not None:
            body["room"] = self.options.room
        return announcement(self.address, body)

    def hear(self, samples: NDArray[np.float32], lost: int = 0) -> list[Effect]:
        """Take in samples (n, microphones), before which `lost` are missing."""
        for each in self.listener.step(samples, lost):
            self._take(each)
        effects, self._effects = self._effects, []
        return effects

    # What commands change.

    def open(self, *, asked: bool) -> None:
        """Send I/Q for a minute from now on, or no longer."""
        self._open_until = self.t + OPEN_S if asked else self.t

    def stand_by(self, *, on: bool) -> None:
        """Be silent and deaf, or come back."""
        self._keep(standby=on)
        self._calibration = None
        self.emitter.hold(held=False)
        self.sensing.cease()
        self._reporter.again()
        if self._uncertain is not None:
            self._uncertain.forget()

    def check_tone(self, carrier: float | None, level: float | None) -> None:
        """Raise RefusedError for a tone (Hz, dBFS) that the node must not or cannot emit."""
        if carrier is not None:
            low, high = min(self._range, default=0.0), max(self._range, default=0.0)
            if not low <= nearest_carrier(carrier) <= high:
                raise RefusedError(
                    f"{carrier:g} Hz cannot be emitted; ask for {low:.0f} to {high:.0f}"
                )
        limit = START_LEVEL_DB if self.kept.level is None else self.kept.level
        if level is not None and level > limit:
            raise RefusedError(
                f"{level:g} dBFS is louder than the {limit:.1f} that calibration chose; "
                "ask for less, or calibrate again"
            )

    def retune(self, carrier: float | None, level: float | None) -> None:
        """Go to another carrier (Hz) or level (dBFS), which calibration allows."""
        tone = Tone(
            self.listener.carrier if carrier is None else nearest_carrier(carrier),
            (START_LEVEL_DB if self.kept.level is None else self.kept.level)
            if level is None
            else level,
        )
        self.emitter.tune(tone)
        self.listener.tune(tone.carrier)
        if carrier is not None:
            self._keep(carrier=tone.carrier)

    def pace(self, duty: float) -> None:
        """The part of the time that the tone is on at least: 1 is always."""
        self._duty = duty

    def mind_pets(self, *, pets: bool) -> None:
        """Hold the tone to what animals bear, or no longer."""
        self._keep(pets=pets)

    def calibrate(self, kind: Kind) -> None:
        """Calibrate from now on."""
        if self._calibration is not None:
            self.emitter.hold(held=False)
        sweep = sweep_of(self.options.hardware, self.emitter, self.listener)
        self._calibration = Calibration(kind, self.t, self.sensing, sweep, self._choose)
        self._calibrated_at = self.t

    # What a chunk changes.

    def _take(self, heard: Chunk) -> None:
        self.t = self._host_t + heard.end
        if heard.end > _DELAY_KNOWN_S:
            self.listener.expect(self._claimed)
        if not self.kept.standby:
            self._calibrate(heard)
            verdicts = self._sense(heard)
            self._plan(heard, verdicts)
            self._tell(heard)
        self._order(heard)

    def _calibrate(self, heard: Chunk) -> None:
        calibration = self._calibration
        if calibration is None:
            self._maintain(heard)
            return
        calibration.step(heard, self.t)
        if calibration.done and calibration is self._calibration:
            self._calibration = None
            self._keep(learned=self.sensing.detector.snapshot())
            self._reporter.again()

    def _maintain(self, heard: Chunk) -> None:
        """Begin a calibration that nobody needs to ask for."""
        if not self.options.own_tone or self.playing:
            return
        if self.kept.level is None and self._failing is None and self.listener.delay is not None:
            self.calibrate(Kind.SWEEP)
        stale = self.sensing.seen.trouble is SoundTrouble.STALE
        quiet = self.t - self._seen_at > _QUIET_S and heard.end > _QUIET_S
        if stale and quiet and self.t - self._calibrated_at > _ANEW_S:
            self.calibrate(Kind.FLOOR)

    def _choose(self, result: Chosen | Unusable) -> None:
        """Take up what a sweep came to."""
        self.emitter.hold(held=False)
        if isinstance(result, Unusable):
            self._failing = result.failing
            self.retune(self.kept.carrier, None)
            self._effects.append(Note(f"no carrier serves: {result.failing}", wrong=True))
            return
        self._failing = None
        carrier = nearest_carrier(self.options.carrier or result.carrier)
        self._keep(carrier=carrier, level=result.level)
        self.retune(carrier, result.level)
        self._effects += [
            self.announce(),
            Note(
                f"the tone is {carrier:.0f} Hz at {result.level:.1f} dBFS, "
                f"{result.ratio:.0f} dB over the noise in 1 Hz ({result.reason})"
            ),
        ]

    def _sense(self, heard: Chunk) -> tuple[Verdict, ...]:
        if self._calibration is not None and self._calibration.sweeping:
            return ()
        return self.sensing.step(heard.reading, self._host_t + heard.start)

    def _plan(self, heard: Chunk, verdicts: tuple[Verdict, ...]) -> None:
        """Let what was seen decide when the tone is on."""
        for verdict in verdicts:
            if verdict.level is not MotionLevel.NONE:
                self._seen_at = self.t
            if verdict.score < _DETECTED:
                continue
            if verdict.level is MotionLevel.NONE:
                self._situation = self._situation.after_hint(heard.planned)
            else:
                self._situation = self._situation.after_detection(heard.planned)

    def _order(self, heard: Chunk) -> None:
        self._situation = self._situation.changed(
            heard.planned,
            standby=self.kept.standby,
            steady=self.options.steady
            or not self.options.own_tone
            or self._calibration is not None
            or self.t < self._open_until
            or (self._duty is not None and self._duty >= 1),
            occupied=self.t - self._seen_at < FADED_S,
            # A sweep asks for levels itself.
            pets=self.pets and not (self._calibration is not None and self._calibration.sweeping),
        )
        self.emitter.order(self._situation)

    def _tell(self, heard: Chunk) -> None:
        """Say what is to be said after a chunk."""
        reading = heard.reading
        body = self._reporter.step(self.t, self.sensing.seen, self.tone())
        if body:
            last = heard.start + len(reading.samples) / reading.rate
            ms = int((self._uptime + last) * 1000) % 2**32
            stamp: dict[str, Json] = {"n": self._samples % 2**32, "b": self._boot, "ms": ms}
            self._samples += 1
            self._effects.append(sample(self.address, stamp | body))
        uncertain = self._uncertain
        is_open = self.options.share or self.calibrating or self.t < self._open_until
        if not is_open and uncertain is None:
            return
        letter = wired(self.address, reading, self._boot, self._chunks, self._uptime + heard.start)
        if is_open:
            self._chunks += 1
            self._effects.append(letter)
        if uncertain is not None and (kept := uncertain.step(self.t, letter, self.sensing.seen)):
            first = (kept[0][0], self.announce())
            self._effects.append(Snippet((first, *kept)))

    def tone(self) -> dict[str, Json]:
        """The member `ultrasound` of a sample."""
        seen, learned = self.sensing.seen, self.sensing.detector.calibration
        carrier = self.listener.carrier
        trouble = seen.trouble
        if self._failing is Failing.UNHEARD:
            trouble = SoundTrouble.SILENT
        return {
            "carrier_hz": carrier,
            "level_db": round(self.emitter.level, 1) if self.options.own_tone else None,
            "cnr_db": None if seen.ratio is None else round(seen.ratio, 1),
            "calibrated": learned.at if learned.fits(carrier) else None,
            "trouble": None if trouble is None else str(trouble),
            "pets": self.pets,
        }

    def _keep(
        self,
        *,
        standby: bool | None = None,
        pets: bool | None = None,
        carrier: float | None = None,
        level: float | None = None,
        learned: Json = None,
    ) -> None:
        """Change what is kept, and have it saved."""
        kept = self.kept
        self.kept = Kept(
            carrier=kept.carrier if carrier is None else carrier,
            level=kept.level if level is None else level,
            standby=kept.standby if standby is None else standby,
            pets=kept.pets if pets is None else pets,
            learned=kept.learned if learned is None else learned,
        )
        self._effects.append(Save(self.kept))
