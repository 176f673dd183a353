"""The release: one zip with the integration at its root and the engine inside it.

The archive is the same byte for byte whoever builds it: files are sorted, and dates and modes
fixed.
"""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import sys
import tomllib
import zipfile

ROOT = Path(__file__).resolve().parents[2]
NAME = "halcyon.zip"

_ENGINE = "engine"
_NOT_FOR_HOME_ASSISTANT = frozenset(
    {"__main__.py", "cli", "evaluate", "service", "simulate", "speech"}
)
_LEFT_BEHIND = frozenset({"__pycache__"})

_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold
_UNIX = 3
_MODE = 0o100644 << 16


class ReleaseError(Exception):
    """What is released contradicts itself; the message says where."""


def version(root: Path = ROOT) -> str:
    """The one version that manifest, package and engine name; raises ReleaseError."""
    manifest = json.loads((root / "custom_components/halcyon/manifest.json").read_text())
    project = tomllib.loads((root / "pyproject.toml").read_text())
    found = {
        "custom_components/halcyon/manifest.json": manifest["version"],
        "pyproject.toml": project["project"]["version"],
        "engine/__init__.py": _assigned(root / "engine/__init__.py", "__version__"),
    }
    if len(set(found.values())) != 1:
        listed = ", ".join(f"{place} says {value}" for place, value in found.items())
        raise ReleaseError(f"the versions differ: {listed}")
    return str(manifest["version"])


def contents(root: Path = ROOT) -> dict[str, Path]:
    """The files of the release: their names in the archive and where they are now."""
    integration = root / "custom_components" / "halcyon"
    chosen = {
        path.relative_to(integration).as_posix(): path
        for path in _files(integration)
        if path.relative_to(integration).parts[0] != _ENGINE
    }
    engine = root / _ENGINE
    for path in _files(engine):
        inside = path.relative_to(engine)
        if inside.parts[0] not in _NOT_FOR_HOME_ASSISTANT:
            chosen[f"{_ENGINE}/{inside.as_posix()}"] = path
    return dict(sorted(chosen.items()))


def build(folder: Path, root: Path = ROOT) -> Path:
    """Write the archive into a folder; raises ReleaseError where the versions differ."""
    version(root)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / NAME
    with zipfile.ZipFile(target, "w") as archive:
        for name, path in contents(root).items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), compresslevel=9)
    return target


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in inside)
        if path.is_file() and not hidden and not _LEFT_BEHIND.intersection(inside):
            yield path


def _assigned(module: Path, name: str) -> str | None:
    """The text that a module assigns to a name, read without importing the module."""
    for statement in ast.parse(module.read_text()).body:
        if (
            isinstance(statement, ast.Assign)
            and any(isinstance(each, ast.Name) and each.id == name for each in statement.targets)
            and isinstance(statement.value, ast.Constant)
        ):
            return str(statement.value.value)
    return None


def main() -> int:
    """Build the release in `dist/` and say what it is."""
    try:
        archive = build(ROOT / "dist")
    except ReleaseError as error:
        sys.stderr.write(f"halcyon: {error}\n")
        return 1
    size = archive.stat().st_size
    sys.stdout.write(
        f"{archive.relative_to(ROOT)}: version {version()}, {len(contents())} files, "
        f"{size / 1024:.0f} KiB\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
