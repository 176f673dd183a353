"""The environment in which programs of a night run."""

import os

from ..speaker import PROGRAM


def surroundings() -> dict[str, str]:
    """This process's environment, with the speaker's program and this package in reach."""
    paths = [str(PROGRAM), str(PROGRAM.parents[1] / "scripts"), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "OPENBLAS_NUM_THREADS": "1",
        "TZ": "UTC",
    }
