"""Spoken sentences, and the models that hear them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.speech.engines import Engines
from halcyon.speech.models.folder import models_folder
from halcyon.speech.models.manifest import known_models
from halcyon.speech.recognisers.recogniser import RATE
from halcyon.speech.sound import resampled

type Say = Callable[[str], bytes]


@cache
def _voice() -> Callable[[str], NDArray[np.float32]]:
    from hibari import Hibari

    return cast("Callable[[str], NDArray[np.float32]]", Hibari())


def spoken(text: str, lead: float = 0.4, tail: float = 1.2) -> bytes:
    """A synthetic voice saying a text, with silence before and after, as recognisers take it."""
    from hibari import SAMPLE_RATE

    samples = resampled(np.asarray(_voice()(text), np.float64), SAMPLE_RATE)
    whole = np.concatenate((np.zeros(int(lead * RATE)), samples, np.zeros(int(tail * RATE))))
    # A room is never digitally silent.
    noise = np.random.default_rng(1).normal(0.0, 3e-4, whole.size)
    return (np.clip(whole + noise, -1, 1) * 32767).astype("<i2").tobytes()


@pytest.fixture(scope="session")
def say() -> Say:
    return cache(spoken)


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of models, which scripts/test fills."""
    folder = models_folder()
    for name in ("vosk-en", "moonshine-en"):
        if not (folder / name).is_dir():
            pytest.fail(f"the model {name} is not in {folder}: run `halcyon models fetch`")
    assert set(known_models()) >= {"vosk-en", "moonshine-en"}
    return folder


@pytest.fixture(scope="session")
def engines(models: Path) -> Engines:
    return Engines(models)
