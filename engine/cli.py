"""The `halcyon` command.

Every subcommand imports what it needs when it runs, so that help is quick and a replay needs
neither a broker's client nor the simulator.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
import logging
import math
import os
from pathlib import Path
import sys
import time
from typing import TYPE_CHECKING

from . import __version__

if TYPE_CHECKING:
    from .service.config import Config
    from .simulate import Scenario

_BROKEN = 1
_WRONG_USE = 2
_INTERRUPTED = 130
_MQTT_PORT = 1883
_HOUR = 3600.0
_FIRST_DAY = 1767225600.0
"""Midnight of 2026-01-01, UTC."""

_CLIENT = frozenset({"aiomqtt", "paho"})


class _UnusableError(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 for a failure, 2 for wrong input."""
    asked = _parser().parse_args(arguments)
    try:
        status: int = asked.command(asked)
        sys.stdout.flush()
    except _UnusableError as error:
        print(f"halcyon: {error}", file=sys.stderr)
        return _WRONG_USE
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is still buffered must not be tried again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="halcyon",
        description="Contactless sensing for the home: presence, motion and breathing from radar "
        "nodes that speak MQTT.",
        epilog="What the commands read and write is described in docs/command_line.md.",
    )
    parser.add_argument("--version", action="version", version=f"halcyon {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    run = commands.add_parser(
        "run",
        help="run the service",
        description="Run the service until it is stopped by SIGTERM or Ctrl-C.",
    )
    _config_option(run)
    run.set_defaults(command=_run)

    record = commands.add_parser(
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
    record.set_defaults(command=_record)

    replay = commands.add_parser(
        "replay",
        help="run a capture through the engine",
        description="Print every output that the messages of a capture lead to.",
    )
    replay.add_argument("capture", type=Path, metavar="CAPTURE", help="a capture, gzipped or not")
    _config_option(replay)
    replay.add_argument("--json", action="store_true", help="print one JSON object a line")
    replay.set_defaults(command=_replay)

    simulate = commands.add_parser(
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
    simulate.set_defaults(command=_simulate)

    doctor = commands.add_parser(
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
    doctor.set_defaults(command=_doctor)
    return parser


def _config_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="the configuration (default: ~/.config/halcyon.toml where there is one)",
    )


def _run(asked: argparse.Namespace) -> int:
    import asyncio

    with _client_needed():
        from .service.host import serve
    config = _config(asked.config)
    _log()
    asyncio.run(serve(config))
    return 0


def _record(asked: argparse.Namespace) -> int:
    import asyncio

    with _client_needed():
        from .service.recording import Private, record_until_stopped
    config = _config(asked.config)
    unknown = set(asked.include) - set(Private)
    if unknown:
        raise _UnusableError(
            f"--include {', '.join(sorted(unknown))}: known are {', '.join(Private)}"
        )
    _log()
    with _file_errors():
        count = asyncio.run(
            record_until_stopped(config, asked.out, map(Private, asked.include), asked.duration)
        )
    print(f"{count} messages are in {asked.out}", file=sys.stderr)
    return 0


def _replay(asked: argparse.Namespace) -> int:
    from .core.capture import read_capture
    from .service.captures import capture_lines
    from .service.replay import output_line, output_row, replay, zone_of

    config = _config(asked.config) if asked.config is not None else None
    with _file_errors():
        header, messages = read_capture(capture_lines(asked.capture))
        zone = zone_of(header)
        for output in replay(header, messages, config):
            print(output_line(output) if asked.json else output_row(output, zone))
    return 0


def _simulate(asked: argparse.Namespace) -> int:
    from .simulate import ScenarioError, load_scenario, scenario_names

    if asked.list:
        for name in scenario_names():
            print(f"{name:<16} {load_scenario(name).description}")
        return 0
    if asked.scenario is None:
        raise _UnusableError("simulate needs a SCENARIO; `halcyon simulate --list` names some")
    try:
        scenario = load_scenario(asked.scenario)
    except ScenarioError as error:
        raise _UnusableError(str(error)) from error
    if asked.broker is not None:
        _play(scenario, asked)
    else:
        _write(scenario, asked)
    return 0


def _write(scenario: Scenario, asked: argparse.Namespace) -> None:
    """Write a scenario as a capture, which is the same whenever it is written."""
    from .service.captures import new_capture
    from .simulate import Simulation, write_capture

    start = asked.start if asked.start is not None else _FIRST_DAY + scenario.hour * _HOUR
    rounds = 1
    if asked.duration is not None:
        rounds = math.ceil(asked.duration / scenario.duration)
        if asked.duration < scenario.duration:
            scenario = replace(scenario, duration=asked.duration, loop=False)
    with _file_errors(), new_capture(asked.out) as file:
        write_capture(Simulation(scenario, start, rounds=rounds), file)


def _play(scenario: Scenario, asked: argparse.Namespace) -> None:
    """Play a scenario to a broker until it ends or somebody presses Ctrl-C."""
    import asyncio

    with _client_needed():
        from .simulate.live import play

    host, port = asked.broker
    config = _config(asked.config) if asked.config is not None else None
    playing = play(
        scenario,
        host,
        port,
        start=asked.start if asked.start is not None else time.time(),
        speed=asked.speed,
        site=config.house.site if config is not None else None,
        username=config.broker.username if config is not None else None,
        password=config.broker.password if config is not None else None,
        until=asked.duration,
    )
    with suppress(KeyboardInterrupt):
        asyncio.run(playing)


def _doctor(asked: argparse.Namespace) -> int:
    import asyncio

    from .service.doctor import examine

    findings = asyncio.run(examine(asked.config, asked.listen))
    for finding in findings:
        print(finding)
    return _BROKEN if any(finding.broken for finding in findings) else 0


def _config(path: Path | None) -> Config:
    from .service.config import ConfigError, load_config

    try:
        return load_config(path)
    except ConfigError as error:
        raise _UnusableError(str(error)) from error


@contextmanager
def _file_errors() -> Iterator[None]:
    """Turn what is wrong with files and captures into what a person can act on."""
    from .core.capture import CaptureError

    try:
        yield
    except CaptureError as error:
        raise _UnusableError(f"the capture is broken at {error}") from error
    except FileExistsError as error:
        raise _UnusableError(f"{error.filename} exists already; choose another name") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _UnusableError(f"{error.filename or 'the capture'}: {error.strerror}") from error


@contextmanager
def _client_needed() -> Iterator[None]:
    """Say how to install the MQTT client where it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _CLIENT:
            raise
        raise _UnusableError(
            "this needs an MQTT client; install it with: pip install 'halcyon[service]'"
        ) from error


def _log() -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _positive(text: str) -> float:
    value = float(text)
    if not 0.0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon:
        return text, _MQTT_PORT
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not HOST or HOST:PORT")
    return host.strip("[]"), int(port)
