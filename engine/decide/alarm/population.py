"""How people sleep, and how the shipped stager errs: figures that come with the engine.

`population.json` holds counts of scored nights, with where they come from; it is made by
`python -m training.sleep.alarm_figures`. It is part of the engine as its code is, and read while
this module is imported.
"""

from importlib import resources
import json
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .hearsay import Hearsay
from .transitions import chances

_FIGURES: Final = json.loads((resources.files(__package__) / "population.json").read_bytes())

COUNTS: Final[NDArray[np.float64]] = np.array(_FIGURES["counts"], dtype=np.float64)
"""Of all people: see `transitions.count`."""

ANYBODY: Final[NDArray[np.float64]] = chances(COUNTS)

_ERRS: Final = _FIGURES["stager"]

HEARSAY: Final = Hearsay(tuple(_ERRS["often"]), _ERRS["weight"], _ERRS["insight"])
"""Of the stager that comes with the engine."""
