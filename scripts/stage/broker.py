"""A real Mosquitto on a loopback port of its own."""

from collections.abc import Mapping
import os
from pathlib import Path
import subprocess

from .process import LOOPBACK, Process, find_program, free_port, is_listening

_START_TIMEOUT = 10.0


class Broker:
    """One Mosquitto that keeps its files in `folder` and its port across restarts.

    With `users` (name to password) it refuses everybody else. With `persistence` it keeps
    retained messages across a restart, as a broker in a home does.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        persistence: bool = False,
        users: Mapping[str, str] | None = None,
    ) -> None:
        self.host = LOOPBACK
        self.port = port or free_port()
        self._folder = folder
        self._persistence = persistence
        self._users = dict(users or {})
        self._process = Process(
            [find_program("mosquitto"), "-c", str(folder / "mosquitto.conf")],
            folder / "mosquitto.log",
        )

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process.running

    async def start(self) -> None:
        """Write the configuration, start and wait until it accepts connections."""
        self._write()
        self._process.start()
        await self._process.ready(lambda: is_listening(self.port), _START_TIMEOUT)

    async def restart(self) -> None:
        """Stop and start again on the same port."""
        self.stop()
        await self.start()

    def stop(self) -> None:
        """End it in an orderly way."""
        self._process.stop()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()

    def _write(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        lines = [
            f"listener {self.port} {self.host}",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
            f"allow_anonymous {str(not self._users).lower()}",
            f"persistence {str(self._persistence).lower()}",
        ]
        if os.getuid() == 0:
            # It would otherwise change to an account that cannot read its own files here.
            lines.append("user root")
        if self._persistence:
            # Written at every change, so that a kill loses as little as it would on a server.
            lines += [
                f"persistence_location {self._folder}/",
                "autosave_on_changes true",
                "autosave_interval 1",
            ]
        if self._users:
            passwords = self._folder / "passwords"
            passwords.unlink(missing_ok=True)
            passwords.touch(mode=0o600)
            for name, password in self._users.items():
                subprocess.run(
                    [find_program("mosquitto_passwd"), "-b", str(passwords), name, password],
                    check=True,
                    capture_output=True,
                )
            lines.append(f"password_file {passwords}")
        (self._folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")
