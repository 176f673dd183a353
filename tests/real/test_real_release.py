"""The release archive: whole, small, and the same whoever builds it."""

from pathlib import Path
import shutil
import zipfile

import pytest

from stage.release import ROOT, ReleaseError, build, contents, version


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The parts of this checkout that a release is made of, to be changed at will."""
    copy = tmp_path / "checkout"
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(
        ROOT / "custom_components", copy / "custom_components", symlinks=True, ignore=skip
    )
    shutil.copytree(ROOT / "engine", copy / "engine", ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def test_it_holds_the_integration_at_its_root_and_the_engine_as_real_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(build(tmp_path)) as archive:
        names = archive.namelist()

    assert {"manifest.json", "__init__.py", "engine/__init__.py", "engine/pipeline.py"} <= {*names}
    assert names == sorted(names)


def test_it_leaves_out_what_home_assistant_does_not_run() -> None:
    tops = {name.split("/")[1] for name in contents() if name.startswith("engine/")}

    assert not tops & {"__main__.py", "cli", "service", "simulate", "speech"}
    assert {"core", "decode", "sense", "decide"} <= tops


def test_it_is_the_same_whoever_builds_it(checkout: Path, tmp_path: Path) -> None:
    for stale in (checkout / "engine" / "core").glob("*.py"):
        stale.touch()
        stale.chmod(0o600)
    (checkout / "engine" / "__pycache__").mkdir()
    (checkout / "engine" / "__pycache__" / "x.pyc").touch()
    (checkout / "custom_components" / "halcyon" / ".hidden").touch()

    here, there = build(tmp_path / "here"), build(tmp_path / "there", checkout)

    assert here.read_bytes() == there.read_bytes()


@pytest.mark.parametrize(
    ("place", "old"),
    [
        ("custom_components/halcyon/manifest.json", '"version": "'),
        ("pyproject.toml", '\nversion = "'),
        ("engine/__init__.py", '__version__ = "'),
    ],
)
def test_versions_that_differ_are_refused(
    checkout: Path, tmp_path: Path, place: str, old: str
) -> None:
    file = checkout / place
    file.write_text(file.read_text().replace(old, f"{old}9"))

    with pytest.raises(ReleaseError, match=f"the versions differ.*{place} says 9{version()}"):
        build(tmp_path, checkout)
    assert not (tmp_path / "halcyon.zip").exists()
