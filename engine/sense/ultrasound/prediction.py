"""What one microphone hears of the source, predicted from what the others hear of it.

A source reaches microphone m as h_m * s; where one path, the direct one, is by far the loudest,
h_m has a stable causal inverse, so h_m / h_j is nearly a short filter, and with three microphones
and more there are filters that are exact (Miyoshi & Kaneda, IEEE Trans. ASSP 36, 1988: inverse
filtering of room acoustics). They are the property of room and device, not of the source.
"""

from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

type Samples = NDArray[np.complex64]
type Correlations = NDArray[np.complex128]
type Weights = NDArray[np.complex64]
type Flags = NDArray[np.bool_]

_TAP_VARIANCE = 1e-3
"""How far taps lie from the prior: walls, furniture and the tail together are some 15 dB below
the direct path in small hard rooms, spread over tens of taps."""

_LOADING = 1e-9
"""Of the power; keeps the equations solvable when there is no noise at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Correlations of what microphones heard: `sums[j, i, k]` of conj(u_j(n - k)) u_i(n).

    Lags k are counted in taps; `weight` is the number of samples that the sums are worth.
    """

    sums: Correlations
    weight: float

    @classmethod
    def none(cls, microphones: int, taps: int) -> Evidence:
        """Before anything was heard."""
        return cls(np.zeros((microphones, microphones, taps), dtype=np.complex128), 0.0)

    def joined(self, more: Evidence, keep: float) -> Evidence:
        """Both, of this only the part `keep`."""
        return Evidence(keep * self.sums + more.sums, keep * self.weight + more.weight)


def heard(segment: Samples, taps: int, spacing: int) -> Evidence:
    """The evidence in a segment (n, microphones), with taps `spacing` samples apart.

    Means do not count. The segment fades in and out (Hann), so that its edges, where a filter
    would reach beyond it, weigh nothing and the correlations stay positive semidefinite.
    """
    count = len(segment)
    fade = np.hanning(count + 1)[:-1]
    spectra = np.fft.fft(
        (segment - segment.mean(axis=0)) * fade[:, None], _padded(count, taps * spacing), axis=0
    )
    cross = np.conj(spectra.T)[:, None, :] * spectra.T[None, :, :]
    lags = np.fft.ifft(cross, axis=2)[:, :, : taps * spacing : spacing]
    return Evidence(np.ascontiguousarray(lags, dtype=np.complex128), float(np.sum(fade**2)))


def _padded(count: int, reach: int) -> int:
    """A length for transforms in which nothing wraps around: a power of two."""
    return 1 << math.ceil(math.log2(count + reach))


def prior(live: Flags, taps: int) -> Weights:
    """Before anything was learned: each live microphone is the mean of the other live ones.

    True of the direct path alone, where samples are in units of their microphone's carrier.
    Shape (microphones predicting, taps, microphones predicted).
    """
    weights = np.zeros((len(live), taps, len(live)), dtype=np.complex64)
    others = np.count_nonzero(live) - 1
    if others > 0:
        weights[:, 0, :] = np.outer(live, live) / others
        weights[np.arange(len(live)), 0, np.arange(len(live))] = 0
    return weights


def solve(evidence: Evidence, live: Flags, predicted: int, now: Weights) -> Weights:
    """The weights (microphones, taps) that predict one microphone from the other live ones.

    Least squares with the prior as its centre, where taps vary by _TAP_VARIANCE and what is
    left over is white: the maximum a posteriori estimate. Without evidence it is the prior.
    How much is left over is told by the weights `now`, of the same shape: the less it is, the
    more the evidence counts against the prior.
    """
    count, _, taps = evidence.sums.shape
    centre = prior(live, taps)[:, :, predicted]
    others = np.flatnonzero(live & (np.arange(count) != predicted))
    if not others.size or not evidence.weight or not live[predicted]:
        return centre
    matrix = _normal(evidence.sums, others)
    start, known = (each[others].reshape(-1).astype(np.complex128) for each in (centre, now))
    target = evidence.sums[others, predicted].reshape(-1)
    left = evidence.sums[predicted, predicted, 0].real
    left += float(np.vdot(known, _times(matrix, known) - 2 * target).real)
    ridge = max(left, 0.0) / evidence.weight / _TAP_VARIANCE
    ridge += _LOADING * float(np.trace(matrix).real)
    if not ridge > 0:
        return centre
    matrix.flat[:: len(matrix) + 1] += ridge
    missing = target - _times(matrix, start) + ridge * start
    out = np.zeros((count, taps), dtype=np.complex64)
    out[others] = (start + np.linalg.solve(matrix, missing)).reshape(len(others), taps)
    return out


def _times(matrix: Correlations, vector: Correlations) -> Correlations:
    """The product, without BLAS: OpenBLAS shares even one so small among threads.

    They then wait for the next one at full speed, which costs a thousand times the product.
    """
    product: Correlations = np.einsum("ij,j->i", matrix, vector)
    return product


def _normal(sums: Correlations, others: NDArray[np.intp]) -> Correlations:
    """The matrix of the normal equations: entry (j, k), (i, l) is of conj(u_j(n-k)) u_i(n-l)."""
    taps = sums.shape[2]
    chosen = sums[np.ix_(others, others)]
    # The lag k - l; a negative one is the conjugate of the transposed pair's positive one.
    negative = np.conj(np.swapaxes(chosen, 0, 1))[:, :, :0:-1]
    both = np.concatenate([negative, chosen], axis=2)
    lag = np.arange(taps)[:, None] - np.arange(taps)[None, :] + taps - 1
    size = len(others) * taps
    matrix: Correlations = both[:, :, lag].transpose(0, 2, 1, 3).reshape(size, size)
    return matrix
