"""The canceller's figures as a picture."""

from pathlib import Path

from .canceller import MICROPHONES, Cancelled, Row
from .music import Method

_COLOURS = {2: "#1f77b4", 4: "#d95f02"}


def canceller_picture(found: Cancelled, path: Path) -> None:
    """Write an SVG: what is gained by noise floor and music, and how soon it is learned."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for microphones in MICROPHONES:
        rows = [row for row in found.rows if row.microphones == microphones]
        for beta, marker in zip(sorted({row.beta for row in rows}), "osD^v", strict=False):
            for method, line in ((Method.LEARNED, "-"), (Method.FIXED, ":")):
                shown = [row for row in rows if (row.beta, row.method) == (beta, method)]
                left.errorbar(
                    [row.floor for row in shown],
                    [row.score.mean for row in shown],
                    _whiskers(shown),
                    fmt=line + marker,
                    color=_COLOURS[microphones],
                    markersize=4,
                    capsize=2,
                    label=f"{microphones} microphones, {beta:g} rad, {method}",
                )
        curve = found.curve[microphones]
        right.plot(
            [seconds for seconds, _ in curve],
            [removed.mean for _, removed in curve],
            "-o",
            color=_COLOURS[microphones],
            markersize=4,
            label=f"{microphones} microphones",
        )
        right.fill_between(
            [seconds for seconds, _ in curve],
            [removed.low for _, removed in curve],
            [removed.high for _, removed in curve],
            color=_COLOURS[microphones],
            alpha=0.15,
        )
    left.set(
        xlabel="noise, dBc/Hz", ylabel="distortion less echo removed, dB", title="A song not heard"
    )
    right.set(xlabel="music learned from, s", ylabel="removed, dB", title="Learning")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.set_ylim(bottom=0)
        axes.legend(fontsize=6)
    figure.savefig(path, format="svg", metadata={"Date": None})


def _whiskers(rows: list[Row]) -> list[list[float]]:
    return [
        [row.score.mean - row.score.low for row in rows],
        [row.score.high - row.score.mean for row in rows],
    ]
