"""The command `halcyon-speaker`."""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import replace
import logging
import os
from pathlib import Path
import sys
from typing import Never

from halcyon.service.table import ConfigError

from . import __version__
from .config import DEFAULT_FILE, Config, load_config
from .sources.device import DeviceError
from .talk.saying import SayingError, say
from .talk.wake_word import WakeWordError


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    top = argparse.ArgumentParser(
        prog="halcyon-speaker",
        description="A Halcyon node made of a loudspeaker and microphones.",
    )
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="sense, and tell the broker")
    check = commands.add_parser("check", help="play and measure for two seconds, and say how it is")
    for each in (run, check):
        each.add_argument(
            "--config", type=Path, default=DEFAULT_FILE, help=f"default: {DEFAULT_FILE}"
        )
        each.add_argument(
            "--source",
            metavar="SOURCE",
            help="instead of the configured one: card, file:PATH or scene:PATH",
        )
    say = commands.add_parser("say", help="have a recording heard as if it were said here")
    say.add_argument("file", type=Path, help="WAV, FLAC, OGG or MP3")
    say.add_argument("--config", type=Path, default=DEFAULT_FILE, help=f"default: {DEFAULT_FILE}")
    commands.add_parser("devices", help="list the sound devices of this machine")
    update = commands.add_parser(
        "update", help="install a newer version; one that does not come up is taken back"
    )
    update.add_argument("--from", dest="source", help="another checkout or git address than before")
    commands.add_parser("rollback", help="go back to the version before this one")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    asked = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        return _obey(asked)
    except (ConfigError, DeviceError, SayingError, WakeWordError) as error:
        sys.stderr.write(f"halcyon-speaker: {error}\n")
        return 1


def _obey(asked: argparse.Namespace) -> int:
    match asked.command:
        case "devices":
            from .sources.card import list_devices

            sys.stdout.write(list_devices() + "\n")
        case "run":
            from .host import serve
            from .sources.choosing import open_device

            config, device = open_device(_config(asked))
            asyncio.run(serve(config, device))
        case "check":
            from .checking import check
            from .sources.choosing import open_device

            config, device = open_device(_config(asked))
            report = asyncio.run(check(config, device))
            sys.stdout.write(report.text + "\n")
            return 0 if report.good else 1
        case "say":
            config = load_config(asked.config)
            text = asyncio.run(say(asked.file, config.broker, config.address.node))
            sys.stdout.write((text or "not a command for this home") + "\n")
            return 0 if text else 1
        case "update":
            _install("update", *(("--from", asked.source) if asked.source else ()))
        case "rollback":
            _install("rollback")
    return 0


def _install(*arguments: str) -> Never:
    """Let the installer that put this version here do something else."""
    script = Path(sys.prefix) / "source" / "hardware" / "speaker" / "install.sh"
    if not script.is_file():
        raise DeviceError(
            "this version was not put here by install.sh, so it cannot be changed by it; "
            "use what it was installed with"
        )
    # …/releases/<version> is where this runs from.
    prefix = str(Path(sys.prefix).parents[1])
    os.execv(script, [str(script), *arguments, "--prefix", prefix])  # noqa: S606 - our own script


def _config(asked: argparse.Namespace) -> Config:
    config = load_config(asked.config)
    if asked.source is None:
        return config
    own = not asked.source.startswith("file:")
    return replace(
        config,
        sound=replace(config.sound, source=asked.source),
        options=replace(config.options, own_tone=own),
    )
