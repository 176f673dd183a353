"""Learning what an empty room looks like, on the word of the person who leaves it."""

from collections.abc import Iterable
from enum import StrEnum

from ..core.reading import Target
from ..core.snapshot import (
    Json,
    flag_in,
    item,
    number_in,
    optional_item,
    optional_number_in,
    rows_in,
    text_in,
)
from .clutter import ThingKind
from .source import Source
from .tracks import is_plausible

LEAVE = 15.0
"""Seconds for leaving the room before anything is learned."""

LASTS = 60.0
"""Seconds from the wish to the end."""

LASTS_WITH_SOUND = 80.0
"""The same where a tone learns its quiet room, which takes a minute and some seconds on the way."""

_CELL = 0.3
"""Metres: targets in one cell are one thing."""

_OFTEN = 0.3
"""Share of the frames in which a thing shows; ghosts flicker."""


class CalibrationState(StrEnum):
    """How far it is."""

    NEVER = "never"
    LEAVING = "leaving"
    LEARNING = "learning"
    DONE = "done"
    DISTURBED = "disturbed"
    """Done, but somebody moved meanwhile: what was learned may be wrong."""


class _Cell:
    """Targets seen in one patch."""

    __slots__ = ("hits", "x", "y")

    def __init__(self, hits: float = 0.0, x: float = 0.0, y: float = 0.0) -> None:
        self.hits, self.x, self.y = hits, x, y


class Calibration:
    """One room's calibration."""

    def __init__(self) -> None:
        self.state = CalibrationState.NEVER
        self.began: float | None = None
        self.lasts = LASTS
        self.places = 0
        self.gates = 0
        self._disturbed = False
        self._frames: dict[str, float] = {}
        self._cells: dict[tuple[str, int, int], _Cell] = {}

    def begin(self, t: float, lasts: float = LASTS) -> None:
        """A person says at time t that the room will be empty for so many seconds."""
        self.state, self.began, self.lasts = CalibrationState.LEAVING, t, lasts
        self.places = self.gates = 0
        self._disturbed = False
        self._frames.clear()
        self._cells.clear()

    def next_step(self) -> float | None:
        """When it goes on, None where none is running."""
        if self.began is None:
            return None
        match self.state:
            case CalibrationState.LEAVING:
                return self.began + LEAVE
            case CalibrationState.LEARNING:
                return self.began + self.lasts
            case _:
                return None

    def proceed(self, t: float, sources: Iterable[Source]) -> None:
        """Go on if it is time."""
        due = self.next_step()
        if due is None or t < due:
            return
        if self.state is CalibrationState.LEAVING:
            self.state = CalibrationState.LEARNING
            for source in sources:
                if source.energies is not None:
                    source.energies.begin()
            return
        for source in sources:
            self._conclude(source, t)
        self.state = CalibrationState.DISTURBED if self._disturbed else CalibrationState.DONE
        self._frames.clear()
        self._cells.clear()

    def saw(self, source: str, targets: tuple[Target, ...]) -> None:
        """A frame of targets while it may be learning."""
        if self.state is not CalibrationState.LEARNING:
            return
        self._frames[source] = self._frames.get(source, 0.0) + 1.0
        for target in targets:
            if not is_plausible(target):
                continue
            key = (source, round(target.x / _CELL), round(target.y / _CELL))
            cell = self._cells.setdefault(key, _Cell())
            cell.hits += 1.0
            cell.x += target.x
            cell.y += target.y

    def disturbed(self) -> None:
        """Somebody moves."""
        if self.state is CalibrationState.LEARNING:
            self._disturbed = True

    def _conclude(self, source: Source, t: float) -> None:
        if source.energies is not None:
            source.energies.finish()
            self.gates += source.energies.gates
        if source.radar is None:
            return
        name = source.mount.source
        clutter = source.radar.tracker.clutter
        clutter.recalibrate()
        for (owner, _, _), cell in self._cells.items():
            if owner == name and cell.hits >= _OFTEN * self._frames[name]:
                clutter.learn(ThingKind.CALIBRATED, cell.x / cell.hits, cell.y / cell.hits, t)
        self.places += len(clutter)

    def to_json(self) -> Json:
        """What a person may know of it."""
        return {
            "state": str(self.state),
            "began": self.began,
            "until": self.next_step(),
            "clutter": self.places,
            "gates": self.gates,
        }

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "state": str(self.state),
            "began": self.began,
            "lasts": self.lasts,
            "places": self.places,
            "gates": self.gates,
            "disturbed": self._disturbed,
            "frames": dict(self._frames),
            "cells": [[*key, cell.hits, cell.x, cell.y] for key, cell in self._cells.items()],
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        frames = item(state, "frames")
        name = text_in(state, "state")
        self.state = CalibrationState(name) if name in CalibrationState else CalibrationState.NEVER
        self.began = optional_number_in(state, "began")
        lasts = optional_item(state, "lasts")  # absent before there was a choice
        self.lasts = LASTS if lasts is None else number_in(state, "lasts")
        self.places = int(number_in(state, "places"))
        self.gates = int(number_in(state, "gates"))
        self._disturbed = flag_in(state, "disturbed")
        self._frames = {
            source: number_in(frames, source)
            for source in (frames if isinstance(frames, dict) else ())
        }
        self._cells = {
            (text_in(row, 0), int(number_in(row, 1)), int(number_in(row, 2))): _Cell(
                number_in(row, 3), number_in(row, 4), number_in(row, 5)
            )
            for row in rows_in(state, "cells")
        }
