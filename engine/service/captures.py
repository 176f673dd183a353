"""Captures as files: plain or gzipped JSON lines, read and written a line at a time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
import gzip
import io
from pathlib import Path
from typing import IO, TextIO, cast
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
def new_capture(path: Path) -> Iterator[TextIO]:
    """A new file to write lines to, gzipped if its name ends in .gz.

    Raises FileExistsError rather than overwriting what was recorded before. The same lines give
    the same bytes: a compressed file notes neither its name nor the time.
    """
    with path.open("xb") as file, ExitStack() as stack:
        target: IO[bytes] = file
        if path.suffix == ".gz":
            packed = gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0)
            target = cast("IO[bytes]", stack.enter_context(packed))
        yield stack.enter_context(io.TextIOWrapper(target, encoding="utf-8", newline="\n"))


def _open_to_read(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    if packed:
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")
