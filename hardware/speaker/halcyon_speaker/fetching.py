"""Sounds that somebody else made: what an assistant says, fetched from where it says it lies."""

import io
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
)

from .sounds import Sound, SoundError, decoded

_LARGEST = 16 * 1024 * 1024
"""Bytes: five minutes of uncompressed speech."""

_PATIENCE_S = 10.0
"""Until the first byte and from one to the next; a voice is made while it is fetched."""

_PIECE = 64 * 1024


def fetched(url: str, rate: int) -> Sound:
    """The sound at an address as one channel at a rate; blocking. Raises SoundError.

    Neither files nor redirections are followed: who may give an address may not have the node
    read what it likes.
    """
    try:
        content = _read(url)
    except SoundError:
        raise
    except HTTPError as error:
        raise SoundError(f"what lies there cannot be had: {error.code} {error.reason}") from error
    except (URLError, OSError, ValueError) as error:
        raise SoundError(
            f"the address cannot be reached ({error}); it must be one of the home's network"
        ) from error
    return decoded(io.BytesIO(content), "what was fetched", rate)


def _read(url: str) -> bytes:
    """What lies at an address; raises SoundError where it is not to be read."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise SoundError("url must begin with http:// or https://")
    opener = OpenerDirector()
    for handler in (HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor):
        opener.add_handler(handler())
    content = bytearray()
    with opener.open(url, timeout=_PATIENCE_S) as answer:
        while piece := answer.read(_PIECE):
            content += piece
            if len(content) > _LARGEST:
                raise SoundError(f"what lies there has more than {_LARGEST >> 20} MB")
    return bytes(content)
