"""An alarm as it is heard: a sound again and again, which begins softly and becomes loud."""

import numpy as np
from numpy.typing import NDArray

RISE_S = 60.0
"""After so long it is as loud as was asked for."""

_SOFTER_DB = 24.0
"""By so much is it softer at the beginning."""

_FADE_S = 0.03
"""It ends within this, so that nothing clicks."""


class Voice:
    """A sound (n,) of peak 1 at a rate, at a volume (0 to 1) that it reaches within RISE_S.

    `elapsed` is for how long it has been ringing already, s.
    """

    def __init__(
        self, samples: NDArray[np.float32], rate: int, volume: float, elapsed: float = 0.0
    ) -> None:
        self._samples = samples
        self._rate = rate
        self._volume = volume
        self._begin = round(max(0.0, elapsed) * rate)
        self._count = 0
        self._left: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has faded away."""
        return self._left == 0

    def end(self) -> None:
        """Fade away."""
        if self._left is None:
            self._left = round(_FADE_S * self._rate)

    def render(self, count: int, room: float) -> NDArray[np.float32]:
        """The next samples, none of them above `room`."""
        n = self._count + np.arange(count)
        rise = np.minimum((self._begin + n) / (RISE_S * self._rate), 1.0)
        gain = min(self._volume, max(0.0, room)) * 10 ** (_SOFTER_DB / 20 * (rise - 1))
        if self._left is not None:
            fade = round(_FADE_S * self._rate)
            gain *= np.clip(self._left - np.arange(count), 0, fade) / fade
            self._left = max(0, self._left - count)
        self._count += count
        return np.asarray(gain * self._samples[n % len(self._samples)], dtype=np.float32)
