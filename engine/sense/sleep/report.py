"""A night summed up: what the sleeper is told of it in the morning.

The figures are told from the revised stages where there are any, else from those that were told
through the night. Whoever is out of bed is not asleep: these epochs count as wake. Latency and
efficiency begin when the sleeper tried to sleep, as in the consensus sleep diary (Carney et al.
2012, Sleep 35:287), so that reading in bed is not held against them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
import math
from statistics import fmean, quantiles

from ...core.sleep import EPOCH_S, Hypnogram, Stage
from ...core.snapshot import Json
from .measures import measure
from .night import Night, NightEpoch

FORMAT = 1
"""Version of the document, the value of `halcyon_night`."""

_FEWEST = 20
"""Epochs, which are ten minutes: a mean or a range of less says nothing of a night."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is kept of every epoch: where it is found, and with how many decimals it is kept."""

    part: Callable[[NightEpoch], object]
    field: str
    decimals: int

    def of(self, epoch: NightEpoch) -> float | None:
        """Its value in an epoch."""
        value: float | None = getattr(self.part(epoch), self.field, None)
        return _rounded(value, self.decimals)


QUANTITIES = {
    "respiration": Quantity(lambda epoch: epoch.sensed.breathing, "rate", 1),
    "respiration_quality": Quantity(lambda epoch: epoch.sensed.breathing, "quality", 2),
    "respiration_variability": Quantity(lambda epoch: epoch.sensed.breathing, "variability", 3),
    "respiration_amplitude": Quantity(lambda epoch: epoch.sensed.breathing, "amplitude", 4),
    "respiration_regularity": Quantity(lambda epoch: epoch.sensed.breathing, "regularity", 3),
    "respiration_pause": Quantity(lambda epoch: epoch.sensed.breathing, "pause", 1),
    "heart_rate": Quantity(lambda epoch: epoch.sensed.heart, "rate", 1),
    "heart_rate_spread": Quantity(lambda epoch: epoch.sensed.heart, "spread", 1),
    "movement": Quantity(lambda epoch: epoch.sensed.movement, "share", 3),
    "movement_peak": Quantity(lambda epoch: epoch.sensed.movement, "peak", 3),
    "distance": Quantity(lambda epoch: epoch.sensed, "distance", 2),
    "temperature": Quantity(lambda epoch: epoch.air, "temp", 1),
    "humidity": Quantity(lambda epoch: epoch.air, "rh", 1),
    "illuminance": Quantity(lambda epoch: epoch.air, "lux", 1),
    "co2": Quantity(lambda epoch: epoch.air, "co2", 0),
}

SPREADS = ("respiration", "heart_rate", "movement", "temperature", "humidity", "illuminance", "co2")
"""The quantities of which a report tells what they were like."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a night; minutes unless said otherwise, None where they cannot be known.

    Totals count the epochs whose stage is known, and `unknown` is what they leave out.
    """

    time_in_bed: float
    """From going to bed to getting up for good."""
    out_of_bed: float
    """Of which somewhere else."""
    unknown: float
    asleep: float | None
    awake: float | None
    light_sleep: float | None
    deep_sleep: float | None
    rem: float | None
    latency: float | None
    """From trying to sleep to falling asleep."""
    wake_after_onset: float | None
    """Awake from falling asleep to getting up."""
    rem_latency: float | None
    """From falling asleep to the first REM."""
    awakenings: float | None
    """How often they woke and slept again."""
    efficiency: float | None
    """Sleep's share of the time since they tried to sleep, of what is known of it; percent."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What a quantity was like: its mean, and what it was below and above in 5 % of the time."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of the epochs in bed of which something is known, percent; None of no epochs."""

    stage: float | None
    respiration: float | None
    heart_rate: float | None
    movement: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """What is told of one night; times are unix seconds, None where they are not known.

    `told` and `revised` are the stages as they were said at the time and as they look from the
    whole night, `series` the value of each of QUANTITIES in every epoch; the first epoch begins
    at `first`. `spreads` say what SPREADS were like from falling asleep to waking for good.
    """

    site: str
    room: str
    sleeper: str
    start: float
    tried: float | None
    asleep: float | None
    woke: float | None
    end: float
    figures: Figures
    coverage: Coverage
    spreads: dict[str, Spread | None]
    first: float
    told: tuple[Stage | None, ...]
    confidence: tuple[float | None, ...]
    revised: tuple[Stage | None, ...]
    in_bed: tuple[bool | None, ...]
    series: dict[str, tuple[float | None, ...]]

    @property
    def stages(self) -> tuple[Stage | None, ...]:
        """The stages that the figures are of."""
        return _best(self.told, self.revised)

    def to_json(self) -> dict[str, Json]:
        """The document that `docs/schemas/night-report.schema.json` describes."""
        return {
            "halcyon_night": FORMAT,
            "site": self.site,
            "room": self.room,
            "sleeper": self.sleeper,
            "start": self.start,
            "tried": self.tried,
            "asleep": self.asleep,
            "woke": self.woke,
            "end": self.end,
            "figures": _members(self.figures),
            "coverage": _members(self.coverage),
            "spreads": {
                name: None if spread is None else _members(spread)
                for name, spread in self.spreads.items()
            },
            "epochs": {
                "first": self.first,
                "seconds": EPOCH_S,
                "told": [None if stage is None else str(stage) for stage in self.told],
                "confidence": [*self.confidence],
                "revised": [None if stage is None else str(stage) for stage in self.revised],
                "in_bed": [*self.in_bed],
                **{name: [*values] for name, values in self.series.items()},
            },
        }


def report(night: Night) -> Report:
    """Sum up a night."""
    epochs = night.epochs
    first = epochs[0].sensed.start if epochs else night.start
    told = tuple(epoch.stage for epoch in epochs)
    revised = tuple(epoch.revised for epoch in epochs)
    stages = _best(told, revised)
    series = {name: tuple(map(each.of, epochs)) for name, each in QUANTITIES.items()}
    sleep = _sleep(night, first)
    return Report(
        site=night.site,
        room=night.room,
        sleeper=night.sleeper,
        start=night.start,
        tried=night.tried,
        asleep=night.asleep,
        woke=night.woke,
        end=night.end,
        figures=_figures(night, first, stages),
        coverage=_coverage(epochs, stages),
        spreads={name: _spread(series[name][sleep], QUANTITIES[name].decimals) for name in SPREADS},
        first=first,
        told=told,
        confidence=tuple(_rounded(epoch.confidence, 2) for epoch in epochs),
        revised=revised,
        in_bed=tuple(epoch.in_bed for epoch in epochs),
        series=series,
    )


def slept(report: Report, values: Sequence[float | None]) -> Sequence[float | None]:
    """Those values of a series that lie between falling asleep and waking for good."""
    return values[_sleep(report, report.first)]


def _sleep(night: Night | Report, first: float) -> slice:
    return slice(
        _epoch(night.asleep, first), None if night.woke is None else _epoch(night.woke, first)
    )


def _best(
    told: tuple[Stage | None, ...], revised: tuple[Stage | None, ...]
) -> tuple[Stage | None, ...]:
    return told if all(stage is None for stage in revised) else revised


def _figures(night: Night, first: float, stages: Sequence[Stage | None]) -> Figures:
    away = [epoch.in_bed is False for epoch in night.epochs]
    lived = tuple(Stage.AWAKE if out else stage for stage, out in zip(stages, away, strict=True))
    whole = measure(Hypnogram(first, lived))
    staged = any(stage is not None for stage in stages)
    asleep = (whole.onset if night.asleep is None else night.asleep) if whole.total_sleep else None
    trying = measure(Hypnogram(first, lived[_epoch(night.tried, first) :]))
    since = None if asleep is None else measure(Hypnogram(first, lived[_epoch(asleep, first) :]))
    return Figures(
        time_in_bed=whole.time_in_bed,
        out_of_bed=sum(away) * EPOCH_S / 60,
        unknown=whole.unknown,
        asleep=whole.total_sleep if staged else None,
        awake=whole.awake if staged else None,
        light_sleep=whole.light if staged else None,
        deep_sleep=whole.deep if staged else None,
        rem=whole.rem if staged else None,
        latency=None if asleep is None else _minutes(night.tried, asleep),
        wake_after_onset=None if since is None else since.wake_after_onset,
        rem_latency=None if since is None else since.rem_latency,
        awakenings=None if since is None else since.awakenings,
        efficiency=_percent(trying.efficiency) if staged else None,
    )


def _coverage(epochs: Sequence[NightEpoch], stages: Sequence[Stage | None]) -> Coverage:
    inside = [
        (epoch, stage)
        for epoch, stage in zip(epochs, stages, strict=True)
        if epoch.in_bed is not False
    ]

    def share(known: Callable[[NightEpoch], object]) -> float | None:
        return _share([known(epoch) is not None for epoch, _ in inside])

    return Coverage(
        stage=_share([stage is not None for _, stage in inside]),
        respiration=share(QUANTITIES["respiration"].of),
        heart_rate=share(QUANTITIES["heart_rate"].of),
        movement=share(QUANTITIES["movement"].of),
    )


def _spread(values: Sequence[float | None], decimals: int) -> Spread | None:
    known = [value for value in values if value is not None]
    if len(known) < _FEWEST:
        return None
    twentieths = quantiles(known, n=20, method="inclusive")
    low, mean, high = (
        round(each, decimals) for each in (twentieths[0], fmean(known), twentieths[-1])
    )
    return Spread(mean, low, high)


def _epoch(t: float | None, first: float) -> int:
    """The epoch in which a time lies, 0 before the first."""
    return 0 if t is None else max(0, math.floor((t - first) / EPOCH_S))


def _minutes(start: float | None, end: float) -> float | None:
    return None if start is None else round(max(0.0, end - start) / 60, 1)


def _share(known: Sequence[bool]) -> float | None:
    return _percent(sum(known) / len(known)) if known else None


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)


def _members(part: Figures | Coverage | Spread) -> dict[str, Json]:
    return {field.name: getattr(part, field.name) for field in fields(part)}
