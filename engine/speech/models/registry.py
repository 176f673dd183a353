"""Where this machine gets Python packages from, as its own tools know it."""

import os
import subprocess
import tomllib

from .download import DownloadError
from .manifest import Packaged

_PLATFORM = "x86_64-manylinux_2_35"
"""Of the archives that hold models. They are only unpacked, so any machine can use them."""

_TIMEOUT = 60.0
"""Seconds that the registry may take to say what it has."""


def address_of(packaged: Packaged) -> str:
    """The address of an archive at the registry that uv is configured for; raises DownloadError."""
    try:
        from uv import find_uv_bin

        tool = find_uv_bin()
    except (ImportError, FileNotFoundError) as error:
        raise DownloadError(
            "the package registry is asked through uv, which is not installed; "
            "install it with: pip install 'halcyon[speech]'"
        ) from error
    named = f"{packaged.package}=={packaged.version}"
    try:
        answer = subprocess.run(  # noqa: S603  # uv's own program, and what the manifest names
            [
                *(tool, "pip", "compile", "-", "--no-deps", "--quiet", "--no-header"),
                *("--format", "pylock.toml", "--python-platform", _PLATFORM),
            ],
            input=named,
            env={"UV_SYSTEM_CERTS": "true", **os.environ},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise DownloadError(f"{named}: {error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise DownloadError(f"{named}: the package registry does not answer") from error
    for package in tomllib.loads(answer.stdout).get("packages", []):
        for wheel in package.get("wheels", []):
            address = str(wheel.get("url", ""))
            if address.rpartition("/")[2] == packaged.archive:
                return address
    raise DownloadError(f"the package registry has no {packaged.archive}")
