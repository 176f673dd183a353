# What is used of python-sounddevice 0.5, which has no types of its own.
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TypedDict

import numpy as np
from numpy.typing import NDArray

class PortAudioError(Exception): ...

class CallbackFlags:
    input_overflow: bool
    output_underflow: bool

class Times(Protocol):
    @property
    def inputBufferAdcTime(self) -> float: ...
    @property
    def outputBufferDacTime(self) -> float: ...
    @property
    def currentTime(self) -> float: ...

class DeviceInfo(TypedDict):
    name: str
    max_input_channels: int
    max_output_channels: int
    default_samplerate: float

class Stream:
    def __init__(
        self,
        *,
        samplerate: float,
        blocksize: int,
        device: tuple[int | str | None, int | str | None],
        channels: tuple[int, int],
        dtype: str,
        latency: str,
        callback: Callable[
            [NDArray[np.float32], NDArray[np.float32], int, Times, CallbackFlags], None
        ],
    ) -> None: ...
    @property
    def latency(self) -> tuple[float, float]: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

def query_devices() -> list[DeviceInfo]: ...
