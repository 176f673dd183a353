"""What `halcyon evaluate motion` does."""

import argparse
from typing import TYPE_CHECKING

from .errors import UnusableError
from .evaluating import libraries, show, show_files, told

if TYPE_CHECKING:
    from ..evaluate.motion.evaluation import Asked


def evaluate_motion(asked: argparse.Namespace) -> int:
    """Measure ultrasonic motion, and print the tables."""
    from ..evaluate.motion.evaluation import gather, report
    from ..evaluate.motion.pictures import draw
    from ..evaluate.repository import NoTrainingError

    wanted = _wanted(asked)
    try:
        found = gather(wanted, _told)
    except NoTrainingError as error:
        raise UnusableError(str(error)) from error
    show(report(found), as_json=asked.json)
    if asked.pictures is not None:
        with libraries():
            show_files(draw(found.grids, found.hours, found.judgements, asked.pictures))
    return 0


def _wanted(asked: argparse.Namespace) -> Asked:
    from ..evaluate.data import data_folder
    from ..evaluate.motion.evaluation import Asked, Part

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
    told(f"{what}: {done} of {pieces}")
