"""Rules of the repository that no other tool checks."""

from pathlib import Path
import re
import subprocess
import tomllib

import pytest

ROOT = Path(__file__).parents[2]
BINARIES = {".png", ".npz"}
# Spelled apart, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    r"(?:pypi\.%s|files\.pythonhosted\.%s|registry\.npmjs\.%s|deb\.debian\.%s)".replace("%s", "org")
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root)/[\w.]+")


def tracked() -> list[Path]:
    """The files that git knows, without links."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


FILES = tracked()
TEXTS = [path for path in FILES if path.suffix not in BINARIES and not path.is_symlink()]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_a_file_names_no_registry_and_no_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not REGISTRIES.search(text), "name packages, not the hosts that serve them"
    if path != Path(__file__):
        assert not MACHINE.search(text), "a path of one machine means nothing on another"


def test_every_requirement_is_pinned_with_its_hash() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert locks
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        pins = re.findall(r"^[\w.\-\[\]]+==", text, re.MULTILINE)
        blocks = re.split(r"^(?=[\w.\-\[\]]+==)", text, flags=re.MULTILINE)[1:]
        assert pins, lock.name
        assert all("--hash=sha256:" in block for block in blocks), lock.name


def test_the_package_list_is_the_tree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["setuptools"]["packages"]
    folders = {path.parent for path in (ROOT / "engine").rglob("__init__.py")}
    found = {
        ".".join(("halcyon", *folder.relative_to(ROOT / "engine").parts)) for folder in folders
    }
    assert set(listed) == found
    assert listed == sorted(listed)


def test_the_integration_carries_the_engine_by_a_link() -> None:
    link = ROOT / "custom_components" / "halcyon" / "engine"
    assert link.is_symlink()
    assert link.resolve() == ROOT / "engine"


def test_a_clone_stays_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 30e6
