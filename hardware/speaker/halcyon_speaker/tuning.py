"""Which tone the node has: as calibration chose it, or quieter, and who may change it."""

from collections.abc import Callable

from halcyon.core.reading import SoundTrouble
from halcyon.sense.ultrasound.sweep import Chosen, Failing, Unusable, carriers
from halcyon.sense.ultrasound.verdict import FADED_S

from .calibrating import Calibration, Kind
from .commands import RefusedError
from .effects import Note
from .emitter import Emitter, Tone
from .keeping import Keeper
from .listener import Chunk, Listener
from .options import START_LEVEL_DB, Options
from .oscillator import nearest_carrier
from .sensing import Sensing
from .sweeping import Sweeper

_ANEW_S = 6 * 3600.0
"""The quiet room is learned anew by itself when it no longer fits, nobody has moved for as long as
an empty room takes to be called that, and it was not tried lately."""

_USUAL_HZ = 20_000.0
"""The carrier of a device that none is known to suit."""


def first_tone(options: Options, carrier: float | None, level: float | None) -> Tone:
    """The tone to start with, given what calibration chose before, if it did."""
    usable = carriers(options.hardware)
    wanted = options.carrier or carrier or (usable[0] if usable else _USUAL_HZ)
    return Tone(nearest_carrier(wanted), START_LEVEL_DB if level is None else level)


class Tuning:
    """The tone of one node, and the calibration that is under way."""

    def __init__(
        self,
        options: Options,
        emitter: Emitter,
        listener: Listener,
        sensing: Sensing,
        keeper: Keeper,
        note: Callable[[Note], None],
    ) -> None:
        self._options = options
        self._emitter = emitter
        self._listener = listener
        self._sensing = sensing
        self._keeper = keeper
        self._note = note
        self._range = carriers(options.hardware) if options.own_tone else ()
        self._calibration: Calibration | None = None
        self._calibrated_at = -_ANEW_S
        self._failing: Failing | None = None

    @property
    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest carrier in Hz; None where the tone is not ours."""
        return (min(self._range), max(self._range)) if self._range else None

    @property
    def calibrating(self) -> bool:
        """Whether a calibration is under way."""
        return self._calibration is not None

    @property
    def sweeping(self) -> bool:
        """Whether tones are being tried, so that nothing can be sensed."""
        return self._calibration is not None and self._calibration.sweeping

    @property
    def trouble(self) -> SoundTrouble | None:
        """What the last sweep found to be wrong."""
        return SoundTrouble.SILENT if self._failing is Failing.UNHEARD else None

    def check(self, carrier: float | None, level: float | None) -> None:
        """Raise RefusedError for a tone (Hz, dBFS) that the node must not or cannot emit."""
        if self.calibrating:
            raise RefusedError("a calibration is under way; try again later")
        low, high = self.range or (0.0, 0.0)
        if carrier is not None and not low <= nearest_carrier(carrier) <= high:
            raise RefusedError(f"{carrier:g} Hz is out of reach; ask for {low:.0f} to {high:.0f}")
        if level is not None and level > self._loudest:
            raise RefusedError(
                f"{level:g} dBFS is louder than the {self._loudest:.1f} that calibration chose; "
                "ask for less, or calibrate again"
            )

    def retune(self, carrier: float | None, level: float | None) -> None:
        """Go to another carrier (Hz) or level (dBFS); None leaves one as calibration chose it."""
        wanted = self._listener.carrier if carrier is None else nearest_carrier(carrier)
        self._emitter.tune(Tone(wanted, self._loudest if level is None else level))
        self._listener.tune(wanted)
        if carrier is not None:
            self._keeper.tone(wanted)

    def calibrate(self, kind: Kind, t: float) -> None:
        """Calibrate from t (host seconds) on, instead of what may be under way."""
        self.cancel()
        self._calibrated_at = t
        self._calibration = Calibration(
            kind,
            t,
            self._sensing,
            lambda: Sweeper(self._options.hardware, self._emitter, self._listener),
            self._choose,
        )

    def cancel(self) -> None:
        """End what is under way without a result."""
        if self.sweeping:
            self._emitter.hold(held=False)
            self.retune(self._keeper.kept.carrier, None)
        self._calibration = None

    def step(self, chunk: Chunk, t: float) -> bool:
        """Take in a chunk that ends at t; gives whether a calibration has ended."""
        calibration = self._calibration
        if calibration is None:
            return False
        calibration.step(chunk, t)
        if not calibration.done:
            return False
        self._calibration = None
        self._keeper.learned(self._sensing.detector.snapshot())
        return True

    def maintain(self, t: float, still: float, *, fits: bool) -> None:
        """Begin a calibration that nobody needs to ask for; nobody has moved for `still` seconds.

        `fits` says that the room was learned and may be relied on.
        """
        if self.calibrating or not self._options.own_tone or self._emitter.playing:
            return
        fresh = self._keeper.kept.level is None and self._failing is None
        if fresh and self._listener.delay is not None:
            self.calibrate(Kind.SWEEP, t)
            return
        if not fits and still > FADED_S and t - self._calibrated_at > _ANEW_S:
            self.calibrate(Kind.FLOOR, t)

    @property
    def _loudest(self) -> float:
        chosen = self._keeper.kept.level
        return START_LEVEL_DB if chosen is None else chosen

    def _choose(self, result: Chosen | Unusable) -> None:
        """Take up what a sweep came to."""
        self._emitter.hold(held=False)
        if isinstance(result, Unusable):
            self._failing = result.failing
            self.retune(self._keeper.kept.carrier, None)
            self._note(Note(f"no carrier serves: {result.failing}", wrong=True))
            return
        self._failing = None
        carrier = nearest_carrier(self._options.carrier or result.carrier)
        self._keeper.tone(carrier, result.level)
        self.retune(carrier, result.level)
        self._note(
            Note(
                f"the tone is {carrier:.0f} Hz at {result.level:.1f} dBFS, "
                f"{result.ratio:.0f} dB over the noise in 1 Hz ({result.reason})"
            )
        )
