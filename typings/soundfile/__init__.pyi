# What is used of python-soundfile 0.14, which has no types of its own.
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

class SoundFileError(Exception): ...

class Info(Protocol):
    @property
    def samplerate(self) -> int: ...
    @property
    def channels(self) -> int: ...

class SoundFile:
    def __init__(
        self,
        file: Path | BinaryIO,
        mode: Literal["r", "w"] = "r",
        samplerate: int | None = None,
        channels: int | None = None,
        subtype: str | None = None,
    ) -> None: ...
    @property
    def frames(self) -> int: ...
    @property
    def samplerate(self) -> int: ...
    def read(
        self, frames: int = -1, dtype: str = "float64", always_2d: bool = False
    ) -> NDArray[np.float32]: ...
    def write(self, data: NDArray[np.float32]) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

def info(file: Path) -> Info: ...
def read(
    file: Path, frames: int = -1, start: int = 0, dtype: str = "float64", always_2d: bool = False
) -> tuple[NDArray[np.float32], int]: ...
def write(
    file: Path, data: NDArray[np.float32], samplerate: int, subtype: str | None = None
) -> None: ...
