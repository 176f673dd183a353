"""Where the recordings are that are evaluated on."""

from collections.abc import Mapping
import os
from pathlib import Path

DATA_VARIABLE = "HALCYON_DATA"


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that recordings are read from: `HALCYON_DATA`, else `../shared/data`."""
    named = environment.get(DATA_VARIABLE)
    return Path(named) if named else Path(__file__).parents[3] / "shared" / "data"
