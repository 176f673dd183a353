"""Chunks on the wire: what the engine reads is what the node meant, whatever that is."""

from hypothesis import given, strategies as st
import numpy as np

from halcyon.core.reading import Quadrature
from halcyon.decode.waveform import MAX_BYTES, read_chunk, to_quadrature
from halcyon_speaker.wire import Address, answer, chunk

ADDRESS = Address("home", "box")


@given(
    microphones=st.integers(1, 4),
    rate=st.sampled_from([1000.0, 2000.0, 44_100 / 44]),
    quiet=st.floats(1e-9, 1.0),
    flags=st.lists(st.booleans(), min_size=5, max_size=5),
    level=st.none() | st.floats(-90, 0),
    number=st.integers(0, 2**33),
    uptime=st.floats(0, 1e7),
)
def test_the_engine_reads_what_was_meant(
    microphones: int,
    rate: float,
    quiet: float,
    flags: list[bool],
    level: float | None,
    number: int,
    uptime: float,
) -> None:
    rng = np.random.default_rng(1)
    samples = quiet * (rng.standard_normal((round(rate / 20), microphones, 2)) @ [1, 1j])
    emitting, settling, playback, clipped, lost = flags
    sent = Quadrature(
        stream="ultrasound",
        samples=samples.astype(np.complex64),
        rate=rate,
        carrier=20_000.0,
        level=level,
        emitting=emitting,
        settling=settling,
        playback=playback,
        clipped=clipped,
        lost=lost,
    )
    letter = chunk(ADDRESS, sent, 7, number, uptime)
    assert letter.topic == "halcyon/1/home/box/w/ultrasound"
    assert len(letter.payload) <= MAX_BYTES
    raw = read_chunk(letter.payload)
    assert raw.stamp.boot == 7
    assert raw.stamp.number == number % 2**32
    got = to_quadrature(raw, "ultrasound", None, lost=False)
    assert np.array_equal(got.samples, sent.samples)
    assert abs(got.rate - rate) < 1e-3
    assert (got.level is None) == (level is None)
    if level is not None and got.level is not None:
        assert abs(got.level - level) <= 0.005 + 1e-9
    assert (got.carrier, got.emitting, got.settling, got.playback, got.clipped, got.lost) == (
        20_000.0,
        emitting,
        settling,
        playback,
        clipped,
        lost,
    )


@given(st.text(max_size=600))
def test_errors_are_short_and_printable(text: str) -> None:
    letter = answer(ADDRESS, "emit", "a", text)
    assert len(letter.payload) < 4096
