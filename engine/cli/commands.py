"""What each subcommand does.

Every one imports what it needs when it runs, so that help is quick and a replay needs neither
a broker's client nor the simulator.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
import logging
import math
from pathlib import Path
import sys
import time
from typing import TYPE_CHECKING

from .errors import UnusableError

if TYPE_CHECKING:
    from ..service.config import Config
    from ..simulate import Scenario

_BROKEN = 1
_HOUR = 3600.0
_FIRST_DAY = 1767225600.0
"""Midnight of 2026-01-01, UTC."""

_CLIENT = frozenset({"aiomqtt", "paho"})


def run(asked: argparse.Namespace) -> int:
    """Run the service until it is stopped."""
    import asyncio

    with _client_needed():
        from ..service.host import serve
    config = _config(asked.config)
    _log()
    asyncio.run(serve(config))
    return 0


def record(asked: argparse.Namespace) -> int:
    """Record a site until it is stopped."""
    import asyncio

    with _client_needed():
        from ..service.recording import Private, record_until_stopped
    config = _config(asked.config)
    unknown = set(asked.include) - set(Private)
    if unknown:
        raise UnusableError(
            f"--include {', '.join(sorted(unknown))}: known are {', '.join(Private)}"
        )
    _log()
    with _file_errors():
        count = asyncio.run(
            record_until_stopped(config, asked.out, map(Private, asked.include), asked.duration)
        )
    print(f"{count} messages are in {asked.out}", file=sys.stderr)
    return 0


def replay(asked: argparse.Namespace) -> int:
    """Print every output that a capture leads to."""
    from ..core.capture import read_capture
    from ..service.captures import capture_lines
    from ..service.replay import output_line, output_row, replay, zone_of

    config = _config(asked.config) if asked.config is not None else None
    with _file_errors():
        header, messages = read_capture(capture_lines(asked.capture))
        zone = zone_of(header)
        for output in replay(header, messages, config):
            print(output_line(output) if asked.json else output_row(output, zone))
    return 0


def simulate(asked: argparse.Namespace) -> int:
    """Name scenarios, write one as a capture, or play it to a broker."""
    from ..simulate import ScenarioError, load_scenario, scenario_names

    if asked.list:
        for name in scenario_names():
            print(f"{name:<16} {load_scenario(name).description}")
        return 0
    if asked.scenario is None:
        raise UnusableError("simulate needs a SCENARIO; `halcyon simulate --list` names some")
    try:
        scenario = load_scenario(asked.scenario)
    except ScenarioError as error:
        raise UnusableError(str(error)) from error
    if asked.broker is not None:
        _play(scenario, asked)
    else:
        _write(scenario, asked)
    return 0


def _write(scenario: Scenario, asked: argparse.Namespace) -> None:
    """Write a scenario as a capture, which is the same whenever it is written."""
    from ..service.captures import new_capture
    from ..simulate import Simulation, write_capture

    start = asked.start if asked.start is not None else fixed_start(scenario)
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
        from ..simulate.live import play

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


def fixed_start(scenario: Scenario) -> float:
    """When a scenario begins whose time nobody said: at its hour of a fixed day, unix seconds."""
    return _FIRST_DAY + scenario.hour * _HOUR


def doctor(asked: argparse.Namespace) -> int:
    """Print what was found; the status is 1 where something needed does not work."""
    import asyncio

    from ..service.doctor import examine

    findings = asyncio.run(examine(asked.config, asked.listen))
    for finding in findings:
        print(finding)
    return _BROKEN if any(finding.broken for finding in findings) else 0


def _config(path: Path | None) -> Config:
    from ..service.config import load_config
    from ..service.table import ConfigError

    try:
        return load_config(path)
    except ConfigError as error:
        raise UnusableError(str(error)) from error


@contextmanager
def _file_errors() -> Iterator[None]:
    """Turn what is wrong with files and captures into what a person can act on."""
    from ..core.capture import CaptureError

    try:
        yield
    except CaptureError as error:
        raise UnusableError(f"the capture is broken at {error}") from error
    except FileExistsError as error:
        raise UnusableError(f"{error.filename} exists already; choose another name") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UnusableError(f"{error.filename or 'the capture'}: {error.strerror}") from error


@contextmanager
def _client_needed() -> Iterator[None]:
    """Say how to install the MQTT client where it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _CLIENT:
            raise
        raise UnusableError(
            "this needs an MQTT client; install it with: pip install 'halcyon[service]'"
        ) from error


def _log() -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
