"""Where models lie, and whether they are whole."""

import os
from pathlib import Path

from .download import sha256
from .manifest import File, Model

_CHOSEN = "HALCYON_MODELS"


class ModelError(Exception):
    """A model cannot be used; the message says which and what to do."""


class MissingModelError(ModelError):
    """A model is not there, or not as it was pinned; `name` is that of the manifest.

    Hosts make a repair of it: `halcyon models fetch NAME` is the remedy.
    """

    def __init__(self, name: str, folder: Path, files: tuple[File, ...]) -> None:
        super().__init__(
            f"the model '{name}' is not whole in {folder} (wanting: "
            f"{', '.join(file.name for file in files)}); fetch it with: "
            f"halcyon models fetch {name}"
        )
        self.name = name


def models_folder() -> Path:
    """Where models are kept: $HALCYON_MODELS, else `halcyon/models` in the user's cache."""
    if chosen := os.environ.get(_CHOSEN):
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "halcyon" / "models"


def wanting(model: Model, folder: Path) -> tuple[File, ...]:
    """The files of a model that are not in `folder`/its name, or are not what was pinned."""
    return tuple(
        file for file in model.files if not _is_right(folder / model.name / file.name, file)
    )


def whole_model(model: Model, folder: Path) -> Path:
    """The model's folder, every file of which was checked; raises MissingModelError."""
    if missing := wanting(model, folder):
        raise MissingModelError(model.name, folder, missing)
    return folder / model.name


def _is_right(path: Path, file: File) -> bool:
    try:
        return path.stat().st_size == file.size and sha256(path) == file.sha256
    except OSError:
        return False
