"""A program that ESPHome built for this machine, with a pseudo-terminal for its radar's line."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import pty
import select
import subprocess
import time
import tty
from typing import Self

PATIENCE_S = 20.0
"""Far beyond what a busy machine needs; nothing waits this long unless it is broken."""


class FirmwareError(RuntimeError):
    """The program ended or fell silent; the message holds what it had printed."""


class Firmware:
    """A running program: `line` writes what the radar sends, `read_line` is what it prints."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self._process = process
        self._master = master
        self._output = b""

    @classmethod
    @contextmanager
    def running(cls, program: Path, folder: Path) -> Iterator[Self]:
        """Run in a folder of its own, where its preferences are kept too."""
        master, slave = pty.openpty()
        tty.setraw(slave)
        process = subprocess.Popen(
            [str(program)],
            cwd=folder,
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "ESPHOME_PREFDIR": str(folder)},
        )
        try:
            yield cls(process, master)
        finally:
            process.kill()
            process.communicate()
            os.close(slave)
            os.close(master)

    def line(self, data: bytes) -> None:
        """Let the radar send bytes."""
        os.write(self._master, data)

    def read_line(self) -> str:
        """The next line that the program prints."""
        assert self._process.stdout is not None
        while b"\n" not in self._output:
            self._wait(self._process.stdout.fileno(), f"printed only {self._output!r}")
            chunk = os.read(self._process.stdout.fileno(), 4096)
            if not chunk:
                raise FirmwareError(f"the program ended; it had printed {self._output!r}")
            self._output += chunk
        line, self._output = self._output.split(b"\n", 1)
        return line.decode()

    @staticmethod
    def _wait(descriptor: int, told: str) -> None:
        started = time.monotonic()
        ready, _, _ = select.select([descriptor], [], [], PATIENCE_S)
        if not ready:
            waited = time.monotonic() - started
            raise FirmwareError(f"silent for {waited:.0f} s; the program had {told}")
