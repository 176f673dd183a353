"""A light of the machine: one LED of Linux's LED class, of one colour or of several.

What its files mean: Documentation/leds/leds-class.rst and leds-class-multicolor.rst of Linux.
"""

import asyncio
from pathlib import Path
import time

from .glow import WHITE, Fade, Glow, Light

LEDS = Path("/sys/class/leds")

_STEP_S = 0.05
_COLOURS = ("red", "green", "blue")

_ORDER = "multi_index"
"""The file that only LEDs of several colours have: their order."""


class LampError(RuntimeError):
    """The light cannot be had; the message says why and what to do."""


class Lamp:
    """The LED of a name below `folder`, None for none."""

    def __init__(self, name: str | None, folder: Path = LEDS) -> None:
        self._name = name
        self._folder = folder
        self._glow = Glow(0.0, WHITE)
        self._fading: asyncio.Task[None] | None = None

    def look(self) -> Light | None:
        """The light as it is; None where there is none to be had."""
        try:
            folder = self._found()
        except LampError:
            return None
        return Light(self._glow, coloured=(folder / _ORDER).exists())

    async def shine(self, glow: Glow, seconds: float) -> None:
        """Change to a glow within so many seconds, which goes on after this; raises LampError."""
        folder = self._found()
        if self._fading is not None:
            self._fading.cancel()
        fade = Fade(self._glow, glow, time.monotonic(), seconds)
        self._show(folder, fade.at(fade.begin))
        self._fading = asyncio.create_task(self._fade(folder, fade))

    def close(self) -> None:
        """Change nothing any more."""
        if self._fading is not None:
            self._fading.cancel()

    def _found(self) -> Path:
        known = sorted(each.name for each in self._folder.glob("*"))
        has = f"this machine has {', '.join(known)}" if known else "this machine has none"
        if self._name is None:
            raise LampError(f"this node has no light; name an LED as [light] led ({has})")
        if self._name not in known:
            raise LampError(f"there is no LED {self._name!r}; {has}")
        return self._folder / self._name

    async def _fade(self, folder: Path, fade: Fade) -> None:
        while not fade.is_over(t := time.monotonic()):
            self._show(folder, fade.at(t))
            await asyncio.sleep(_STEP_S)
        self._show(folder, fade.after)

    def _show(self, folder: Path, glow: Glow) -> None:
        try:
            greatest = int((folder / "max_brightness").read_text())
            order = folder / _ORDER
            if order.exists():
                shares = dict(zip(_COLOURS, glow.colour, strict=True))
                wanted = [
                    str(round(greatest * shares.get(each, 0.0)))
                    for each in order.read_text().split()
                ]
                (folder / "multi_intensity").write_text(" ".join(wanted))
            (folder / "brightness").write_text(str(round(greatest * glow.emitted)))
        except (OSError, ValueError) as error:
            raise LampError(
                f"the LED {self._name} cannot be changed ({error}); let the node's user write to "
                f"{folder}"
            ) from error
        self._glow = glow
