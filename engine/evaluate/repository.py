"""What evaluations need of the repository: the code that trains, which no package holds."""

from importlib import import_module
from pathlib import Path
import sys
from types import ModuleType


class NoTrainingError(Exception):
    """Networks cannot be trained here; the message says what is missing."""


def training(module: str) -> ModuleType:
    """A module of the repository's `training`, from whatever folder this is run.

    Raises NoTrainingError where there is no repository, or nothing to train with.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / "training").is_dir():
        raise NoTrainingError(
            "cross-validation trains networks, and what trains them is not installed: clone "
            "Halcyon's repository and run this with its training environment"
        )
    if str(root) not in sys.path:
        # Behind everything else, so that nothing of the repository hides what is installed.
        sys.path.append(str(root))
    try:
        return import_module(f"training.{module}")
    except ModuleNotFoundError as error:
        raise NoTrainingError(
            f"{error.name} is missing: run this with the training environment of the repository, "
            f"{root / '.venv-training' / 'bin' / 'halcyon'} (docs/development.md makes it)"
        ) from error
