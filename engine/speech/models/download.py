"""Fetching a file so that an interruption costs nothing: what has arrived is kept and continued."""

from collections.abc import Callable
import hashlib
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import cast
from urllib.error import HTTPError
from urllib.request import Request, urlopen

type Tell = Callable[[str, int, int | None], None]
"""Is told what is fetched, the bytes that have arrived, and how many there will be if known."""

_CHUNK = 1 << 18
_TIMEOUT = 20.0
"""Seconds without a byte after which a server counts as gone."""


class DownloadError(Exception):
    """A file could not be fetched; the message says which and why."""


def sha256(path: Path) -> str:
    """The hash of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def download(address: str, target: Path, size: int | None, digest: str | None, tell: Tell) -> None:
    """Fetch `address` to `target`, which appears when it is whole and has the right hash.

    What an earlier attempt left in `target` with the ending `.part` is continued. `size` in bytes
    and `digest` are None where they are not known. Raises DownloadError.
    """
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        _fetch(address, part, size, tell)
    except (OSError, HTTPException, ValueError) as error:
        raise DownloadError(f"{address}: {getattr(error, 'reason', None) or error}") from error
    arrived = part.stat().st_size
    if size is not None and arrived < size:
        raise DownloadError(f"{address}: the connection ended after {arrived} of {size} bytes")
    if digest is not None and sha256(part) != digest:
        part.unlink()  # to continue it would not make it right
        raise DownloadError(f"{address} is not the file that was pinned: its SHA-256 differs")
    part.replace(target)


def _fetch(address: str, part: Path, size: int | None, tell: Tell) -> None:
    have = part.stat().st_size if part.exists() else 0
    if size is not None and have > size:
        part.unlink()
        have = 0
    if have and have == size:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    request = Request(address, headers=headers)  # noqa: S310  # addresses are pinned, or uv's
    try:
        answer = cast("HTTPResponse", urlopen(request, timeout=_TIMEOUT))  # noqa: S310  # as above
    except HTTPError as error:
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            return  # there was no more to come
        raise
    with answer:
        continued = answer.status == HTTPStatus.PARTIAL_CONTENT
        start = have if continued else 0
        coming = answer.headers.get("Content-Length")
        whole = start + int(coming) if coming is not None else size
        if size is not None and whole != size:
            raise ValueError(f"it has {whole} bytes there, not the {size} that were pinned")
        name = part.name.removesuffix(".part")
        with part.open("ab" if continued else "wb") as file:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                tell(name, file.tell(), whole)
