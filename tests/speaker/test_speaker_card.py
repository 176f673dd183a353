"""A real PortAudio stream on ALSA's own file device: what goes in comes out, in order and whole."""

import os
from pathlib import Path
import subprocess
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.real

RATE = 48_000
BLOCK = 2_400
BLOCKS = 12
ROOT = Path(__file__).parents[2]

ALSA = """
</usr/share/alsa/alsa.conf>
pcm.microphones {{
    type file
    slave.pcm "null"
    file "/dev/null"
    infile "{folder}/heard.raw"
    format "raw"
}}
pcm.box {{
    type file
    slave.pcm "null"
    file "{folder}/played.raw"
    format "raw"
}}
"""

# Without hardware nothing keeps time, so rendering waits until the node took what it heard.
SCRIPT = f"""
import asyncio, contextlib, sys, threading
import numpy as np
from halcyon_speaker.config import SoundConfig
from halcyon_speaker.sources.card import Card, list_devices

turns = threading.Semaphore(4)
count = 0

def render(wanted):
    global count
    turns.acquire(timeout=2)
    first, count = count, count + wanted
    wave = np.arange(first, first + wanted) % 1000 / 1000
    return np.stack([wave, -wave], axis=1).astype(np.float32)

async def main():
    names = {{"input": "microphones", "output": "box"}}
    card = Card(SoundConfig(**names, rate={RATE}, microphones=2, speakers=2))
    parts = []
    async with contextlib.aclosing(card.blocks(render)) as blocks:
        async for block in blocks:
            turns.release()
            assert not block.lost
            parts.append(block.samples)
            if len(parts) == {BLOCKS}:
                turns.release(1000)
                break
    np.save(sys.argv[1], np.concatenate(parts))

assert "microphones" in list_devices()
asyncio.run(main())
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    config = tmp_path / "asound.conf"
    config.write_text(ALSA.format(folder=tmp_path))
    return os.environ | {
        "ALSA_CONFIG_PATH": str(config),
        "PYTHONPATH": str(ROOT / "hardware" / "speaker"),
    }


def run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_full_duplex_stream_loses_nothing(tmp_path: Path, environment: dict[str, str]) -> None:
    given = np.random.default_rng(1).uniform(-0.5, 0.5, (4 * BLOCKS * BLOCK, 2))
    given.astype("<f4").tofile(tmp_path / "heard.raw")
    done = run(["-c", SCRIPT, str(tmp_path / "heard.npy")], environment)
    assert done.returncode == 0, done.stderr
    heard = np.load(tmp_path / "heard.npy")
    assert heard.shape == (BLOCKS * BLOCK, 2)
    # PortAudio reads ahead of its first block.
    start = int(np.flatnonzero(given[: 4 * BLOCK, 0].astype("<f4") == heard[0, 0])[0])
    assert np.array_equal(heard, given[start : start + len(heard)].astype("<f4"))
    played = np.fromfile(tmp_path / "played.raw", "<f4").reshape(-1, 2)
    first = int(np.flatnonzero(played[:, 0])[0]) - 1
    expected = (np.arange(4 * BLOCK) % 1000 / 1000).astype("<f4")
    assert np.array_equal(played[first : first + len(expected)], np.stack([expected, -expected], 1))


def test_a_card_that_is_not_there_is_named_with_a_remedy(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    config = tmp_path / "speaker.toml"
    config.write_text('node = "a"\n[sound]\ninput = "no such card"\n')
    done = run(["-m", "halcyon_speaker", "check", "--config", str(config)], environment)
    assert done.returncode == 1
    assert "no such card" in done.stderr
    assert "halcyon-speaker devices" in done.stderr
