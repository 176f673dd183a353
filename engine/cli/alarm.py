"""What `halcyon evaluate alarm` does."""

import argparse
import sys

from .errors import UnusableError
from .evaluating import libraries, show, show_files, told


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
