"""The nights of a site on disk: `<folder>/<sleeper>/<start>.json`, a file for each.

All functions block; hosts call them where they may.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
import shutil

from ..core.message import is_id
from ..core.snapshot import SnapshotError
from ..sense.sleep.comparison import NIGHTS, is_night
from ..sense.sleep.kept import Kept, decode, encode, expired, file_name, start_of
from ..sense.sleep.report import Report
from .files import replace_file

_NAPS_TOO = 3
"""Of so many sessions at least one is a night, so that no more files need to be looked at."""


_DELETED = ".deleted"
"""What is added to the name of a file that is no more: a host that missed the wish and tells of
the night again is not listened to. The note is empty, and goes when the night would have gone."""


class NightFiles:
    """The files of one site. `complain` is told once of every file that cannot be read."""

    def __init__(self, folder: Path, complain: Callable[[Path, str], None]) -> None:
        self.folder = folder
        self._complain = complain
        self._damaged: set[Path] = set()

    def starts(self, sleeper: str) -> list[int]:
        """When the nights of a sleeper began, oldest first, unix seconds."""
        folder, names = self._folder(sleeper), list[str]()
        try:
            names += [path.name for path in folder.iterdir()]
        except FileNotFoundError:
            pass
        except OSError as error:
            self._complain_once(folder, str(error))
        return sorted(start for name in names if (start := start_of(name)) is not None)

    def read(self, sleeper: str, start: float) -> Kept | None:
        """The night that began then; None where there is none, or its file is damaged."""
        path = self._path(sleeper, start)
        try:
            return _theirs(decode(path.read_bytes()), sleeper)
        except FileNotFoundError:
            return None
        except (OSError, SnapshotError) as error:
            self._complain_once(path, str(error))
            return None

    def sleepers(self) -> list[str]:
        """Everybody of whom nights are kept."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if is_id(path.name))

    def newest(self, sleeper: str) -> Kept | None:
        """The last session, be it a night or a nap."""
        return next(self._backwards(sleeper), None)

    def latest(self, sleeper: str) -> Kept | None:
        """The last night, which is no nap."""
        return next((kept for kept in self._backwards(sleeper) if is_night(kept.report)), None)

    def at(self, sleeper: str, t: float) -> Kept | None:
        """The session that a moment lies in."""
        for start in reversed(self.starts(sleeper)):
            if start <= t:
                kept = self.read(sleeper, start)
                return kept if kept is not None and t <= kept.report.end else None
        return None

    def before(self, report: Report) -> list[Report]:
        """What a night is compared with."""
        found: list[Report] = []
        for kept in self._backwards(report.sleeper, report.start):
            if is_night(kept.report):
                found.append(kept.report)
            if len(found) == NIGHTS:
                break
        return found

    def write(self, kept: Kept) -> None:
        """Keep a night, instead of one that began at the same time; raises OSError."""
        path = self._path(kept.report.sleeper, kept.report.start)
        replace_file(path, encode(kept))
        self._damaged.discard(path)

    def delete(self, sleeper: str, start: float) -> None:
        """Destroy a night, and note that it is not to come back; raises OSError."""
        path = self._path(sleeper, start)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            replace_file(_note_of(path), b"")

    def was_deleted(self, sleeper: str, start: float) -> bool:
        """Whether somebody deleted the night that began then."""
        return _note_of(self._path(sleeper, start)).exists()

    def delete_all(self, sleeper: str | None = None) -> None:
        """Destroy the nights of a sleeper, or of everybody."""
        shutil.rmtree(self.folder if sleeper is None else self._folder(sleeper), ignore_errors=True)

    def prune(self, t: float, days: float) -> None:
        """Destroy what is older than so many days at t, whoever's it is; raises OSError."""
        if self.folder.is_dir():
            for folder in self.folder.iterdir():
                names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
                for name in expired((name.removesuffix(_DELETED) for name in names), t, days):
                    (folder / name).unlink(missing_ok=True)
                    _note_of(folder / name).unlink(missing_ok=True)

    def _backwards(self, sleeper: str, before: float | None = None) -> Iterator[Kept]:
        starts = [each for each in self.starts(sleeper) if before is None or each < int(before)]
        for start in reversed(starts[-NIGHTS * _NAPS_TOO :]):
            kept = self.read(sleeper, start)
            if kept is not None:
                yield kept

    def _complain_once(self, path: Path, why: str) -> None:
        if path not in self._damaged:
            self._damaged.add(path)
            self._complain(path, why)

    def _path(self, sleeper: str, start: float) -> Path:
        return self._folder(sleeper) / file_name(start)

    def _folder(self, sleeper: str) -> Path:
        # What comes from outside must not name a folder elsewhere.
        if not is_id(sleeper):
            raise ValueError(f"{sleeper!r} is no sleeper's id")
        return self.folder / sleeper


def _theirs(kept: Kept, sleeper: str) -> Kept:
    if kept.report.sleeper != sleeper:
        raise SnapshotError(f"it is of {kept.report.sleeper!r}, in whose folder it should be")
    return kept


def _note_of(path: Path) -> Path:
    return path.with_name(path.name + _DELETED)
