"""What the `halcyon` command understands: its subcommands and their options."""

import argparse
import math
from pathlib import Path

from .. import __version__
from . import commands
from .alarm import evaluate_alarm
from .motion import evaluate_motion
from .nights import evaluate_nights
from .respiration import evaluate_respiration
from .routines import evaluate_routines
from .sleep import evaluate_sleep
from .speech import add_speech_commands
from .understanding import add_speech_options

_MQTT_PORT = 1883


def parser() -> argparse.ArgumentParser:
    """The parser; what it reads has the function to call as `command`."""
    top = argparse.ArgumentParser(
        prog="halcyon",
        description="Contactless sensing for the home: presence, motion and breathing from radar "
        "nodes that speak MQTT.",
        epilog="What the commands read and write is described in docs/command_line.md.",
    )
    top.add_argument("--version", action="version", version=f"halcyon {__version__}")
    known = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    run = known.add_parser(
        "run",
        help="run the service",
        description="Run the service until it is stopped by SIGTERM or Ctrl-C.",
    )
    _config_option(run)
    run.set_defaults(command=commands.run)

    record = known.add_parser(
        "record",
        help="record what the broker delivers",
        description="Record the messages of a site as a capture, until Ctrl-C.",
    )
    _config_option(record)
    record.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="CAPTURE",
        help="the file to write, gzipped if its name ends in .gz; it must not exist yet",
    )
    record.add_argument(
        "--include",
        type=_names,
        default=[],
        metavar="WHAT[,WHAT]",
        help="record private things too: waveforms (breathing, and everything of nodes that "
        "send raw radar frames), audio, transcripts",
    )
    record.add_argument(
        "--duration", type=_positive, metavar="SECONDS", help="stop by itself after that long"
    )
    record.set_defaults(command=commands.record)

    replay = known.add_parser(
        "replay",
        help="run a capture through the engine",
        description="Print every output that the messages of a capture lead to.",
    )
    replay.add_argument("capture", type=Path, metavar="CAPTURE", help="a capture, gzipped or not")
    _config_option(replay)
    replay.add_argument("--json", action="store_true", help="print one JSON object a line")
    replay.set_defaults(command=commands.replay)

    simulate = known.add_parser(
        "simulate",
        help="simulate homes that never were",
        description="Write what the nodes of a simulated home would send as a capture, or send "
        "it to a broker as it happens.",
    )
    simulate.add_argument(
        "scenario", nargs="?", metavar="SCENARIO", help="a name from --list, or a file"
    )
    target = simulate.add_mutually_exclusive_group(required=True)
    target.add_argument("--list", action="store_true", help="name the scenarios that come along")
    target.add_argument("--out", type=Path, metavar="CAPTURE", help="the capture to write")
    target.add_argument(
        "--broker",
        type=_address,
        metavar="HOST[:PORT]",
        help="play it live to this broker, until Ctrl-C if the scenario repeats",
    )
    simulate.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="live: take the site and the login at the broker from this configuration",
    )
    simulate.add_argument(
        "--speed", type=_positive, default=1.0, metavar="FACTOR", help="live: how fast (default: 1)"
    )
    simulate.add_argument(
        "--start",
        type=_positive,
        metavar="UNIX",
        help="when it begins, in unix seconds (default: live now, otherwise the scenario's hour "
        "of a fixed day)",
    )
    simulate.add_argument(
        "--duration",
        type=_positive,
        metavar="SECONDS",
        help="how much of it; a capture has at least whole rounds of a scenario that repeats",
    )
    simulate.set_defaults(command=commands.simulate)

    add_speech_commands(known)

    evaluate = known.add_parser(
        "evaluate",
        help="measure how well the engine does",
        description="Compare what the engine says with the truth, beside what simpler rules say "
        "of the same data. Figures from simulated rooms are called simulated.",
    )
    subjects = evaluate.add_subparsers(title="subjects", metavar="SUBJECT", required=True)
    _presence_options(subjects.add_parser("presence", help="occupancy, on simulated rooms"))
    _motion_options(
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
    _nights_options(
        subjects.add_parser(
            "nights",
            help="sleepers found, followed and told of, on simulated nights",
            description="Play simulated nights of the test family to the engine, and print how "
            "well sleepers are found, told from others, and their nights timed.",
        )
    )
    _sleep_options(
        subjects.add_parser(
            "sleep",
            help="stages of sleep, on recorded nights that people scored",
            description="Print tables of how well people who score a night agree, and how well "
            "stagers agree with them.",
        )
    )

    _respiration_options(
        subjects.add_parser(
            "respiration",
            help="the rate of breath, on nights of real airflow",
            description="Print tables of how well breath is counted, against minutes that a "
            "person marked and against the device that recorded them, beside NeuroKit2 where it "
            "is installed.",
        )
    )

    _routines_options(
        subjects.add_parser(
            "routines",
            help="whether routines are missed or run twice, on random streams of events",
            description="Run random routines over random events, restarts among them, and hold "
            "what they do against a model that counts seconds.",
        )
    )

    _alarm_options(
        subjects.add_parser(
            "alarm",
            help="when the smart alarm rings, on recorded nights that people scored",
            description="Print what the choice of the moment gains, and what sleep that costs, "
            "on nights of people it knows nothing of.",
        )
    )

    doctor = known.add_parser(
        "doctor",
        help="say what is installed, reachable and missing",
        description="Check the installation, the configuration, the broker and the nodes. "
        "Exit with 1 if something that is needed does not work.",
    )
    _config_option(doctor)
    doctor.add_argument(
        "--listen",
        type=_positive,
        default=3.0,
        metavar="SECONDS",
        help="how long to listen for nodes (default: 3)",
    )
    doctor.set_defaults(command=commands.doctor)
    return top


def _presence_options(presence: argparse.ArgumentParser) -> None:
    presence.add_argument(
        "--scenario",
        action="append",
        metavar="NAME",
        help="only this scenario, by name or as a file; may be repeated (default: all)",
    )
    presence.add_argument(
        "--seeds",
        type=_count,
        default=5,
        metavar="N",
        help="how often each scenario is simulated, each time with other noise (default: 5)",
    )
    presence.add_argument("--json", action="store_true", help="print one JSON object a line")
    presence.set_defaults(command=commands.evaluate)


def _motion_options(motion: argparse.ArgumentParser) -> None:
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
        type=_count,
        default=72,
        metavar="N",
        help="of empty rooms, for each of 13 conditions (default: 72)",
    )
    motion.add_argument(
        "--trials", type=_count, default=20, metavar="N", help="in each cell (default: 20)"
    )
    motion.add_argument(
        "--beside",
        type=_count,
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
        "--jobs", type=_count, default=1, metavar="N", help="processes at once (default: 1)"
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
    motion.add_argument("--json", action="store_true", help="print one JSON object a line")
    motion.set_defaults(command=evaluate_motion)


def _nights_options(nights: argparse.ArgumentParser) -> None:
    nights.add_argument(
        "--nights",
        type=_count,
        default=200,
        metavar="N",
        help="of nobody; the other kinds are in proportion (default: 200)",
    )
    nights.add_argument(
        "--hours",
        type=_positive,
        default=8.0,
        metavar="H",
        help="how long the nights of nobody are (default: 8); all of it then takes an hour",
    )
    nights.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where recorded hypnograms are (default: $HALCYON_DATA); without them nothing is said "
        "of when people fell asleep",
    )
    nights.add_argument(
        "--pictures", type=Path, metavar="DIR", help="draw a night and its errors into this folder"
    )
    nights.add_argument("--json", action="store_true", help="print one JSON object a line")
    nights.set_defaults(command=evaluate_nights)


def _sleep_options(sleep: argparse.ArgumentParser) -> None:
    sleep.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the recordings are (default: $HALCYON_DATA)",
    )
    sleep.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="draw error matrices and Bland-Altman plots as SVG into this folder",
    )
    sleep.add_argument(
        "--cv",
        action="store_true",
        help="train networks in cross-validation too, which takes half an hour of one core",
    )
    sleep.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="where --cv keeps what it trains, so that a run that was stopped goes on",
    )
    sleep.add_argument(
        "--seeds",
        type=int,
        choices=range(1, 6),
        default=5,
        help="how many times --cv trains its networks (default: 5)",
    )
    sleep.add_argument("--json", action="store_true", help="print one JSON object a line")
    sleep.set_defaults(command=evaluate_sleep)


def _respiration_options(respiration: argparse.ArgumentParser) -> None:
    respiration.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the recordings are (default: $HALCYON_DATA)",
    )
    respiration.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="draw rates, errors and a radar's clips as SVG into this folder",
    )
    respiration.add_argument("--json", action="store_true", help="print one JSON object a line")
    respiration.set_defaults(command=evaluate_respiration)


def _routines_options(routines: argparse.ArgumentParser) -> None:
    routines.add_argument(
        "--streams", type=_count, default=10_000, metavar="N", help="how many (default: 10000)"
    )
    routines.add_argument(
        "--first",
        type=int,
        default=0,
        metavar="SEED",
        help="the seed of the first; those of the others follow (default: 0)",
    )
    routines.add_argument("--json", action="store_true", help="print one JSON object a line")
    routines.set_defaults(command=evaluate_routines)


def _alarm_options(alarm: argparse.ArgumentParser) -> None:
    alarm.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the recordings are (default: $HALCYON_DATA)",
    )
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
    alarm.add_argument("--json", action="store_true", help="print one JSON object a line")
    alarm.set_defaults(command=evaluate_alarm)


def _config_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="the configuration (default: ~/.config/halcyon.toml where there is one)",
    )


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _positive(text: str) -> float:
    value = float(text)
    if not 0.0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return value


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon:
        return text, _MQTT_PORT
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not HOST or HOST:PORT")
    return host.strip("[]"), int(port)
