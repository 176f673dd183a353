"""Binary waveform chunks: a 36-byte header, then little-endian samples, channel fastest."""

from dataclasses import dataclass
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.reading import Breath, BreathUnit, Frames, Quadrature, Stream
from .malformed import MalformedError
from .stamp import U32, Stamp

MAX_BYTES = 8192

HEADER = struct.Struct("<2sBBIIqIHHIhH")
"""magic, version, dtype, boot, seq, t0_us, dt_ns, n, ch, carrier_mHz, level, flags."""

MAGIC = b"HW"
VERSION = 1

LARGEST_FLOAT = 1e9
"""A sample beyond this is no measurement; below it no announced scale can overflow."""

UNKNOWN_LEVEL = -32768

EMITTING = 1
SETTLING = 2
PLAYBACK = 4
CLIPPED = 8
LOST = 16


@dataclass(frozen=True, slots=True)
class _Type:
    """How one dtype code is stored, and what its samples mean where nothing was announced."""

    dtype: np.dtype[Any]
    zero: float
    scale: float
    unit: BreathUnit


_TYPES = {
    1: _Type(np.dtype("<f4"), 0.0, 1.0, BreathUnit.RADIANS),
    2: _Type(np.dtype("<i2"), 0.0, 1 / 32768, BreathUnit.RELATIVE),
    3: _Type(np.dtype("u1"), 128.0, 1.0, BreathUnit.RELATIVE),
}


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """A chunk as it was sent: `raw` has shape (samples, channels), `period` is in seconds.

    The stamp is that of the last sample. `carrier` is Hz, `level` dBFS or None, `flags` the bits
    above.
    """

    stamp: Stamp
    period: float
    kind: _Type
    raw: NDArray[Any]
    carrier: float
    level: float | None
    flags: int

    def times(self, measured_t: float) -> tuple[float, ...]:
        """When each sample was measured, if the last one was at measured_t."""
        before = np.arange(len(self.raw) - 1, -1, -1)
        return tuple((measured_t - self.period * before).tolist())

    def values(self, stream: Stream | None) -> NDArray[np.float64]:
        """The physical values, (raw - zero) * scale, with what was announced for the stream."""
        zero = self.kind.zero if stream is None or stream.zero is None else stream.zero
        scale = self.kind.scale if stream is None or stream.scale is None else stream.scale
        return (self.raw.astype(np.float64) - zero) * scale


def read_chunk(payload: bytes) -> Chunk:
    """The chunk in a payload; raises MalformedError unless header and length agree."""
    if not HEADER.size < len(payload) <= MAX_BYTES:
        raise MalformedError(f"a waveform chunk has {HEADER.size + 1} to {MAX_BYTES} bytes")
    fields = HEADER.unpack_from(payload)
    magic, version, code, boot, number, t0_us, dt_ns, samples, channels = fields[:9]
    carrier, level, flags = fields[9:]
    kind = _TYPES.get(code)
    if magic != MAGIC or version != VERSION or kind is None:
        raise MalformedError("not a waveform chunk of version 1")
    size = samples * channels * kind.dtype.itemsize
    if min(samples, channels, dt_ns) < 1 or HEADER.size + size != len(payload):
        raise MalformedError("a waveform chunk whose length is not what its header says")
    raw = np.frombuffer(payload, kind.dtype, offset=HEADER.size).reshape(samples, channels)
    if kind.dtype.kind == "f" and not (np.abs(raw) <= LARGEST_FLOAT).all():
        raise MalformedError("a waveform chunk with samples that are not numbers of any use")
    last_us = t0_us + (samples - 1) * dt_ns / 1000
    return Chunk(
        stamp=Stamp(boot, number, last_us / 1000 % U32),
        period=dt_ns / 1e9,
        kind=kind,
        raw=raw,
        carrier=carrier / 1000,
        level=None if level == UNKNOWN_LEVEL else level / 100,
        flags=flags,
    )


def to_breath(chunk: Chunk, stream: Stream | None, measured_t: float) -> Breath:
    """The breathing waveform of a one-channel chunk whose last sample is of measured_t.

    Floats are radians unless a scale was announced, integers relative. Raises MalformedError for
    another number of channels.
    """
    channels = chunk.raw.shape[1]
    if channels != 1:
        raise MalformedError(f"a breath chunk with {channels} channels instead of one")
    values = chunk.values(stream)[:, 0]
    return Breath(chunk.times(measured_t), tuple(values.tolist()), chunk.kind.unit)


def to_frames(chunk: Chunk, stream: Stream | None, measured_t: float) -> Frames:
    """The frames of a chunk of I and Q pairs, one pair a range bin, the last of measured_t.

    Raises MalformedError for an odd channel count.
    """
    return Frames(chunk.times(measured_t), _pairs(chunk, stream))


def to_quadrature(chunk: Chunk, name: str, stream: Stream | None, *, lost: bool) -> Quadrature:
    """The complex baseband of a chunk of I and Q pairs, one pair a microphone.

    `lost` says that chunks before it are missing. Raises MalformedError for an odd channel count.
    """
    return Quadrature(
        stream=name,
        samples=_pairs(chunk, stream),
        rate=1 / chunk.period,
        carrier=chunk.carrier,
        level=chunk.level,
        emitting=bool(chunk.flags & EMITTING),
        settling=bool(chunk.flags & SETTLING),
        playback=bool(chunk.flags & PLAYBACK),
        clipped=bool(chunk.flags & CLIPPED),
        lost=lost or bool(chunk.flags & LOST),
    )


def _pairs(chunk: Chunk, stream: Stream | None) -> NDArray[np.complex64]:
    """The samples of I and Q side by side as complex numbers."""
    samples, channels = chunk.raw.shape
    if channels % 2:
        raise MalformedError(f"an I/Q chunk with {channels} channels, which are not pairs")
    values = np.ascontiguousarray(chunk.values(stream).astype(np.float32))
    return values.view(np.complex64).reshape(samples, channels // 2)
