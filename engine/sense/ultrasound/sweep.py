"""Which carrier a device is to use, and how loud: found by trying, one tone at a time."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
import math

NEEDED_DB = 90.0
"""How far the tone is to stand above the noise in 1 Hz: 60 dB above that in 1 kHz, all that I/Q
of a 20 kHz carrier holds. It is the floor of -90 dBc/Hz at which people are found to 4 m."""
USABLE_DB = 75.0
"""Below this a node finds nobody beyond arm's length."""

LOUDEST_SPL = 70.0
"""dB at 1 m. For hours of ultrasound at work the limits agree on 75 dB at 20 kHz and 110 dB from
25 kHz on (Howard, Hansen & Zander, 2004); for homes there are none, so a margin is kept."""

AUDIBLE_RISE_DB = 3.0
"""What people can hear may rise by so much while a tone is on; noise of the room does by less."""

LOWEST_HZ = 18_500.0
"""Below, too many people hear it."""
HIGHEST_HZ = 45_000.0
"""Above, air swallows the echoes: 1.5 dB a metre and more."""
INAUDIBLE_HZ = 21_000.0
"""Hardly anybody hears beyond (Kuehler et al., 2019)."""
ULTRASONIC_HZ = 32_000.0
"""From here on neither people nor what the node plays reach."""

_USABLE_BAND = 0.46
"""How much of the rate converters pass, a little less than half."""
_LONGEST_PERIOD = 64
"""Carriers repeat after so many samples at most, so that a short table holds them exactly."""
_OWN_BAND_HZ = 1000.0
"""What a node keeps of each side of its carrier; no harmonic may fold into it."""
_HARMONICS = (2, 3)

_STEP_DB = 1.0
_STEPS = 60
"""Levels are tried in steps of 1 dB, down to 60 dB below the limit."""
_PROBE = 12
"""All carriers are first heard 12 dB below the limit, where little can go wrong."""


class Reason(StrEnum):
    """Why a carrier was chosen."""

    ULTRASONIC = "ultrasonic"
    """At or above 32 kHz, where neither people nor what the node plays reach."""
    INAUDIBLE = "inaudible"
    """Between 21 and 32 kHz, which hardly anybody hears."""
    HIGHEST = "highest"
    """Below 21 kHz, because nothing higher comes back strongly enough."""
    WEAK = "weak"
    """No carrier comes back as strongly as wanted; this one comes closest and will do."""


class Failing(StrEnum):
    """What is wrong with a carrier that was tried, or with all of them."""

    UNHEARD = "unheard"
    """Nothing comes back: no speaker, no microphone, or a muted one."""
    TOO_WEAK = "too_weak"
    """It does not rise far enough over the noise at the loudest allowed level."""
    AUDIBLE = "audible"
    """It makes something that people hear before it is strong enough."""
    NO_CARRIER = "no_carrier"
    """The sample rate holds no inaudible tone at all."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the sound device can do.

    `rate` samples/s. `lowest` and `highest` bound the carrier in Hz where the maker says so.
    `spl` is the sound pressure in dB at 1 m of a tone at full scale, None where unknown.
    `ceiling` dBFS is never exceeded.
    """

    rate: float
    lowest: float = 0.0
    highest: float = float("inf")
    spl: float | None = None
    ceiling: float = -6.0


@dataclass(frozen=True, slots=True)
class Tone:
    """What to emit now: `carrier` Hz at `level` dBFS."""

    carrier: float
    level: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one carrier.

    `level` dBFS is the quietest that does or else the loudest that was tried, `ratio` dB over
    the noise in 1 Hz there or None if nothing was heard; `failing` is None for a carrier that
    would do, and TOO_WEAK for one that need not be tried further.
    """

    carrier: float
    level: float
    ratio: float | None
    failing: Failing | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The carrier (Hz) and the lowest level (dBFS) that serve, and what was tried."""

    carrier: float
    level: float
    ratio: float
    reason: Reason
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """No carrier serves: why most of them do not, and what was tried."""

    failing: Failing
    trials: tuple[Trial, ...]


def carriers(hardware: Hardware) -> tuple[float, ...]:
    """The carriers worth trying, Hz, the most preferred first; empty where there is none.

    They are whole numbers of Hz and of samples, and neither their second nor their third
    harmonic folds back beside them, as that of a third of the rate would.
    """
    lowest = max(LOWEST_HZ, hardware.lowest)
    highest = min(HIGHEST_HZ, hardware.highest, _USABLE_BAND * hardware.rate)
    found = {
        hardware.rate * turns / period
        for period in range(2, _LONGEST_PERIOD + 1)
        if hardware.rate % period == 0
        for turns in range(1, period // 2)
    }
    usable = [
        each
        for each in found
        if lowest <= each <= highest and each == round(each) and not _folds(each, hardware.rate)
    ]
    return tuple(sorted(usable, key=lambda each: (_rank(each), -each)))


def loudest(hardware: Hardware) -> float:
    """The level in dBFS that is never exceeded."""
    if hardware.spl is None:
        return hardware.ceiling
    return min(hardware.ceiling, LOUDEST_SPL - hardware.spl)


def _folds(carrier: float, rate: float) -> bool:
    """Whether a harmonic of the carrier falls into its own band after sampling."""
    folded = (abs(n * carrier - round(n * carrier / rate) * rate) for n in _HARMONICS)
    return any(abs(each - carrier) <= _OWN_BAND_HZ for each in folded)


def _rank(carrier: float) -> int:
    """How little anybody is bothered by a carrier, 0 the least."""
    return 0 if carrier >= ULTRASONIC_HZ else 1 if carrier >= INAUDIBLE_HZ else 2


@dataclass(frozen=True, slots=True)
class _Heard:
    ratio: float | None
    audible: bool


type _Search[Result] = Generator[Tone, _Heard, Result]


class Sweep:
    """One calibration sweep. Emit `next`, `hear` what came of it, until there is a `result`.

    Each tone is to be ramped, to settle, and to be measured for 100 ms or more.
    """

    def __init__(self, hardware: Hardware) -> None:
        self._search = _sweep(hardware)
        self._next: Tone | None = None
        self._result: Chosen | Unusable | None = None
        self._advance(None)

    @property
    def next(self) -> Tone | None:
        """What to emit and measure now, None once there is a result."""
        return self._next

    @property
    def result(self) -> Chosen | Unusable | None:
        """What the sweep came to, None while it goes on."""
        return self._result

    def hear(self, level: float | None, noise: float, audible: float | None) -> None:
        """What came of the tone that `next` asked for; ignored once there is a result.

        `level` is dBFS of the tone at the loudest microphone, None if it cannot be told from
        noise; `noise` dBFS in 1 Hz within 600 Hz of it; `audible` by how many dB the sound
        below 16 kHz rose over the moment before, None where it was not measured.
        """
        if self._result is None:
            ratio = None if level is None else level - noise
            self._advance(_Heard(ratio, audible is not None and audible > AUDIBLE_RISE_DB))

    def _advance(self, heard: _Heard | None) -> None:
        try:
            self._next = next(self._search) if heard is None else self._search.send(heard)
        except StopIteration as end:
            self._next, self._result = None, end.value


class _Candidate:
    """One carrier: what levels were found too weak, enough and audible, in steps below the limit.

    Weaker than too weak is too weak, and louder than audible is audible; so only the steps
    between are worth trying.
    """

    def __init__(self, carrier: float, limit: float) -> None:
        self.carrier, self._limit = carrier, limit
        self._audible, self._weak = -1, _STEPS + 1
        self._enough: int | None = None
        self._ratios: dict[int, float] = {}
        self._latest: tuple[int, float] | None = None

    def probe(self) -> _Search[None]:
        """Hear it once, quietly."""
        yield from self._try(_PROBE)

    @property
    def promise(self) -> int:
        """The quietest step that should do, by what was heard so far; negative is too loud."""
        if self._latest is None:
            return -_STEPS
        step, ratio = self._latest
        return step + math.floor((ratio - NEEDED_DB) / _STEP_DB)

    def search(self) -> _Search[bool]:
        """Find the quietest step that does; gives whether there is one."""
        while True:
            loudest_left = max(self._audible, -1 if self._enough is None else self._enough) + 1
            quietest_left = self._weak - 1
            promise = self.promise
            if loudest_left > quietest_left or promise == self._enough:
                return self._enough is not None
            if promise < loudest_left and self._audible >= 0:
                # It will hardly do; find out quickly how close it comes.
                promise = (loudest_left + quietest_left) // 2
            yield from self._try(min(max(promise, loudest_left), quietest_left))

    def _try(self, step: int) -> _Search[None]:
        tone = Tone(self.carrier, self._limit - step * _STEP_DB)
        heard = yield tone
        if heard.audible:
            # Somebody may have spoken.
            heard = yield tone
        if heard.ratio is not None:
            self._latest = step, heard.ratio
        if heard.audible:
            self._audible = max(self._audible, step)
            return
        if heard.ratio is not None:
            self._ratios[step] = heard.ratio
        if heard.ratio is not None and heard.ratio >= NEEDED_DB:
            self._enough = step
        else:
            self._weak = min(self._weak, step)

    @property
    def best(self) -> tuple[float, float] | None:
        """The level that does or comes closest without being heard, and its ratio."""
        if not self._ratios:
            return None
        step = min(self._ratios) if self._enough is None else self._enough
        return self._limit - step * _STEP_DB, self._ratios[step]

    @property
    def trial(self) -> Trial:
        """What came of it."""
        best = self.best
        if self._enough is not None:
            failing = None
        elif self._audible >= 0:
            failing = Failing.AUDIBLE
        else:
            failing = Failing.UNHEARD if best is None else Failing.TOO_WEAK
        level = self._limit if best is None else best[0]
        return Trial(self.carrier, level, None if best is None else best[1], failing)


def _sweep(hardware: Hardware) -> _Search[Chosen | Unusable]:
    limit = loudest(hardware)
    candidates = [_Candidate(each, limit) for each in carriers(hardware)]
    for each in candidates:
        yield from each.probe()
    candidates.sort(key=lambda each: (_rank(each.carrier), -each.promise))
    for each in candidates:
        if (yield from each.search()):
            reason = (Reason.ULTRASONIC, Reason.INAUDIBLE, Reason.HIGHEST)[_rank(each.carrier)]
            return _chosen(each, reason, candidates)
    heard = [each for each in candidates if each.best is not None]
    closest = max(heard, key=_ratio, default=None)
    if closest is not None and _ratio(closest) >= USABLE_DB:
        return _chosen(closest, Reason.WEAK, candidates)
    return Unusable(_common(candidates), tuple(each.trial for each in candidates))


def _ratio(candidate: _Candidate) -> float:
    return -math.inf if candidate.best is None else candidate.best[1]


def _chosen(candidate: _Candidate, reason: Reason, candidates: list[_Candidate]) -> Chosen:
    level, ratio = candidate.best or (-math.inf, -math.inf)
    trials = tuple(each.trial for each in candidates)
    return Chosen(candidate.carrier, level, ratio, reason, trials)


def _common(candidates: list[_Candidate]) -> Failing:
    """What most carriers failed by."""
    failings = [each.trial.failing or Failing.TOO_WEAK for each in candidates]
    return max(failings, key=failings.count, default=Failing.NO_CARRIER)
