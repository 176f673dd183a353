"""`halcyon evaluate alarm`: its options, and what it does."""

import argparse
from pathlib import Path
import sys

from .errors import UnusableError
from .evaluating import data_option, json_option, libraries, show, show_files, told


def add_alarm_options(alarm: argparse.ArgumentParser) -> None:
    """Say what `halcyon evaluate alarm` understands."""
    data_option(alarm)
    alarm.add_argument(
        "--cv",
        action="store_true",
        help="also by what networks tell that never saw these people, trained as for `evaluate "
        "sleep --cv`; needs --work, the repository and its training environment",
    )
    alarm.add_argument(
        "--work", type=Path, metavar="DIR", help="keeps what --cv trains, and takes what is there"
    )
    alarm.add_argument(
        "--pictures", type=Path, metavar="DIR", help="draw the frontiers as SVG into this folder"
    )
    json_option(alarm)
    alarm.set_defaults(command=evaluate_alarm)


def evaluate_alarm(asked: argparse.Namespace) -> int:
    """Ring at every deadline of people's nights, and print the tables."""
    from ..evaluate.alarm.evaluation import gather, report
    from ..evaluate.alarm.pictures import draw
    from ..evaluate.data import data_folder
    from ..evaluate.repository import NoTrainingError

    data = asked.data if asked.data is not None else data_folder()
    if asked.cv and asked.work is None:
        raise UnusableError("--cv needs --work, the folder that keeps what it trains")
    try:
        with libraries():
            found = gather(data, told, asked.work if asked.cv else None)
            show(report(found), as_json=asked.json)
            if asked.pictures is not None:
                show_files(draw(found.frontiers, asked.pictures))
    except NoTrainingError as error:
        raise UnusableError(str(error)) from error
    for name in found.missing:
        print(f"no recordings of {name} in {data}", file=sys.stderr)
    if not found.frontiers:
        raise UnusableError(f"no recordings of sleep in {data}; name their folder with --data")
    return 0
