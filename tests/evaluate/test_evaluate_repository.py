"""What trains is found from any folder, and missed in words."""

from pathlib import Path
import sys

import pytest

from halcyon.evaluate import repository
from halcyon.evaluate.repository import NoTrainingError, training

ROOT = Path(repository.__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the installed script runs: in another folder, with nothing of the repository in reach."""
    monkeypatch.chdir(tmp_path)
    reached = [place for place in sys.path if place and Path(place).resolve() != ROOT]
    monkeypatch.setattr(sys, "path", reached)
    for name in [each for each in sys.modules if each.split(".")[0] == "training"]:
        monkeypatch.delitem(sys.modules, name)


def test_it_is_found_beside_the_engine() -> None:
    found = training("network")
    assert found.__file__ is not None
    assert Path(found.__file__).is_relative_to(ROOT)
    assert training("network") is found
    assert sys.path.count(str(ROOT)) == 1


def test_what_it_needs_and_what_to_do_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "training.motion.train", None)
    with pytest.raises(NoTrainingError, match=r"training\.motion\.train is missing.*halcyon"):
        training("motion.train")


def test_an_installed_package_says_that_it_needs_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "halcyon" / "evaluate" / "repository.py"
    monkeypatch.setattr(repository, "__file__", str(installed))
    with pytest.raises(NoTrainingError, match="clone"):
        training("motion.train")
