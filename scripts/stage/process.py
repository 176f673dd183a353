"""A child process that logs to a file, dies with its parent and can be waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
import os
from pathlib import Path
import shutil
import socket
import subprocess

LOOPBACK = "127.0.0.1"

_POLL = 0.05
_LOG_LINES_SHOWN = 30


class StageError(Exception):
    """Something real did not come up or did not do what it was asked; says what and where."""


def free_port() -> int:
    """A TCP port on the loopback interface that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def find_program(name: str) -> str:
    """The path of an installed program; Debian keeps servers in folders off a user's path."""
    folders = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    found = shutil.which(name, path=folders)
    if found is None:
        raise StageError(f"{name} is not installed; on Debian: apt-get install {name}")
    return found


async def until(
    holds: Callable[[], bool] | Callable[[], Awaitable[bool]], patience: float, what: str
) -> None:
    """Wait until a condition holds; raises StageError naming `what` after patience seconds."""
    try:
        async with asyncio.timeout(patience):
            while True:
                answer = holds()
                if answer if isinstance(answer, bool) else await answer:
                    return
                await asyncio.sleep(_POLL)
    except TimeoutError as error:
        raise StageError(f"{what} did not happen within {patience:g} s") from error


async def is_listening(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True


class Process:
    """One program. It is in a session of its own, so that Ctrl-C reaches its parent only."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.log = log
        self._command = list(command)
        self._folder = folder
        self._environment = environment
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """The program's own name."""
        return Path(self._command[0]).name

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """Its process id; raises StageError where it does not run."""
        if self._child is None:
            raise StageError(f"{self.name} does not run")
        return self._child.pid

    def start(self) -> None:
        """Start it; its output is appended to the log."""
        if self.running:
            raise StageError(f"{self.name} runs already")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # A parent that is killed cannot clean up, so the kernel ends the child with it.
        command = [find_program("setpriv"), "--pdeathsig", "TERM", *self._command]
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env=None if self._environment is None else dict(self._environment),
                start_new_session=True,
            )

    async def ready(
        self, holds: Callable[[], bool] | Callable[[], Awaitable[bool]], patience: float
    ) -> None:
        """Wait until a started process is usable; raises StageError with the end of its log."""

        async def usable() -> bool:
            if not self.running:
                raise StageError(f"{self.name} ended while it started:\n{self.tail()}")
            answer = holds()
            return answer if isinstance(answer, bool) else await answer

        try:
            await until(usable, patience, f"the start of {self.name}")
        except StageError as error:
            raise StageError(f"{error}\n{self.tail()}") from error

    def stop(self, patience: float = 30.0) -> None:
        """Ask it to end and wait; kill it where it does not end within `patience` seconds."""
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()

    def tail(self) -> str:
        """The last lines of the log."""
        if not self.log.exists():
            return "(it wrote nothing)"
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LOG_LINES_SHOWN:])
