from pathlib import Path

import numpy as np
import pytest
from tests.canceller.conftest import bass

from halcyon.evaluate.motion.music import Method, cases_of, outcome_of, trial_of
from halcyon.evaluate.motion.songs import RATE_HZ, Song, excursion, songs

SECONDS = 4


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A folder with a song in two tracks and one in one, all of 60 and 2000 Hz."""
    soundfile = pytest.importorskip("soundfile")
    t = np.arange(SECONDS * 44_100) / 44_100
    wave = 0.3 * (np.sin(2 * np.pi * 60 * t) + np.sin(2 * np.pi * 2000 * t))
    for name in ("band/song", "band/guitar", "alone"):
        path = tmp_path / f"{name}.ogg"
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, wave.astype(np.float32), 44_100)
    (tmp_path / "band/song.ini").write_text("")
    return tmp_path


def test_tracks_of_a_folder_are_one_song(music: Path) -> None:
    found = songs(music)
    assert [(each.name, len(each.tracks)) for each in found] == [("alone", 1), ("band", 2)]


def test_no_songs_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="music"):
        songs(tmp_path)


def test_the_driver_moves_with_the_bass(music: Path) -> None:
    moved = excursion(Song("alone", (music / "alone.ogg",)), 1.0, 2.0)
    assert len(moved) == 2 * RATE_HZ
    assert np.abs(moved).max() == pytest.approx(1)
    lines = np.abs(np.fft.rfft(moved))
    # Two octaves and more above the resonance, at twice 12 dB an octave less.
    assert np.argmax(lines) == 120
    assert len(lines) < 4002 or lines[4000] < 0.02 * lines[120]


def test_no_song_is_judged_by_what_it_taught() -> None:
    playlist = [np.full(3, number, dtype=np.float32) for number in range(5)]
    pairs = [(case.learned[0], case.judged[0]) for case in cases_of(20, playlist)]
    assert all(learned != judged for learned, judged in pairs)
    assert {judged for _, judged in pairs} == set(range(5))
    assert len(set(pairs)) == 20
    with pytest.raises(ValueError, match="another"):
        cases_of(3, playlist[:1])


def test_music_is_told_from_motion_in_a_simulated_room() -> None:
    # As if the bass had been recorded at the rate of excursions: up to 600 Hz, which is no harm.
    playlist = [bass(12_000, seed).astype(np.float32) for seed in (1, 2)]
    trial = trial_of(cases_of(1, playlist)[0], 0.2, -90.0).of(2)
    plain, fixed, learned = (outcome_of(trial, each) for each in Method)
    assert (plain.removed, plain.lost, plain.active) == (0, 0, 0)
    assert fixed.removed > 8
    assert learned.score > fixed.score + 6
    assert abs(learned.lost) < 3
