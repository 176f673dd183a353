import struct

from hypothesis import given, strategies as st
import numpy as np
import pytest

from halcyon.core.reading import Breath, BreathUnit, Stream
from halcyon.decode.malformed import MalformedError
from halcyon.decode.stamp import Stamp
from halcyon.decode.waveform import read_chunk, to_breath, to_quadrature

F32, I16, U8 = 1, 2, 3


def chunk(
    data: bytes,
    *,
    magic: bytes = b"HW",
    version: int = 1,
    dtype: int = F32,
    boot: int = 7,
    seq: int = 3,
    t0_us: int = 5_000_000,
    dt_ns: int = 125_000_000,
    n: int = 1,
    ch: int = 1,
    carrier: int = 0,
    level: int = -32768,
    flags: int = 0,
) -> bytes:
    head = (magic, version, dtype, boot, seq, t0_us, dt_ns, n, ch, carrier, level, flags)
    return struct.pack("<2sBBIIqIHHIhH", *head) + data


def test_breath_in_radians_with_a_time_for_each_sample() -> None:
    payload = chunk(struct.pack("<3f", 0.5, -0.25, 1.0), n=3)
    taken = read_chunk(payload)
    assert taken.stamp == Stamp(7, 3, 5250.0)
    assert to_breath(taken, None, 100.0) == Breath(
        (99.75, 99.875, 100.0), (0.5, -0.25, 1.0), BreathUnit.RADIANS
    )


def test_bytes_are_centred_at_128_and_relative() -> None:
    breath = to_breath(read_chunk(chunk(bytes([128, 138, 0]), dtype=U8, n=3)), None, 0.0)
    assert breath.values == (0.0, 10.0, -128.0)
    assert breath.unit is BreathUnit.RELATIVE


def test_an_announced_zero_and_scale_count() -> None:
    stream = Stream("breath", "u8", zero=100, scale=0.5)
    assert to_breath(read_chunk(chunk(bytes([104]), dtype=U8)), stream, 0.0).values == (2.0,)


def test_the_uptime_of_a_chunk_wraps_like_milliseconds() -> None:
    assert read_chunk(chunk(b"\x80", dtype=U8, t0_us=2**32 * 1000 + 4000)).stamp.ms == 4.0
    assert read_chunk(chunk(b"\x80", dtype=U8, t0_us=-1000)).stamp.ms == 2**32 - 1


def test_quadrature_of_two_microphones() -> None:
    samples = struct.pack("<8h", 16384, 0, 0, 16384, -32768, 0, 0, -16384)
    payload = chunk(
        samples, dtype=I16, n=2, ch=4, dt_ns=1_000_000, carrier=19_500_000, level=-1250, flags=1 + 8
    )
    reading = to_quadrature(read_chunk(payload), "ultrasound", None, lost=False)
    np.testing.assert_allclose(reading.samples, [[0.5, 0.5j], [-1.0, -0.5j]])
    assert reading.samples.dtype == np.complex64
    assert (reading.rate, reading.carrier, reading.level) == (1000.0, 19500.0, -12.5)
    assert (reading.emitting, reading.clipped) == (True, True)
    assert (reading.settling, reading.playback, reading.lost) == (False, False, False)


@pytest.mark.parametrize(
    ("flags", "missing", "lost"), [(0, True, True), (16, False, True), (0, False, False)]
)
def test_samples_are_lost_in_the_node_or_on_the_way(
    flags: int, *, missing: bool, lost: bool
) -> None:
    taken = read_chunk(chunk(b"\x80\x80", dtype=U8, ch=2, flags=flags))
    assert to_quadrature(taken, "ultrasound", None, lost=missing).lost is lost


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"HW",
        chunk(b""),
        chunk(b"", n=0),
        chunk(b"\0\0\0\0", magic=b"WH"),
        chunk(b"\0\0\0\0", version=2),
        chunk(b"\0\0\0\0", dtype=0),
        chunk(b"\0\0\0\0", dtype=4),
        chunk(b"\0\0\0\0", dt_ns=0),
        chunk(b"\0\0\0\0", ch=0),
        chunk(b"\0\0\0\0", n=2),
        chunk(b"\0\0\0\0\0"),
        chunk(b"\0\0\0"),
        chunk(bytes(8192), dtype=U8, n=8192),
        chunk(struct.pack("<f", float("nan"))),
        chunk(struct.pack("<f", float("inf"))),
        chunk(struct.pack("<f", 1e30)),
        chunk(b"\0\0\0\0", n=65535, ch=65535),
    ],
)
def test_what_is_no_chunk(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        read_chunk(payload)


def test_channels_that_do_not_fit_the_stream() -> None:
    with pytest.raises(MalformedError, match="2 channels"):
        to_breath(read_chunk(chunk(b"\x80\x80", dtype=U8, ch=2)), None, 0.0)
    with pytest.raises(MalformedError, match="3 channels"):
        to_quadrature(
            read_chunk(chunk(b"\x80" * 3, dtype=U8, ch=3)), "ultrasound", None, lost=False
        )


@given(
    st.binary(max_size=80)
    | st.builds(
        lambda head, data: chunk(b"")[: 4 - len(head)] + head + data,
        st.binary(max_size=4),
        st.binary(max_size=80),
    )
)
def test_arbitrary_bytes_are_a_chunk_or_malformed(payload: bytes) -> None:
    try:
        taken = read_chunk(payload)
    except MalformedError:
        return
    assert taken.raw.nbytes == len(payload) - 36
