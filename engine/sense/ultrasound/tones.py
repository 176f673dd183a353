"""The tone in a chunk of I/Q, told from the noise beside it."""

import numpy as np
from numpy.typing import NDArray

type Complexes = NDArray[np.complex64]
type Floats = NDArray[np.float32]


def power_of(samples: Complexes) -> Floats:
    """The mean power of each channel of (n, microphones)."""
    parts = samples.view(np.float32)
    squares = np.einsum("ij,ij->j", parts, parts) / len(samples)
    power: Floats = squares[0::2] + squares[1::2]
    return power


def tone_of(samples: Complexes) -> Complexes:
    """The mean turn of each channel from sample to sample, (microphones,).

    Its size is the power of a tone at any frequency in the band, without the noise.
    """
    turn: Complexes = np.einsum("ij,ij->j", samples[1:], samples[:-1].conj()) / (len(samples) - 1)
    return turn
