"""What is kept of a night while it goes on, small enough to be saved every minute.

A row an epoch of half-precision numbers: they hold a rate to a hundredth of a breath, and a whole
night fits into the memory of a picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from ...core.output import Environment
from ...core.sleep import EPOCH_S, Stage
from ...core.snapshot import (
    Json,
    SnapshotError,
    item,
    number_in,
    optional_number_in,
    pack_array,
    unpack_array,
)
from .epoch import Breathing, Heart, Movement, SleepEpoch
from .stager import Probabilities, Staged

_STAGES = tuple(Stage)

_COLUMNS = 23
_FIRST_ROWS = 64

_LARGEST = 65504.0
"""The largest number of half precision."""


@dataclass(frozen=True, slots=True)
class Row:
    """An epoch as it is kept: what was sensed, what was told, what the room was like.

    `evidence` is how much speaks for trying to sleep, as Intent gives it.
    """

    sensed: SleepEpoch
    in_bed: bool | None
    staged: Staged
    evidence: float | None
    air: Environment


class Record:
    """Rows of epochs that follow each other without a gap."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._rows: NDArray[np.float16] = np.empty((_FIRST_ROWS, _COLUMNS), np.float16)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def start(self) -> float | None:
        """When the first epoch begins."""
        return self._start

    def add(self, row: Row) -> Row:
        """Keep an epoch that follows the last one; returns it as it is kept."""
        if self._start is None:
            self._start = row.sensed.start
        if self._count == len(self._rows):
            self._rows = np.concatenate((self._rows, np.empty_like(self._rows)))
        self._rows[self._count] = _numbers(row)
        self._count += 1
        return self._row(self._count - 1)

    def rows(self) -> Iterator[Row]:
        """All rows in their order."""
        return map(self._row, range(self._count))

    def clear(self) -> None:
        """Forget everything."""
        self._start, self._count = None, 0
        self._rows = np.empty((_FIRST_ROWS, _COLUMNS), np.float16)

    def _row(self, index: int) -> Row:
        values = [None if math.isnan(value) else value for value in self._rows[index].tolist()]
        rate, quality, variability, amplitude, regularity, pause = values[0:6]
        has_breathing, heart, spread, share, peak, distance = values[6:12]
        in_bed, stage, confidence, evidence = values[12:16]
        air = Environment(values[16], values[17], values[18], values[19])
        awake, light, deep = values[20:23]
        probabilities: Probabilities | None = None
        if awake is not None and light is not None and deep is not None:
            probabilities = awake, light, deep, max(0.0, 1.0 - awake - light - deep)
        return Row(
            SleepEpoch(
                (self._start or 0.0) + index * EPOCH_S,
                Breathing(rate, quality, variability, amplitude, regularity, pause)
                if has_breathing
                else None,
                None if heart is None else Heart(heart, spread),
                None if share is None or peak is None else Movement(share, peak),
                distance,
            ),
            None if in_bed is None else bool(in_bed),
            Staged(None if stage is None else _STAGES[int(stage)], confidence, probabilities),
            evidence,
            air,
        )

    def snapshot(self) -> Json:
        """The state as JSON."""
        rows = self._rows[: self._count].view(np.int16)
        return {"start": self._start, "count": self._count, "rows": pack_array(rows)}

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        start, count = optional_number_in(state, "start"), int(number_in(state, "count"))
        if count < 0 or (start is None and count):
            raise SnapshotError("snapshot holds a record of a night that never began")
        rows = unpack_array(item(state, "rows"), "int16", (count, _COLUMNS))
        self._rows = np.empty((max(count, _FIRST_ROWS), _COLUMNS), np.float16)
        self._rows[:count] = rows.view(np.float16)
        self._start, self._count = start, count


def _numbers(row: Row) -> tuple[float, ...]:
    sensed, staged, air = row.sensed, row.staged, row.air
    breathing = sensed.breathing or Breathing(None)
    movement, heart = sensed.movement, sensed.heart
    values: tuple[float | None, ...] = (
        breathing.rate,
        breathing.quality,
        breathing.variability,
        breathing.amplitude,
        breathing.regularity,
        breathing.pause,
        1.0 if sensed.breathing is not None else 0.0,
        None if heart is None else heart.rate,
        None if heart is None else heart.spread,
        None if movement is None else movement.share,
        None if movement is None else movement.peak,
        sensed.distance,
        None if row.in_bed is None else float(row.in_bed),
        None if staged.stage is None else float(_STAGES.index(staged.stage)),
        staged.confidence,
        row.evidence,
        air.temp,
        air.rh,
        air.lux,
        air.co2,
        *(staged.probabilities or (None, None, None, None))[:3],
    )
    return tuple(
        math.nan if value is None else min(_LARGEST, max(-_LARGEST, value)) for value in values
    )
