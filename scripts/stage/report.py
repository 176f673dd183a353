"""The picture of a simulated night for the documentation, drawn as the integration draws it.

The integration carries an engine of its own, so the night is made in a process of its own.
"""

import argparse
import json
from pathlib import Path
import subprocess
import sys
from zoneinfo import ZoneInfo

from .hass import INTEGRATION, ROOT

_ZONE = ZoneInfo("Europe/Berlin")
_MARK = "Simulated"


def draw_report(target: Path) -> None:
    """Write the picture as PNG."""
    sys.path.insert(0, str(ROOT))
    from custom_components.halcyon.engine.sense.sleep.kept import Kept
    from custom_components.halcyon.engine.sense.sleep.report_json import read_report
    from custom_components.halcyon.picture import Style, draw

    made = subprocess.run(
        [sys.executable, "-m", "stage.night"], check=True, capture_output=True, text=True
    )
    *before, night = map(read_report, json.loads(made.stdout))
    words = json.loads((INTEGRATION / "translations" / "en.json").read_text("utf-8"))
    style = Style(words["selector"]["picture"]["options"], _ZONE, lambda celsius: celsius, "°C")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(draw(Kept(night), before, style, _MARK))


def main() -> None:
    """Draw it into the file that is named."""
    parser = argparse.ArgumentParser(prog="stage.report", description=__doc__)
    parser.add_argument("target", type=Path, help="the PNG to write")
    draw_report(parser.parse_args().target)


if __name__ == "__main__":
    main()
