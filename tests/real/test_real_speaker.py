"""Installing the speaker node for real: versions side by side, updates, and what goes wrong."""

import contextlib
import os
from pathlib import Path
import re
import shutil
import signal
import subprocess
import sys

import pytest

from stage.broker import Broker

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "hardware" / "speaker" / "halcyon-speaker.service"
PATIENCE_S = 300.0

# Stands in for systemd: starts the node and waits until it says that it is up.
RESTART = """
import os, signal, socket, subprocess, sys
folder, prefix = sys.argv[1:]
pid = os.path.join(folder, "pid")
if os.path.exists(pid):
    try:
        os.kill(int(open(pid).read()), signal.SIGTERM)
    except ProcessLookupError:
        pass
# The one before may still have something to say to its own supervisor.
path = os.path.join(folder, f"notify-{os.getpid()}")
supervisor = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
supervisor.bind(path)
supervisor.settimeout(0.2)
node = subprocess.Popen(
    [prefix + "/current/bin/halcyon-speaker", "run", "--config", folder + "/etc/speaker.toml"],
    env=os.environ | {"NOTIFY_SOCKET": path},
    stdout=open(folder + "/node.log", "a"),
    stderr=subprocess.STDOUT,
    start_new_session=True,
)
open(pid, "w").write(str(node.pid))
while True:
    try:
        sys.exit(0 if supervisor.recv(100).startswith(b"READY=1") else 1)
    except TimeoutError:
        if node.poll() is not None:
            sys.exit(1)
"""


class Machine:
    """A machine to install on: a folder, and a stand-in for its service manager."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder = folder
        self.prefix = folder / "opt"
        (folder / "etc").mkdir()
        (folder / "restart.py").write_text(RESTART)
        (folder / "scene.toml").write_text("seed = 7\n")
        (folder / "etc" / "speaker.toml").write_text(
            f'node = "box"\nstate = "{folder}/state"\n'
            f'[mqtt]\nhost = "{broker.host}"\nport = {broker.port}\n'
            f'[sound]\nsource = "scene:{folder}/scene.toml"\n'
        )
        # The program that fetches packages is the one that made this environment.
        cache = Path(os.environ.get("HALCYON_CACHE", Path.home() / ".cache" / "halcyon"))
        shutil.copytree(cache / "uv", self.prefix / "cache" / "uv")
        self._packages = cache / "packages"

    def run(self, script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        restart = f"{sys.executable} {self.folder}/restart.py {self.folder} {self.prefix}"
        return subprocess.run(
            [
                str(script),
                *arguments,
                *("--prefix", str(self.prefix), "--etc", str(self.folder / "etc")),
                *("--restart", restart, "--no-service"),
            ],
            env=os.environ
            | {"HALCYON_PYTHON": sys.executable, "UV_CACHE_DIR": str(self._packages)},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def version(self, link: str = "current") -> str:
        return (self.prefix / link).resolve().name.partition("-")[0]

    def stop(self) -> None:
        pid = self.folder / "pid"
        if pid.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid.read_text()), signal.SIGKILL)


def checkout(folder: Path, version: str, broken: str = "") -> Path:
    """What git would fetch: the node at a version, perhaps one that cannot start."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        folder.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder)
    for name in ("engine", "hardware/speaker", "scripts/lib", "requirements", "docs"):
        ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    package = folder / "hardware" / "speaker" / "halcyon_speaker"
    text = (package / "__init__.py").read_text()
    (package / "__init__.py").write_text(re.sub(r'"\d+\.\d+\.\d+"', f'"{version}"', text))
    with (package / "host.py").open("a") as host:
        host.write(broken)
    return folder


@pytest.fixture
async def machine(tmp_path: Path, broker: Broker) -> Machine:
    return Machine(tmp_path, broker)


def test_versions_come_go_and_are_taken_back(machine: Machine, tmp_path: Path) -> None:
    try:
        first = checkout(tmp_path / "first", "1.0.0")
        script = first / "hardware" / "speaker" / "install.sh"
        done = machine.run(script, "install")
        assert done.returncode == 0, done.stderr
        assert machine.version() == "1.0.0"

        again = machine.run(script, "update")
        assert again.returncode == 0
        assert "the newest already" in again.stderr

        installed = machine.prefix / "current/source/hardware/speaker/install.sh"
        second = checkout(tmp_path / "second", "1.1.0")
        done = machine.run(installed, "update", "--from", str(second))
        assert done.returncode == 0, done.stderr
        assert (machine.version(), machine.version("previous")) == ("1.1.0", "1.0.0")

        done = machine.run(installed, "rollback")
        assert done.returncode == 0, done.stderr
        assert (machine.version(), machine.version("previous")) == ("1.0.0", "1.1.0")

        broken = checkout(tmp_path / "third", "2.0.0", '\nraise RuntimeError("broken")\n')
        done = machine.run(installed, "update", "--from", str(broken))
        assert done.returncode == 1
        assert "1.0.0" in done.stderr
        assert "is in place again" in done.stderr
        assert machine.version() == "1.0.0"
    finally:
        machine.stop()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["install", "--from", "/nowhere/at/all"], "could not be fetched"),
        (["install", "--from", "/etc"], "holds no speaker node"),
        (["rollback"], "no version before"),
        (["update"], "nothing is installed"),
        (["dance"], "what is to be done"),
        (["install", "--nope", "x"], "there is no option --nope"),
    ],
)
def test_mistakes_are_named(machine: Machine, arguments: list[str], error: str) -> None:
    script = ROOT / "hardware" / "speaker" / "install.sh"
    done = machine.run(script, *arguments)
    assert done.returncode == 1
    assert error in done.stderr


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd here")
    # It asks that the program exists.
    unit = tmp_path / UNIT.name
    unit.write_text(
        UNIT.read_text().replace("/opt/halcyon-speaker/current/bin/halcyon-speaker", "/bin/true")
    )
    done = subprocess.run(
        [program, "verify", str(unit)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
