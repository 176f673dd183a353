"""The arithmetic of measured samples."""

from collections.abc import Iterable, Sequence


def percentile(samples: Iterable[float], percent: float) -> float:
    """The smallest sample that at least `percent` of all samples do not exceed.

    The nearest-rank definition, so that the answer is always something that happened. Raises
    ValueError without samples.
    """
    ordered = sorted(samples)
    if not ordered:
        raise ValueError("there are no samples")
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, min(len(ordered), int(rank)) - 1)]


def median(samples: Sequence[float]) -> float:
    """The middle of the samples."""
    return percentile(samples, 50.0)
