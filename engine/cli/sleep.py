"""What `halcyon evaluate sleep` does."""

import argparse
import sys

from .errors import UnusableError
from .evaluating import libraries, show, show_files, told


def evaluate_sleep(asked: argparse.Namespace) -> int:
    """Compare scorers with scorers and stagers with scorers, and print the tables."""
    from ..evaluate.data import data_folder
    from ..evaluate.repository import NoTrainingError
    from ..evaluate.sleep.evaluation import CROSS_SEEDS, gather, report
    from ..evaluate.sleep.example_picture import draw_example
    from ..evaluate.sleep.pictures import draw

    data = asked.data if asked.data is not None else data_folder()
    try:
        with libraries():
            found = gather(data, told, asked.work, CROSS_SEEDS[: asked.seeds] if asked.cv else ())
            show(report(found), as_json=asked.json)
            if asked.pictures is not None:
                stagings = found.people + found.methods + found.validated
                show_files(draw(stagings, asked.pictures))
                for live, revised in found.examples:
                    show_files(draw_example(live, revised, asked.pictures))
    except NoTrainingError as error:
        raise UnusableError(str(error)) from error
    for name in found.missing:
        print(f"no recordings of {name} in {data}", file=sys.stderr)
    if not found.people and not found.methods:
        raise UnusableError(f"no recordings of sleep in {data}; name their folder with --data")
    return 0
