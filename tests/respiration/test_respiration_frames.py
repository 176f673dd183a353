"""The frames of a pulsed-coherent radar, from the bytes of a node to a rate of breath."""

import json
import struct

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.core.house import House, Mount, Room, Sleeper
from halcyon.core.message import Message
from halcyon.core.output import InBed, Output, Respiration
from halcyon.core.reading import Stream
from halcyon.decode.malformed import MalformedError
from halcyon.decode.waveform import read_chunk, to_frames
from halcyon.pipeline import Pipeline

BOOT, HZ, BINS, CHEST = 7, 20, 12, 5
START = 1_795_143_000.0
PREFIX = "halcyon/1/home/bed-1"


def chunk(number: int, samples: NDArray[np.int16]) -> bytes:
    """A second of frames, shape (frames, 2 bins)."""
    head = (b"HW", 1, 2, BOOT, number, number * 1_000_000, 1_000_000_000 // HZ)
    shape = (len(samples), samples.shape[1], 60_500_000, -32768, 0)
    return struct.pack("<2sBBIIqIHHIhH", *head, *shape) + samples.astype("<i2").tobytes()


def body(seconds: int, breaths: float, millimetres: float) -> NDArray[np.int16]:
    """A chest in one bin and its neighbours, before what stands still."""
    rng = np.random.default_rng(3)
    t = np.arange(seconds * HZ) / HZ
    phase = 4 * np.pi / 4.96 * millimetres / 2 * np.sin(2 * np.pi * breaths / 60 * t)
    still = 4000 * (rng.normal(size=BINS) + 1j * rng.normal(size=BINS))
    echo = np.zeros(BINS, complex)
    echo[CHEST - 1 : CHEST + 2] = [300.0, 900.0, 400.0]
    frames = still + echo * np.exp(1j * phase)[:, None]
    frames += 20 * (rng.normal(size=frames.shape) + 1j * rng.normal(size=frames.shape))
    pairs = np.stack((frames.real, frames.imag), axis=-1).reshape(len(t), 2 * BINS)
    return np.clip(np.round(pairs), -32768, 32767).astype(np.int16)


def play(samples: NDArray[np.int16]) -> list[Output]:
    sleepers = (Sleeper("anna", "bed-1"),)
    pipeline = Pipeline(House("home", (Room("den", (Mount("bed-1"),), sleepers=sleepers),)))
    info = {"v": 1, "boot": BOOT, "streams": {"frames": {"enc": "iq", "scale": 1}}}
    sent = [
        Message(f"{PREFIX}/avail", b"online", START, retain=True, qos=1),
        Message(f"{PREFIX}/info", json.dumps(info).encode(), START, retain=True, qos=1),
    ]
    for number in range(len(samples) // HZ):
        payload = chunk(number, samples[number * HZ : (number + 1) * HZ])
        sent.append(Message(f"{PREFIX}/w/frames", payload, START + number + 1.0))
    effects = [each for message in sent for each in pipeline.receive(message)]
    return [each for each in effects if isinstance(each, Output)]


def test_a_chest_s_rate_is_told_and_somebody_is_in_bed() -> None:
    told = play(body(120, 15.0, 4.0))
    rates = [each.fact.rate_bpm for each in told if isinstance(each.fact, Respiration)]
    assert rates[-1] == pytest.approx(15.0, abs=0.5)
    assert any(each.fact.in_bed for each in told if isinstance(each.fact, InBed))


def test_an_empty_bed_breathes_not() -> None:
    samples = body(120, 15.0, 0.0)
    told = play(samples)
    assert not any(isinstance(each.fact, Respiration) for each in told)
    assert not any(each.fact.in_bed for each in told if isinstance(each.fact, InBed))


def test_pairs_become_complex_numbers_with_a_time_for_each_frame() -> None:
    payload = chunk(3, np.array([[1, 2, -3, 4], [5, 6, 7, -8]], np.int16))
    frames = to_frames(read_chunk(payload), Stream("frames", "iq", scale=2.0), 100.0)
    assert frames.times == (99.95, 100.0)
    assert frames.samples.tolist() == [[2 + 4j, -6 + 8j], [10 + 12j, 14 - 16j]]
    with pytest.raises(MalformedError):
        to_frames(read_chunk(chunk(3, np.zeros((2, 3), np.int16))), None, 100.0)
