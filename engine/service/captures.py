"""Captures as files: plain or gzipped JSON lines, read and written a line at a time."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
import gzip
from pathlib import Path
from typing import IO, cast
import zlib

from ..core.capture import CaptureError

_GZIP_MAGIC = b"\x1f\x8b"
_COMPRESSION = 6
"""zlib's own default: level 9 costs several times the work for a few percent."""


def capture_lines(path: Path) -> Iterator[str]:
    """The lines of a capture, gzipped or not, whatever its name says.

    Raises CaptureError, naming the line, where the file ends or breaks in the middle of one,
    and OSError where there is no such file.
    """
    number = 1
    with _open_to_read(path) as file:
        try:
            for raw in file:
                yield raw.decode("utf-8")
                number += 1
        except UnicodeDecodeError as error:
            raise CaptureError(f"line {number}: not UTF-8 text") from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise CaptureError(f"line {number}: the compressed file is cut short") from error


@contextmanager
def new_capture(path: Path) -> Iterator[IO[str]]:
    """A new file to write lines to, gzipped if its name ends in .gz.

    Raises FileExistsError rather than overwriting what was recorded before.
    """
    if path.suffix == ".gz":
        with gzip.open(path, "xt", _COMPRESSION, encoding="utf-8", newline="\n") as packed:
            yield packed
    else:
        with path.open("x", encoding="utf-8", newline="\n") as plain:
            yield plain


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """Write a whole capture; returns the number of lines."""
    count = 0
    with new_capture(path) as file:
        for line in lines:
            file.write(line + "\n")
            count += 1
    return count


def _open_to_read(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    if packed:
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")
