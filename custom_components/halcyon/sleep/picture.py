"""The picture of a night: its figures, stages, breathing, movement and room, as a PNG.

It has a dark ground of its own, so that it can be read on light and on dark dashboards.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
import math
from typing import NamedTuple

from ..engine.core.sleep import EPOCH_S, Stage
from ..engine.sense.sleep.advice import advise
from ..engine.sense.sleep.comparison import compare
from ..engine.sense.sleep.kept import Kept
from ..engine.sense.sleep.report import Report
from .sheet import Sheet
from .style import Style

WIDTH, HEIGHT = 1200, 1010
_LEFT, _RIGHT = 190, 1165

_GROUND = "#10141f"
_GRID = "#232a3a"
_MUTED = "#8b95a9"
_TEXT = "#e8ecf4"
_ACCENT = "#f2b36b"
_GREEN = "#9ece6a"
_RED = "#f7768e"
_YELLOW = "#e0c46c"

_LEVELS = (
    (Stage.AWAKE, "#f2b36b"),
    (Stage.REM, "#5fc9b8"),
    (Stage.LIGHT, "#7aa2f7"),
    (Stage.DEEP, "#5361d6"),
)
_STAGES_TOP, _LEVEL = 215, 62

_SMOOTH = 5
"""Epochs over whose median a line goes: of every single one it would be a band."""

type Values = Sequence[float | None]


def draw(kept: Kept, before: Sequence[Report], style: Style) -> bytes:
    """A night as a PNG, beside those before it."""
    sheet = Sheet(WIDTH, HEIGHT, _GROUND)
    panels = _Panels(sheet, kept.report, style)
    panels.head()
    panels.figures(before)
    panels.stages()
    panels.moments(kept)
    panels.legend(kept)
    series = kept.report.series
    degrees = [None if each is None else style.degrees(each) for each in series["temperature"]]
    panels.line(505, 605, "respiration", "", _smoothed(series["respiration"]), _GREEN, least=4.0)
    panels.bars(635, 695, "movement", series["movement"], _ACCENT)
    panels.line(725, 815, "temperature", style.unit, degrees, _RED, least=2.0)
    panels.bars(845, 895, "light", _bright(series["illuminance"]), _YELLOW)
    panels.hours(895)
    panels.advice()
    return sheet.png()


class _Panels:
    """The parts of the picture, from top to bottom."""

    def __init__(self, sheet: Sheet, report: Report, style: Style) -> None:
        self._sheet = sheet
        self._report = report
        self._style = style
        self._start = min(report.start, report.first)
        self._end = max(report.end, report.first + len(report.told) * EPOCH_S, self._start + 60.0)

    def head(self) -> None:
        """Which night it is."""
        first, last = (self._time(t) for t in (self._report.start, self._report.end))
        days = f"{first:%Y-%m-%d}" + (f" / {last:%d}" if last.date() != first.date() else "")
        self._sheet.text((35, 26), f"{days}   {first:%H:%M} - {last:%H:%M}", 26, _MUTED)

    def figures(self, before: Sequence[Report]) -> None:
        """What one looks for first, and what it is on other nights."""
        figures, beside = self._report.figures, compare(self._report, before)
        shown = {
            "asleep": (figures.asleep, _hours),
            "efficiency": (figures.efficiency, _percent),
            "latency": (figures.latency, _minutes),
            "awakenings": (figures.awakenings, _count),
        }
        for place, (name, (value, form)) in enumerate(shown.items()):
            x = 35 + place * 292
            self._sheet.text((x, 74), self._word(name), 22, _MUTED)
            self._sheet.text((x, 98), "-" if value is None else form(value), 44, _TEXT)
            if name in beside:
                usual = f"{self._word('usually')} {form(beside[name].median)}"
                self._sheet.text((x, 148), usual, 20, _MUTED)

    def stages(self) -> None:
        """The hypnogram: the stages, and as a thin line what was said of them at the time."""
        report = self._report
        for level, (stage, colour) in enumerate(_LEVELS):
            bottom = _STAGES_TOP + (level + 1) * _LEVEL
            place = (_LEFT - 18, _middle(stage))
            self._sheet.text(place, self._word(stage), 24, colour, anchor="rm")
            self._rule(bottom - 1)
        last: tuple[float, float] | None = None
        for stay in _runs(report.stages):
            if stay.stage is None:
                last = None
                continue
            x0, x1, y = self._x(stay.start), self._x(stay.end), _middle(stay.stage)
            if last is not None:
                self._sheet.stroke([last, (x0, y)], _MUTED, 1.5)
            colour = dict(_LEVELS)[stay.stage]
            self._sheet.box(x0, y - 19.0, max(x1, x0 + 1.5), y + 19.0, colour)
            last = (x1, y)
        for stay in _runs(report.told) if report.stages is report.revised else ():
            if stay.stage is not None:
                y = _middle(stay.stage) + _LEVEL / 2 - 8
                self._sheet.stroke([(self._x(stay.start), y), (self._x(stay.end), y)], _MUTED, 2.5)

    def moments(self, kept: Kept) -> None:
        """When they tried to sleep, slept and woke: as seen, and as triangles what they say."""
        report, diary = kept.report, kept.diary
        bottom = _STAGES_TOP + len(_LEVELS) * _LEVEL
        for seen in (report.tried, report.asleep, report.woke):
            if seen is not None and self._start <= seen <= self._end:
                x = self._x((seen - report.first) / EPOCH_S)
                for y in range(_STAGES_TOP - 8, bottom, 12):
                    self._sheet.stroke([(x, y), (x, y + 5)], _TEXT, 1.5)
        for said in (diary.tried, diary.asleep, diary.woke):
            if said is not None and self._start <= said <= self._end:
                self._sheet.triangle(self._x((said - report.first) / EPOCH_S), bottom + 1, _ACCENT)

    def legend(self, kept: Kept) -> None:
        """What the thin lines and the triangles are, where there are any."""
        x, y = float(_RIGHT), _STAGES_TOP - 23
        if kept.diary:
            x = self._explained(x, y, "diary")
            self._sheet.triangle(x, y - 6, _ACCENT)
            x -= 30
        if self._report.stages is self._report.revised:
            x = self._explained(x, y, "told")
            self._sheet.stroke([(x - 14, y), (x + 10, y)], _MUTED, 2.5)

    def line(
        self,
        top: int,
        bottom: int,
        name: str,
        unit: str,
        values: Values,
        colour: str,
        *,
        least: float,
    ) -> None:
        """A quantity as a line; its scale spans at least so much."""
        self._name(top, bottom, name)
        known = [value for value in values if value is not None]
        if not known:
            self._nothing(top, bottom)
            return
        low, high = min(known), max(known)
        middle, span = (low + high) / 2, max(high - low, least)
        for value, y in ((middle + span / 2, top + 12), (middle - span / 2, bottom - 12)):
            self._sheet.text((_LEFT - 18, y), f"{value:.0f}{unit}", 20, _MUTED, anchor="rm")

        def height(value: float) -> float:
            return bottom - 8 - (value - middle + span / 2) / span * (bottom - top - 16)

        for missing, run in groupby(enumerate(values), key=lambda each: each[1] is None):
            if not missing:
                points = [
                    (self._x(epoch + 0.5), height(value))
                    for epoch, value in run
                    if value is not None
                ]
                self._sheet.stroke(points, colour, 2.5)

    def bars(self, top: int, bottom: int, name: str, values: Values, colour: str) -> None:
        """A share, 0 to 1, as bars."""
        self._name(top, bottom, name)
        if all(value is None for value in values):
            self._nothing(top, bottom)
            return
        for epoch, value in enumerate(values):
            if value is not None and value > 0.0:
                left, height = self._x(epoch), max(2.0, min(1.0, value) * (bottom - top))
                right = max(self._x(epoch + 1), left + 1.0)
                self._sheet.box(left, bottom - height, right, bottom, colour)

    def hours(self, bottom: int) -> None:
        """The hours of the home's clock, below everything."""
        hours = (self._end - self._start) / 3600.0
        every = next((each for each in (1, 2, 3, 6) if hours / each <= 12), 12)
        at = self._time(self._start).replace(minute=0, second=0, microsecond=0)
        while at.timestamp() <= self._end:
            if at.timestamp() >= self._start and at.hour % every == 0:
                x = self._x((at.timestamp() - self._report.first) / EPOCH_S)
                self._sheet.stroke([(x, bottom + 4), (x, bottom + 10)], _MUTED, 1.5)
                self._sheet.text((x, bottom + 15), f"{at:%H:%M}", 20, _MUTED, anchor="ma")
            # Counted on the time line, so that an hour that comes twice is there twice.
            at = self._time(at.timestamp() + 3600.0)

    def advice(self) -> None:
        """What was not good in the room."""
        said = []
        for each in advise(self._report):
            worst, limit = each.worst, each.limit
            unit = {"humidity": " %", "illuminance": " lx", "co2": " ppm"}.get(each.quantity, "")
            if each.quantity == "temperature":
                worst, limit = self._style.degrees(worst), self._style.degrees(limit)
                unit = self._style.unit
            said.append(f"{self._word(each.key)}: {worst:.0f}{unit} ({limit:.0f}{unit})")
        text = "   ".join(said) if said else self._word("good_air")
        self._sheet.text((35, 962), text, 22, _ACCENT if said else _MUTED)

    def _explained(self, x: float, y: float, key: str) -> float:
        """Write a word that ends at x; where its sign has its place."""
        return x - self._sheet.text((x, y), self._word(key), 18, _MUTED, anchor="rm") - 18

    def _name(self, top: int, bottom: int, name: str) -> None:
        self._sheet.text((35, (top + bottom) / 2), self._word(name), 22, _MUTED, anchor="lm")
        self._rule(bottom)

    def _nothing(self, top: int, bottom: int) -> None:
        self._sheet.text(
            (_LEFT, (top + bottom) / 2), self._word("unmeasured"), 20, _MUTED, anchor="lm"
        )

    def _rule(self, y: float) -> None:
        self._sheet.stroke([(_LEFT, y), (_RIGHT, y)], _GRID, 1.0)

    def _word(self, key: str) -> str:
        return self._style.words.get(key, key)

    def _x(self, epoch: float) -> float:
        t = self._report.first + epoch * EPOCH_S
        return _LEFT + (t - self._start) / (self._end - self._start) * (_RIGHT - _LEFT)

    def _time(self, t: float) -> datetime:
        return datetime.fromtimestamp(t, self._style.zone)


class _Stay(NamedTuple):
    """A stretch of one stage, with its first epoch and the one after its last."""

    stage: Stage | None
    start: int
    end: int


def _runs(stages: Sequence[Stage | None]) -> Iterator[_Stay]:
    start = 0
    for stage, run in groupby(stages):
        end = start + sum(1 for _ in run)
        yield _Stay(stage, start, end)
        start = end


def _middle(stage: Stage) -> float:
    """The height at which a stage is drawn."""
    level = [each for each, _ in _LEVELS].index(stage)
    return _STAGES_TOP + (level + 0.5) * _LEVEL


def _smoothed(values: Values) -> list[float | None]:
    """Medians of what is known around each epoch; what is not known stays so."""
    smooth: list[float | None] = []
    for epoch, value in enumerate(values):
        around = sorted(
            each for each in values[max(0, epoch - _SMOOTH // 2) :][:_SMOOTH] if each is not None
        )
        smooth.append(None if value is None else around[len(around) // 2])
    return smooth


def _bright(lux: Values) -> list[float | None]:
    """Light as eyes see it, on a scale that ends at the 1000 lux of a lit workplace."""
    return [None if each is None else math.log10(1.0 + max(0.0, each)) / 3.0 for each in lux]


def _hours(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest:02} min"


def _minutes(minutes: float) -> str:
    return f"{minutes:.0f} min"


def _percent(share: float) -> str:
    return f"{share:.0f} %"


def _count(number: float) -> str:
    return f"{number:.0f}"
