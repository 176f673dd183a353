"""`halcyon evaluate`: its subjects."""

import argparse

from .alarm import add_alarm_options
from .motion import add_motion_options
from .nights import add_nights_options
from .presence import add_presence_options
from .respiration import add_respiration_options
from .routines import add_routines_options
from .sleep import add_sleep_options
from .understanding import add_speech_options


def add_evaluation(known: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `evaluate` with all its subjects."""
    evaluate = known.add_parser(
        "evaluate",
        help="measure how well the engine does",
        description="Compare what the engine says with the truth, beside what simpler rules say "
        "of the same data. Figures from simulated rooms are called simulated.",
    )
    subjects = evaluate.add_subparsers(title="subjects", metavar="SUBJECT", required=True)
    add_presence_options(subjects.add_parser("presence", help="occupancy, on simulated rooms"))
    add_motion_options(
        subjects.add_parser(
            "motion",
            help="ultrasonic motion, on simulated rooms and real recordings",
            description="Print tables of how well ultrasonic motion is found, and how often it is "
            "found where nobody is. All of it takes many hours: results are kept in --work, and "
            "the next run goes on.",
        )
    )
    add_speech_options(
        subjects.add_parser(
            "speech",
            help="spoken commands, by people and by synthetic voices",
            description="Print tables of how many commands are understood and what else is taken "
            "for one, by all engines that are installed. It takes half an hour; what synthetic "
            "voices say is kept for the next run.",
        )
    )
    add_nights_options(
        subjects.add_parser(
            "nights",
            help="sleepers found, followed and told of, on simulated nights",
            description="Play simulated nights of the test family to the engine, and print how "
            "well sleepers are found, told from others, and their nights timed.",
        )
    )
    add_sleep_options(
        subjects.add_parser(
            "sleep",
            help="stages of sleep, on recorded nights that people scored",
            description="Print tables of how well people who score a night agree, and how well "
            "stagers agree with them.",
        )
    )

    add_respiration_options(
        subjects.add_parser(
            "respiration",
            help="the rate of breath, on nights of real airflow",
            description="Print tables of how well breath is counted, against minutes that a "
            "person marked and against the device that recorded them, beside NeuroKit2 where it "
            "is installed.",
        )
    )

    add_routines_options(
        subjects.add_parser(
            "routines",
            help="whether routines are missed or run twice, on random streams of events",
            description="Run random routines over random events, restarts among them, and hold "
            "what they do against a model that counts seconds.",
        )
    )

    add_alarm_options(
        subjects.add_parser(
            "alarm",
            help="when the smart alarm rings, on recorded nights that people scored",
            description="Print what the choice of the moment gains, and what sleep that costs, "
            "on nights of people it knows nothing of.",
        )
    )
