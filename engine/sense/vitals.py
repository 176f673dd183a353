"""Breathing and heart rate of one sleeper as they are told: seldom, and only while they mean it."""

import math
from typing import TypeGuard

from ..core.output import HeartRate, Respiration
from ..core.snapshot import Json, item, optional_number_in
from .respiration import Estimate

TELL_EVERY = 5.0
"""Seconds between two tellings."""

RATE_STEP = 0.5
QUALITY_STEP = 0.1
HEART_STEP = 1.0
"""Changes worth telling: breaths per minute, quality, beats per minute."""

FORGOTTEN_AFTER = 30.0
"""Seconds without a new value after which there is none: the window of an estimate."""

QUALITY_AT_LEAST = 0.4
"""Quality below which a rate is a guess; somebody in bed with less has an unknown rate."""

RESPIRATION_RANGE = (4.0, 60.0)
HEART_RANGE = (30.0, 220.0)
"""Rates per minute that a living body has; modules report 0 for nobody and spikes for motion."""


class Vitals:
    """One sleeper's rates. Times are host seconds."""

    def __init__(self, sleeper: str) -> None:
        self._sleeper = sleeper
        self._rate: float | None = None
        self._quality: float | None = None
        self._heart: float | None = None
        self._waveform_at = -math.inf
        self._respiration_at = -math.inf
        self._heart_at = -math.inf
        self._told = Respiration(sleeper, None, None)
        self._told_heart = HeartRate(sleeper, None)
        self._told_t = -math.inf
        self._told_heart_t = -math.inf

    def estimated(self, estimate: Estimate, t: float) -> None:
        """A waveform was judged."""
        self._waveform_at = self._respiration_at = t
        good = estimate.quality >= QUALITY_AT_LEAST
        self._rate = estimate.rate if good else None
        self._quality = estimate.quality

    def reported(self, respiration: float | None, heart: float | None, t: float) -> None:
        """The module reported rates; its breathing counts only where there is no waveform."""
        no_waveform = t - self._waveform_at > FORGOTTEN_AFTER
        if no_waveform and within(respiration, RESPIRATION_RANGE):
            self._rate, self._quality, self._respiration_at = respiration, None, t
        if within(heart, HEART_RANGE):
            self._heart, self._heart_at = heart, t

    @property
    def is_near(self) -> bool:
        """Whether somebody's breath is being measured, in bed or not."""
        return self._rate is not None

    @property
    def has_news(self) -> bool:
        """Whether the rates are others than those that were told, so that it is time to tell."""
        return _differs(self._heart, self._told_heart.rate_bpm, HEART_STEP) or self._is_news(
            Respiration(self._sleeper, self._rate, self._quality)
        )

    def tell(
        self, t: float, *, present: bool
    ) -> tuple[list[Respiration | HeartRate], float | None]:
        """What is worth telling at time t, and when to ask again if nothing is heard."""
        told: list[Respiration | HeartRate] = []
        respiration, heart = self.current(t, present=present)
        again: list[float] = []
        if self._is_news(respiration):
            if t >= self._told_t + TELL_EVERY:
                self._told, self._told_t = respiration, t
                told.append(respiration)
            else:
                again.append(self._told_t + TELL_EVERY)
        if _differs(heart.rate_bpm, self._told_heart.rate_bpm, HEART_STEP):
            if t >= self._told_heart_t + TELL_EVERY:
                self._told_heart, self._told_heart_t = heart, t
                told.append(heart)
            else:
                again.append(self._told_heart_t + TELL_EVERY)
        if self._told.rate_bpm is not None or self._told.quality is not None:
            again.append(self._respiration_at + FORGOTTEN_AFTER)
        if self._told_heart.rate_bpm is not None:
            again.append(self._heart_at + FORGOTTEN_AFTER)
        later = [each for each in again if each > t]
        return told, min(later, default=None)

    def current(self, t: float, *, present: bool) -> tuple[Respiration, HeartRate]:
        """The rates at time t, unknown where nobody is there or nothing was heard lately."""
        respiration = Respiration(self._sleeper, None, None)
        if present and t < self._respiration_at + FORGOTTEN_AFTER:
            rate = None if self._rate is None else round(self._rate, 1)
            quality = None if self._quality is None else round(self._quality, 2)
            respiration = Respiration(self._sleeper, rate, quality)
        fresh = present and t < self._heart_at + FORGOTTEN_AFTER
        return respiration, HeartRate(self._sleeper, self._heart if fresh else None)

    @property
    def told(self) -> tuple[Respiration, HeartRate]:
        """What was told last."""
        return self._told, self._told_heart

    def _is_news(self, now: Respiration) -> bool:
        return _differs(now.rate_bpm, self._told.rate_bpm, RATE_STEP) or _differs(
            now.quality, self._told.quality, QUALITY_STEP
        )

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "rate": self._rate,
            "quality": self._quality,
            "heart": self._heart,
            "times": [
                _finite(self._waveform_at),
                _finite(self._respiration_at),
                _finite(self._heart_at),
                _finite(self._told_t),
                _finite(self._told_heart_t),
            ],
            "told": [self._told.rate_bpm, self._told.quality, self._told_heart.rate_bpm],
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        times = [optional_number_in(item(state, "times"), index) for index in range(5)]
        told = item(state, "told")
        rate, quality, heart = (optional_number_in(told, index) for index in range(3))
        self._rate = optional_number_in(state, "rate")
        self._quality = optional_number_in(state, "quality")
        self._heart = optional_number_in(state, "heart")
        (
            self._waveform_at,
            self._respiration_at,
            self._heart_at,
            self._told_t,
            self._told_heart_t,
        ) = (-math.inf if each is None else each for each in times)
        self._told = Respiration(self._sleeper, rate, quality)
        self._told_heart = HeartRate(self._sleeper, heart)


def _differs(now: float | None, told: float | None, step: float) -> bool:
    if now is None or told is None:
        return now is not told
    return abs(now - told) >= step


def within(rate: float | None, bounds: tuple[float, float]) -> TypeGuard[float]:
    """Whether a rate is there, and one that a person can have."""
    return rate is not None and bounds[0] <= rate <= bounds[1]


def _finite(t: float) -> float | None:
    return t if math.isfinite(t) else None
