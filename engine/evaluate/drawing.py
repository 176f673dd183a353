"""Pictures as SVG files that are the same for the same figures."""

from collections.abc import Iterator
from contextlib import contextmanager
import io
from pathlib import Path
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LONG = re.compile(r"(\d\.\d\d)\d+")


@contextmanager
def picture(path: Path, drawn: list[Path]) -> Iterator[Figure]:
    """A figure that becomes a file when all is drawn on it; the file is added to `drawn`.

    Raises ModuleNotFoundError where matplotlib is missing.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(
        {
            "svg.hashsalt": "halcyon",
            "svg.fonttype": "none",
            "font.size": 8.0,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "legend.frameon": False,
        }
    ):
        figure = Figure(layout="constrained")
        yield figure
        whole = io.StringIO()
        figure.savefig(whole, format="svg", metadata={"Date": None, "Creator": None})
    # A hundredth of a point is finer than any screen, and files get a third smaller.
    path.write_text(_LONG.sub(r"\1", whole.getvalue()), encoding="utf-8")
    drawn.append(path)
