"""Files that outlast a power cut: replaced as a whole or not at all, or only added to."""

import os
from pathlib import Path
import tempfile


def replace_file(path: Path, content: bytes) -> None:
    """Write a file, making its folder; after a power cut the old or the new one is whole.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def add_to_file(path: Path, content: bytes) -> None:
    """Add to the end of a file, making it and its folder.

    Once this returns, it outlasts a power cut; one that comes before may leave a part of it.
    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("ab") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the names in it outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
