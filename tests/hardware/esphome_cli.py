"""ESPHome's command line on this repository's packages, offline.

ESPHome fetches packages and components with git from the address that users write. Here git is
told to take them from a copy of the working tree, so that the shipped files are tested as they
are. Builds are kept in `.cache/esphome`: the first takes seconds, later ones less.
"""

from dataclasses import dataclass
import json
import os
from pathlib import Path
import shutil
import subprocess

ROOT = Path(__file__).parents[2]
HARDWARE = ROOT / "hardware" / "esphome"
EXAMPLES = HARDWARE / "examples"
COMPONENT = HARDWARE / "components" / "halcyon"
FIRMWARE = Path(__file__).parent / "firmware"
CACHE = ROOT / ".cache" / "esphome"
PROGRAM = ROOT / ".venv-esphome" / "bin" / "esphome"

_REPOSITORY = "https://github.com/halcyon-home/halcyon"
_BUILD_SECONDS = 300


@dataclass(frozen=True)
class Esphome:
    """ESPHome's command line; what git would fetch from the repository's address is `source`."""

    source: Path

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run in a folder that holds the configuration; both outputs together, never checked."""
        for fetched in ("packages", "external_components"):
            shutil.rmtree(folder / ".esphome" / fetched, ignore_errors=True)
        git = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{self.source.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": _REPOSITORY,
        }
        return subprocess.run(
            [str(PROGRAM), *arguments],
            cwd=folder,
            env={**os.environ, **git},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_BUILD_SECONDS,
            check=False,
        )

    def generate(self, folder: Path, name: str) -> str:
        """The C++ that sets a configuration up."""
        done = self.run(folder, "compile", "--only-generate", f"{name}.yaml")
        assert done.returncode == 0, done.stdout
        return main_of(folder, name).read_text(encoding="utf-8")

    def build(self, name: str) -> Path:
        """The program made of firmware/<name>.yaml for this machine."""
        folder = CACHE / name
        shutil.copytree(FIRMWARE, folder, dirs_exist_ok=True)
        done = self.run(folder, "compile", f"{name}.yaml")
        assert done.returncode == 0, done.stdout
        programs = sorted((folder / ".esphome" / "build").glob("*/.pioenvs/*/program"))
        assert len(programs) == 1, done.stdout
        return programs[0]


def main_of(folder: Path, name: str) -> Path:
    """Where ESPHome writes the C++ of a configuration."""
    record = json.loads((folder / ".esphome/storage" / f"{name}.yaml.json").read_text())
    return folder / ".esphome" / "build" / str(record["name"]) / "src" / "main.cpp"
