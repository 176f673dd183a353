"""What the `halcyon` command understands: its subcommands and their options."""

import argparse
from pathlib import Path

from .. import __version__
from . import commands
from .speech import add_speech_commands
from .subjects import add_evaluation
from .values import address, names, positive


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
        type=names,
        default=[],
        metavar="WHAT[,WHAT]",
        help="record private things too: waveforms (breathing, and everything of nodes that "
        "send raw radar frames), audio, transcripts",
    )
    record.add_argument(
        "--duration", type=positive, metavar="SECONDS", help="stop by itself after that long"
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
        type=address,
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
        "--speed", type=positive, default=1.0, metavar="FACTOR", help="live: how fast (default: 1)"
    )
    simulate.add_argument(
        "--start",
        type=positive,
        metavar="UNIX",
        help="when it begins, in unix seconds (default: live now, otherwise the scenario's hour "
        "of a fixed day)",
    )
    simulate.add_argument(
        "--duration",
        type=positive,
        metavar="SECONDS",
        help="how much of it; a capture has at least whole rounds of a scenario that repeats",
    )
    simulate.set_defaults(command=commands.simulate)

    add_speech_commands(known)

    add_evaluation(known)

    doctor = known.add_parser(
        "doctor",
        help="say what is installed, reachable and missing",
        description="Check the installation, the configuration, the broker and the nodes. "
        "Exit with 1 if something that is needed does not work.",
    )
    _config_option(doctor)
    doctor.add_argument(
        "--listen",
        type=positive,
        default=3.0,
        metavar="SECONDS",
        help="how long to listen for nodes (default: 3)",
    )
    doctor.set_defaults(command=commands.doctor)
    return top


def _config_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="the configuration (default: ~/.config/halcyon.toml where there is one)",
    )
