"""The arrays of this package."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.floating[Any]]
type Single = NDArray[np.float32]
type Complexes = NDArray[np.complexfloating[Any, Any]]
type Flags = NDArray[np.bool]
type Kinds = NDArray[np.int_]
type Vector = tuple[float, float, float]
