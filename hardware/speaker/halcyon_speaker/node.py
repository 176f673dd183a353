"""The node: sound in, messages and sound out. It reads no clock and opens nothing.

Times: seconds of the sample clock since the stream began; `uptime`, which is that and how long
the node was up then; host seconds, which are that and the unix time then. The host of the node
gives it samples, commands and the time, and carries out the effects that it answers.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from halcyon.core.reading import SoundTrouble
from halcyon.core.snapshot import Json
from halcyon.sense.ultrasound.duty import Situation
from halcyon.sense.ultrasound.staleness import Freshness
from halcyon.service.transport import Letter

from .ageing import Ageing, conditions_from_json, conditions_to_json
from .alarms import Alarm, Event
from .budget import Budget
from .calibrating import Kind
from .effects import Effect, Save
from .emitter import Emitter
from .glow import Light
from .keeping import Keeper, Kept
from .listener import Chunk, Listener
from .options import Options
from .pacing import FIRST_LOOK_S, Pacing
from .sensing import Sensing
from .talk.satellite import Satellite
from .telling import Telling
from .tuning import Tuning, first_tone
from .wire import Address, availability

_DELAY_KNOWN_S = 3.0
"""A tone that was not heard by then is not heard at all; the sound card's word has to do."""


class Node:
    """A node at an address, with microphones that give `rate` samples/s.

    `kept` is what the node saved before, `cpu` counts the seconds that this thread computed. The
    host keeps `alarms` at those that the node holds, and gives the `light` that there is.
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
        self._effects: list[Effect] = []
        if kept.pets is None:
            kept = replace(kept, pets=options.pets)
        self._keeper = Keeper(kept, lambda changed: self._effects.append(Save(changed)))
        steady = options.steady or not options.own_tone
        pets, standby = bool(kept.pets), kept.standby
        situation = Situation(since=FIRST_LOOK_S, standby=standby, steady=steady, pets=pets)
        tone = first_tone(options, kept.carrier, kept.level)
        self.emitter = Emitter(rate, tone, situation)
        delay = None if options.own_tone else 0
        self.listener = Listener(rate, microphones, self.emitter, tone.carrier, delay=delay)
        self.sensing = Sensing(Budget(cpu, options.budget))
        if kept.learned is not None:
            self.sensing.restore(kept.learned)
        self.pacing = Pacing(self.emitter, situation, steady=steady)
        self.tuning = Tuning(
            options,
            self.emitter,
            self.listener,
            self.sensing,
            self._keeper,
            self._effects.append,
        )
        self._ageing = Ageing(conditions_from_json(kept.conditions))
        self._telling = Telling(address, boot, options.room, snippets=options.snippets)
        self._announced_rate = self.listener.output_rate
        self._uptime, self._host_t, self._claimed = 0.0, 0.0, 0
        self.t = 0.0
        self.alarms: tuple[Alarm, ...] = ()
        self.light: Light | None = None
        self.satellite: Satellite | None = None
        """What sends speech to be recognised, where a person wants that."""

    @property
    def kept(self) -> Kept:
        """What outlasts a restart."""
        return self._keeper.kept

    def begin(self, uptime: float, host_t: float, delay: int = 0) -> None:
        """The stream begins: its first sample is of these times (seconds).

        `delay` is how many samples after it was asked for the sound card says a sample is heard.
        """
        self._uptime, self._host_t, self._claimed = uptime, host_t, delay
        self.t = host_t

    def render(self, count: int) -> NDArray[np.float32]:
        """The next samples to play, see Render; may be asked for by another thread."""
        samples = self.emitter.render(count)
        if self.satellite is not None:
            # The second column is without the tone.
            self.satellite.play(samples[:, 1])
        return samples

    def hear(self, samples: NDArray[np.float32], lost: int = 0) -> list[Effect]:
        """Take in samples (n, microphones), before which `lost` are missing."""
        for each in self.listener.step(samples, lost):
            self._take(each)
        if self.satellite is not None and not self.kept.standby:
            # An alarm may be spoken to.
            playing = self.emitter.playing and not self.emitter.ringing
            self._effects += self.satellite.hear(samples[:, 0], playing=playing)
        effects = self._effects.copy()
        self._effects.clear()
        return effects

    def greet(self) -> list[Letter]:
        """What is said on every new connection; the rest follows with the next chunk."""
        self._telling.again()
        return [availability(self.address, "online"), self.announce()]

    def announce(self) -> Letter:
        """What the node is."""
        listener = self.listener
        return self._telling.announce(
            listener.microphones,
            listener.output_rate,
            self.tuning.range,
            self.alarms,
            self.light,
        )

    def tell(self, event: Event, uptime: float) -> Letter:
        """What became of an alarm at an uptime (s)."""
        return self._telling.happened(event, uptime)

    def tone(self) -> dict[str, Json]:
        """The state of the tone, as a sample tells it."""
        seen, learned = self.sensing.seen, self.sensing.detector.calibration
        trouble = self.tuning.trouble or seen.trouble
        if trouble is None and self._ageing.judge(self.t) is Freshness.STALE:
            trouble = SoundTrouble.STALE
        carrier = self.listener.carrier
        return {
            "carrier_hz": carrier,
            "level_db": round(self.emitter.level, 1) if self.options.own_tone else None,
            "cnr_db": None if seen.ratio is None else round(seen.ratio, 1),
            "calibrated": learned.at if learned.fits(carrier) else None,
            "trouble": None if trouble is None else str(trouble),
            "pets": bool(self.kept.pets),
        }

    def stand_by(self, *, on: bool) -> None:
        """Be silent and deaf, or come back."""
        self._keeper.standby(on=on)
        self.tuning.cancel()
        self.sensing.cease()
        self._telling.again()
        self._telling.forget()
        if on and self.satellite is not None:
            self._effects += self.satellite.cease()

    def air(self, temperature: float | None, humidity: float | None) -> None:
        """What the air of the room is like: degrees Celsius and percent."""
        self.sensing.detector.air(temperature, humidity)
        self._ageing.air(temperature, humidity)

    def presence(self, *, occupied: bool) -> None:
        """What the home says: whether somebody is in the room."""
        self.pacing.told(self.t, occupied=occupied)

    def mind_pets(self, *, there: bool) -> None:
        """Hold the tone to what animals bear, or no longer."""
        self._keeper.pets(there=there)

    def calibrate(self, kind: Kind) -> None:
        """Calibrate from now on."""
        self.tuning.calibrate(kind, self.t)

    def open(self, *, asked: bool) -> None:
        """Send I/Q for a minute from now on, or no longer."""
        self.pacing.open(self.t, asked=asked)

    def _take(self, heard: Chunk) -> None:
        t = self.t = self._host_t + heard.end
        if heard.end > _DELAY_KNOWN_S:
            self.listener.expect(self._claimed)
        if not self.kept.standby:
            if self.tuning.step(heard, t):
                self._telling.again()
            if not self.tuning.sweeping:
                self._sense(heard, t)
            # Before the stream began, nobody knows who moved.
            still = min(self.pacing.still(t), heard.end)
            self.tuning.maintain(t, still, fits=self._fits(t))
            self._tell(heard)
        self.pacing.order(
            heard,
            t,
            standby=self.kept.standby,
            calibrating=self.tuning.calibrating,
            # A sweep asks for levels itself.
            pets=bool(self.kept.pets) and not self.tuning.sweeping,
        )

    def _sense(self, heard: Chunk, t: float) -> None:
        sensing = self.sensing
        sensing.detector.occupied(occupied=self.pacing.is_occupied(t))
        verdicts = sensing.step(heard.reading, self._host_t + heard.start)
        self.pacing.see(verdicts, heard, t)
        learned = sensing.detector.calibration
        conditions = self._ageing.observe(heard, sensing.seen, learned, t)
        if conditions is not None:
            self._keeper.conditions(conditions_to_json(conditions))

    def _fits(self, t: float) -> bool:
        """Whether what was learned may be relied on at t, host seconds."""
        learned = self.sensing.detector.calibration
        fresh = self._ageing.judge(t) is Freshness.FRESH
        return fresh and learned.fits(self.listener.carrier)

    def _tell(self, heard: Chunk) -> None:
        """Say what is to be said after a chunk."""
        if self.listener.output_rate != self._announced_rate:
            self._announced_rate = self.listener.output_rate
            self._effects.append(self.announce())
        seen, t = self.sensing.seen, self.t
        is_open = self.options.share or self.tuning.calibrating or self.pacing.is_open(t)
        self._effects += self._telling.report(heard, t, self._uptime, seen, self.tone())
        self._effects += self._telling.show(
            heard, t, self._uptime, seen, self.announce, is_open=is_open
        )
