"""Sound from files: what is accepted, and that resampling keeps what is heard."""

from pathlib import Path
import wave

from hypothesis import given, strategies as st
import numpy as np
import pytest

from halcyon.speech.recognisers.recogniser import RATE
from halcyon.speech.sound import SoundError, check_format, read_wav, resampled


def write(path: Path, data: bytes, rate: int = RATE, width: int = 2, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(data)
    return path


def tone(hertz: float, rate: int, seconds: float = 0.5) -> np.ndarray:
    return np.asarray(8000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate))


def test_sound_of_the_right_kind_is_left_alone(tmp_path: Path) -> None:
    data = tone(440, RATE).astype("<i2").tobytes()
    assert read_wav(write(tmp_path / "a.wav", data)) == data


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000])
def test_other_rates_are_resampled(rate: int, tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tone(1000, rate).astype("<i2").tobytes(), rate)
    found = np.frombuffer(read_wav(path), "<i2").astype(float)
    expected = tone(1000, RATE)
    assert abs(found.size - expected.size) <= 1
    middle = slice(800, 7200)
    assert np.abs(found[middle] - expected[middle]).max() < 80  # 1 %


def test_what_a_lower_rate_cannot_carry_is_gone(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tone(15000, 48000).astype("<i2").tobytes(), 48000)
    found = np.frombuffer(read_wav(path), "<i2").astype(float)
    assert np.abs(found[800:-800]).max() < 8  # -60 dB


def test_two_channels_are_averaged(tmp_path: Path) -> None:
    left, right = np.rint(tone(440, RATE)), np.rint(tone(440, RATE) * 0.5)
    both = np.column_stack((left, right)).astype("<i2").tobytes()
    found = np.frombuffer(read_wav(write(tmp_path / "a.wav", both, channels=2)), "<i2")
    assert np.abs(found - left * 0.75).max() <= 1


@pytest.mark.parametrize(
    ("rate", "width", "channels"),
    [(RATE, 1, 1), (RATE, 4, 1), (RATE, 2, 3), (4000, 2, 1), (96000, 2, 1)],
)
def test_other_sound_is_refused_and_what_is_accepted_is_said(
    rate: int, width: int, channels: int, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.wav", bytes(width * channels * 100), rate, width, channels)
    with pytest.raises(SoundError, match="accepted are 8000 to 48000 Hz, 16 bits"):
        read_wav(path)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"fLaC" + bytes(100), bytes(64)])
def test_what_is_no_wav_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(SoundError, match="no WAV file"):
        read_wav(path)


def test_a_file_that_ends_early_is_heard_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", bytes(32000))
    path.write_bytes(path.read_bytes()[:-15001])
    assert len(read_wav(path)) == 16998


def test_a_stream_has_one_format() -> None:
    check_format(RATE, 2, 1)
    for wrong in ((44100, 2, 1), (RATE, 4, 1), (RATE, 2, 2)):
        with pytest.raises(SoundError, match="send 16000 Hz, 16 bits, 1 channel"):
            check_format(*wrong)


@given(st.integers(8000, 48000), st.integers(0, 4000))
def test_the_length_is_kept_in_seconds(rate: int, count: int) -> None:
    assert resampled(np.zeros(count), rate).size == round(count * RATE / rate)
