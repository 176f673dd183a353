"""`halcyon evaluate presence`: its options, and what it does."""

import argparse
from dataclasses import replace

from .commands import fixed_start
from .errors import UnusableError
from .evaluating import json_option
from .values import count

_SEED_STEP = 1000
"""Between the seeds of one scenario; scenarios choose neighbouring ones."""


def add_presence_options(presence: argparse.ArgumentParser) -> None:
    """Say what `halcyon evaluate presence` understands."""
    presence.add_argument(
        "--scenario",
        action="append",
        metavar="NAME",
        help="only this scenario, by name or as a file; may be repeated (default: all)",
    )
    presence.add_argument(
        "--seeds",
        type=count,
        default=5,
        metavar="N",
        help="how often each scenario is simulated, each time with other noise (default: 5)",
    )
    json_option(presence)
    presence.set_defaults(command=evaluate_presence)


def evaluate_presence(asked: argparse.Namespace) -> int:
    """Measure on simulated rooms, and print engine and baseline side by side."""
    import json

    from ..simulate import ScenarioError, load_scenario, scenario_names
    from ..simulate.scoring import HEADINGS, row, score_presence, summary

    try:
        scenarios = [load_scenario(name) for name in asked.scenario or scenario_names()]
    except ScenarioError as error:
        raise UnusableError(str(error)) from error
    if not asked.json:
        print(row(HEADINGS))
    for scenario in scenarios:
        found = [
            comparison
            for offset in range(asked.seeds)
            for comparison in score_presence(
                replace(scenario, seed=scenario.seed + offset * _SEED_STEP),
                fixed_start(scenario),
            )
        ]
        for line in summary(found):
            print(json.dumps(line) if asked.json else row(line))
    return 0
