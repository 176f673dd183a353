"""Draw the pictures that gesture times are read from by eye.

    python -m training.motion.label_pictures FOLDER [--only NUMBER ...] [--wave-edge PERCENT]

For each clip of a fixed, stratified sample: a Doppler spectrogram, the power beside the carrier,
and the two parts of the signal relative to the carrier, over one time axis. Nothing is written
but pictures: where motion begins and ends is for the reader to say.
"""

import argparse
from collections.abc import Iterable, Sequence
import hashlib
from itertools import batched, groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from halcyon.evaluate.motion.ultragsattack import RATE_HZ, Clip, Recordings

SEED = "halcyon gesture labels 1"
PER_CELL = 12
"""Clips of each person in each room: one of every digit, and two more."""
CLIPS_A_SHEET = 4

# Layout, in pixels. The longest clip is 3.86 s; at 390 pixels a second 20 ms are 8 pixels. Sheets
# stay below 1568 pixels a side and 1.2 megapixels, so that viewers show them undiminished.
PIXELS_A_SECOND = 390
_LEFT = 46
_WIDTH = 1562
_TITLE, _SPECTRUM, _POWER, _WAVE, _AXIS = 2, 64, 36, 70, 21
_ROW = _TITLE + _SPECTRUM + _POWER + _WAVE + _AXIS

# Doppler shown: a hand at 2.6 m/s moves the echo of a 19 kHz tone by 300 Hz.
DOPPLER_HZ = 300.0
SIDEBAND_HZ = (20.0, 300.0)
_WINDOW = 96  # 48 ms: 42 Hz between resolved lines, blurs a step by about 24 ms each way
_BINS = 1024
_SPECTRUM_DBC = (-72.0, -28.0)
_POWER_DBC = (-60.0, -18.0)
_POWER_SMOOTHING = 41  # 20 ms
WAVE_EDGE = 97.0
"""Percentile of a clip's own deviation that reaches the edge of the wave panel."""
_BACK, _INK, _GRID, _FAINT = (16, 16, 24), (235, 235, 235), (120, 120, 130), (56, 56, 66)
_RED, _GREEN = (255, 120, 110), (110, 220, 130)
_COLOURS = np.array(
    [(8, 8, 28), (52, 22, 92), (140, 40, 110), (222, 80, 70), (252, 170, 60), (255, 255, 210)],
    dtype=np.float64,
)


def sample(clips: Iterable[Clip], per_cell: int = PER_CELL) -> list[Clip]:
    """The clips to label: per person and room one of every digit first, then any, up to `per_cell`.

    The order within a cell is that of a hash of seed and name, so it is the same on every machine.
    """

    def cell(clip: Clip) -> tuple[str, str]:
        return clip.person, clip.room

    def draw(clip: Clip) -> str:
        return hashlib.sha256(f"{SEED}:{clip.name}".encode()).hexdigest()

    chosen: list[Clip] = []
    for _, members in groupby(sorted(clips, key=cell), key=cell):
        drawn = sorted(members, key=draw)
        seen: dict[int, Clip] = {}
        for clip in drawn:
            seen.setdefault(clip.gesture, clip)
        firsts = list(seen.values())
        rest = [clip for clip in drawn if clip not in firsts]
        chosen += sorted((firsts + rest)[:per_cell], key=draw)
    return chosen


def relative(baseband: NDArray[np.complex64]) -> NDArray[np.complex128]:
    """The signal over its carrier, without the carrier: 0 where nothing moves."""
    wide = baseband.astype(np.complex128)
    return wide / np.complex128(wide.mean()) - 1


def spectrogram(
    deviation: NDArray[np.complex128], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Power in dBc (a line's height) by Doppler and time: frequencies in Hz, (bins, columns)."""
    window = np.hanning(_WINDOW)
    padded = np.pad(deviation, _WINDOW // 2, mode="edge")
    starts = (np.arange(columns) / PIXELS_A_SECOND * RATE_HZ).astype(int)
    frames = padded[starts[:, None] + np.arange(_WINDOW)] * window / window.sum()
    spectra = np.fft.fftshift(np.fft.fft(frames, _BINS, axis=1), axes=1)
    frequencies = np.fft.fftshift(np.fft.fftfreq(_BINS, 1 / RATE_HZ))
    shown = np.abs(frequencies) <= DOPPLER_HZ
    return frequencies[shown], 20 * np.log10(np.abs(spectra[:, shown].T) + 1e-9)


def sideband_power(deviation: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Power in dBc between 20 and 300 Hz beside the carrier, both sides, smoothed by 20 ms."""
    # Mirrored ends, so that the transform's wrap-around draws no motion at the edges.
    size = deviation.size
    mirrored = np.concatenate([deviation, deviation[::-1]])
    frequencies = np.abs(np.fft.fftfreq(2 * size, 1 / RATE_HZ))
    low, high = SIDEBAND_HZ
    spectrum = np.fft.fft(mirrored) * ((frequencies >= low) & (frequencies <= high))
    power = np.abs(np.fft.ifft(spectrum)[:size]) ** 2
    bell = np.hanning(_POWER_SMOOTHING + 2)[1:-1]
    reach = _POWER_SMOOTHING // 2
    smooth = np.convolve(np.pad(power, reach, mode="reflect"), bell / bell.sum(), mode="valid")
    return 10 * np.log10(smooth + 1e-12)


def _colour(level: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Colours of levels within 0 to 1, shape (..., 3)."""
    place = np.clip(level, 0, 1) * (len(_COLOURS) - 1)
    anchors = np.arange(len(_COLOURS))
    parts = [np.interp(place, anchors, _COLOURS[:, part]) for part in range(3)]
    return np.stack(parts, axis=-1).astype(np.uint8)


def _trace(
    draw: ImageDraw.ImageDraw,
    values: NDArray[np.float64],
    top: int,
    height: int,
    colour: tuple[int, int, int],
) -> None:
    """A line of samples at `RATE_HZ`; values 0 (bottom) to 1 (top) of a panel."""
    across = _LEFT + np.arange(values.size) / RATE_HZ * PIXELS_A_SECOND
    down = top + (1 - np.clip(values, 0, 1)) * (height - 1)
    draw.line(list(zip(across.tolist(), down.tolist(), strict=True)), fill=colour)


def picture(
    title: str, baseband: NDArray[np.complex64], wave_edge: float = WAVE_EDGE
) -> Image.Image:
    """The three panels of a clip over one time axis, numbered every 0.1 s, ticked every 20 ms."""
    deviation = relative(baseband)
    seconds = deviation.size / RATE_HZ
    columns = int(seconds * PIXELS_A_SECOND)
    image = Image.new("RGB", (_WIDTH, _ROW), _BACK)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(11)

    _, level = spectrogram(deviation, columns)
    low, high = _SPECTRUM_DBC
    pixels = _colour((level[::-1] - low) / (high - low))
    image.paste(Image.fromarray(pixels).resize((columns, _SPECTRUM)), (_LEFT, _TITLE))

    top_power = _TITLE + _SPECTRUM
    top_wave = top_power + _POWER
    bottom = top_wave + _WAVE
    for step in range(int(seconds * 10) + 1):
        x = _LEFT + step * PIXELS_A_SECOND // 10
        draw.line([(x, top_power), (x, bottom)], fill=_GRID if step % 5 == 0 else _FAINT)
        for y in range(_TITLE, top_power, 6):
            draw.point((x, y), fill=_GRID)
        draw.text((x, bottom + 6), f"{step / 10:.1f}", fill=_INK, font=font, anchor="mt")
    for step in range(int(seconds * 50) + 1):
        x = _LEFT + round(step * PIXELS_A_SECOND / 50)
        draw.line([(x, bottom), (x, bottom + (2 if step % 5 else 4))], fill=_INK)

    low, high = _POWER_DBC
    _trace(draw, (sideband_power(deviation) - low) / (high - low), top_power, _POWER, _INK)
    middle = np.median(deviation.real) + 1j * np.median(deviation.imag)
    centred = (deviation - middle) / np.percentile(np.abs(deviation - middle), wave_edge)
    for part, colour in ((centred.real, _RED), (centred.imag, _GREEN)):
        _trace(draw, 0.5 + part / 2, top_wave, _WAVE, colour)

    for text, y in (
        (title, top_power - _SPECTRUM // 2),
        ("+300Hz", _TITLE + 6),
        ("-300Hz", top_power - 8),
        ("-18dBc", top_power + 8),
        ("-60dBc", top_wave - 8),
        ("I Q", top_wave + _WAVE // 2),
    ):
        draw.text((_LEFT - 4, y), text, fill=_INK, font=font, anchor="rm")
    return image


def sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures of one width under each other."""
    image = Image.new("RGB", (_WIDTH, _ROW * len(pictures)), _BACK)
    for row, part in enumerate(pictures):
        image.paste(part, (0, row * _ROW))
    return image


def draw_sheets(
    recordings: Recordings, numbered: Sequence[tuple[int, Clip]], folder: Path, wave_edge: float
) -> None:
    """Write sheets of a few clips each, and an index of which clip has which number."""
    folder.mkdir(parents=True, exist_ok=True)
    index = "".join(f"{number:03d} {clip.name}\n" for number, clip in numbered)
    (folder / "index.txt").write_text(index, encoding="utf-8")
    for place, batch in enumerate(batched(numbered, CLIPS_A_SHEET, strict=False)):
        parts = [
            picture(f"{number:03d}", recordings.baseband(clip), wave_edge) for number, clip in batch
        ]
        sheet(parts).save(folder / f"sheet{place:02d}.png")


def main() -> None:
    """Draw the sample's sheets into the folder that the command names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="where to write the sheets, outside the project")
    parser.add_argument("--only", type=int, nargs="+", help="numbers of the clips to draw")
    parser.add_argument(
        "--wave-edge",
        type=float,
        default=WAVE_EDGE,
        help="percentile at the wave panel's edge; lower where the recorder's level falls",
    )
    options = parser.parse_args()
    recordings = Recordings()
    numbered = list(enumerate(sample(recordings.clips)))
    if options.only:
        numbered = [numbered[number] for number in options.only]
    draw_sheets(recordings, numbered, options.folder, options.wave_edge)


if __name__ == "__main__":
    main()
