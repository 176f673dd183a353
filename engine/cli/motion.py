"""`halcyon evaluate motion`: its options, and what it does."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import UnusableError
from .evaluating import json_option, libraries, show, show_files, told
from .values import count

if TYPE_CHECKING:
    from ..evaluate.motion.evaluation import Asked


def add_motion_options(motion: argparse.ArgumentParser) -> None:
    """Say what `halcyon evaluate motion` understands."""
    motion.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the recordings are (default: $HALCYON_DATA); without them only what is "
        "simulated, and no music, is measured",
    )
    motion.add_argument(
        "--part",
        action="append",
        metavar="NAME",
        help="only this part: grid, beside, empty, recordings, canceller or speed; may be repeated",
    )
    motion.add_argument(
        "--quick", action="store_true", help="a sample of everything, in some minutes"
    )
    motion.add_argument(
        "--hours",
        type=count,
        default=72,
        metavar="N",
        help="of empty rooms, for each of 13 conditions (default: 72)",
    )
    motion.add_argument(
        "--trials", type=count, default=20, metavar="N", help="in each cell (default: 20)"
    )
    motion.add_argument(
        "--beside",
        type=count,
        default=20,
        metavar="N",
        help="trials in each cell beside each thing that runs (default: 20)",
    )
    motion.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="keep the results of pieces here, and take those that are there already",
    )
    motion.add_argument(
        "--kept", action="store_true", help="compute nothing: report what --work holds"
    )
    motion.add_argument(
        "--jobs", type=count, default=1, metavar="N", help="processes at once (default: 1)"
    )
    motion.add_argument(
        "--cv",
        action="store_true",
        help="train anew without each person in turn, and judge the recordings by that too; needs "
        "--work, the repository and its training environment, and hours",
    )
    motion.add_argument(
        "--pictures", type=Path, metavar="DIR", help="draw maps and curves as SVG into this folder"
    )
    json_option(motion)
    motion.set_defaults(command=evaluate_motion)


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
