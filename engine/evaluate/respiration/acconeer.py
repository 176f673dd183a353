"""Short clips of a real 60 GHz pulsed-coherent radar before a person who sits and breathes.

Acconeer's test recordings of its A121 sensor (HDF5, complex int16 frames of several sweeps), Clear
BSD. There is nothing beside them to count against, so they are shown and not scored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = "sleep/acconeer_60ghz"
NAMES = ("breathing-sitting", "breathing-sitting-no-presence")
WAVELENGTH_MM = 4.96
"""At 60.5 GHz."""

_SESSION = "sessions/session_0"
_ENTRY = f"{_SESSION}/group_0/entry_0"


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Frames, the mean of their sweeps: `times` s shape (n,), `frames` (n, bins), `ranges` m."""

    name: str
    times: NDArray[np.float64]
    frames: NDArray[np.complex128]
    ranges: NDArray[np.float64]


def clips(data: Path) -> Iterator[Clip]:
    """The clips with breathing that are there. Raises ModuleNotFoundError without h5py."""
    import h5py

    for name in NAMES:
        path = data / FOLDER / f"{name}.h5"
        if not path.is_file():
            continue
        with h5py.File(path) as file:
            result, metadata = file[f"{_ENTRY}/result"], file[f"{_ENTRY}/metadata"][()]
            server, config = file["server_info"][()], file[f"{_SESSION}/session_config"][()]
            frames = result["frame"][:]
            ticks = result["tick"][:].astype(np.float64)
        sensor = next(iter(json.loads(config)["groups"][0].values()))["subsweeps"][0]
        step = json.loads(metadata)["base_step_length_m"]
        points = sensor["start_point"] + sensor["step_length"] * np.arange(frames.shape[2])
        values = frames["real"].astype(np.float64) + 1j * frames["imag"]
        times = (ticks - ticks[0]) / json.loads(server)["ticks_per_second"]
        yield Clip(name, times, values.mean(axis=1), points * step)
