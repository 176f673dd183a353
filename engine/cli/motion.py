"""What `halcyon evaluate motion` does."""

import argparse
import sys
from typing import TYPE_CHECKING

from .errors import UnusableError

if TYPE_CHECKING:
    from pathlib import Path

    from ..evaluate.motion.evaluation import Asked, Evidence


def evaluate_motion(asked: argparse.Namespace) -> int:
    """Measure ultrasonic motion, and print the tables."""
    from ..evaluate.motion.crossing import NoTrainingError
    from ..evaluate.motion.evaluation import gather, report
    from ..evaluate.motion.report import json_lines, markdown

    wanted = _wanted(asked)
    try:
        found = gather(wanted, _told)
    except NoTrainingError as error:
        raise UnusableError(str(error)) from error
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for table in report(found):
        for line in json_lines(table) if asked.json else markdown(table):
            print(line)
    if asked.pictures is not None:
        _draw(found, asked.pictures)
    return 0


def _draw(found: Evidence, folder: Path) -> None:
    from ..evaluate.motion.pictures import draw

    try:
        drawn = draw(found.grids, found.hours, found.judgements, folder)
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise UnusableError(
            "pictures need matplotlib; install it with: pip install 'halcyon[evaluate]'"
        ) from error
    for path in drawn:
        print(path, file=sys.stderr)


def _wanted(asked: argparse.Namespace) -> Asked:
    from ..evaluate.motion.evaluation import Asked, Part
    from ..evaluate.motion.ultragsattack import data_folder

    unknown = set(asked.part or ()) - set(Part)
    if unknown:
        raise UnusableError(f"--part {', '.join(sorted(unknown))}: known are {', '.join(Part)}")
    if asked.kept and asked.work is None:
        raise UnusableError("--kept needs --work, the folder that results were kept in")
    return Asked(
        data=asked.data if asked.data is not None else data_folder(),
        work=asked.work,
        parts=frozenset(Part(name) for name in asked.part or Part),
        hours=asked.hours,
        trials=asked.trials,
        beside=asked.beside,
        jobs=asked.jobs,
        crossed=asked.cv,
        quick=asked.quick,
        kept=asked.kept,
    )


def _told(what: str, done: int, pieces: int) -> None:
    """A line that says how far it is, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{what}: {done} of {pieces} ", end="", file=sys.stderr, flush=True)
