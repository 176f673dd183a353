"""`halcyon evaluate routines`: its options, and what it does."""

import argparse
import sys

from .evaluating import json_option, show, told
from .values import count


def add_routines_options(routines: argparse.ArgumentParser) -> None:
    """Say what `halcyon evaluate routines` understands."""
    routines.add_argument(
        "--streams", type=count, default=10_000, metavar="N", help="how many (default: 10000)"
    )
    routines.add_argument(
        "--first",
        type=int,
        default=0,
        metavar="SEED",
        help="the seed of the first; those of the others follow (default: 0)",
    )
    json_option(routines)
    routines.set_defaults(command=evaluate_routines)


def evaluate_routines(asked: argparse.Namespace) -> int:
    """Hold routines against a plain model, and print what differed; 1 where anything did."""
    from ..evaluate.routines.evaluation import compare, report

    tally = compare(asked.streams, asked.first, told)
    show(report(tally), as_json=asked.json)
    for seed in tally.seeds:
        print(f"differs: --first {seed} --streams 1", file=sys.stderr)
    return 1 if tally.seeds else 0
