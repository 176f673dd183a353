"""Hi-Link LD2410 and LD2412: the strongest moving and still echo, and the energy of every gate.

    F4 F3 F2 F1 | length u16 | type | AA | state | moving cm u16, energy | still cm u16, energy
    | detected cm u16 | in engineering type only: limits and gates | 55 | 00 | F8 F7 F6 F5

All little endian; type 2 is basic, 1 engineering; bit 0 of the state says moving, bit 1 still;
energies are percent. There is no checksum.

Layouts: ESPHome's `ld2410` and `ld2412` components, Hi-Link's serial protocol manuals.
"""

from dataclasses import dataclass
import re
import struct
from typing import override

from ...core.reading import Detection, Gates
from .framing import NOISE, WAIT, Kind, Meaning, StreamParser, Verdict
from .hilink import (
    COMMAND_HEADER,
    DATA_FOOTER,
    DATA_HEADER,
    ENVELOPE_SIZE,
    judge_command,
    payload_length,
)

GATE_SPACING = 0.75
"""Metres, the vendor's default. A radar set to finer gates does not say so in its frames."""
FARTHEST_CM = 1_200
"""Beyond the last gate of either model (LD2412: 14 gates of 0.75 m)."""
LATCHED_ENERGY = 91
"""Percent. Users of the LD2410 logged stale moving energies of 91 to 100 in phantom frames."""

_ENGINEERING, _BASIC = 1, 2
_DATA_HEAD = 0xAA
_DATA_TAIL = 0x55
_MOVING, _STILL = 1, 2
_LAST_STATE = 3
_LAST_CALIBRATING = 6
_HEAD_SIZE = 8
_BASIC_LENGTH = 13
_TARGETS = struct.Struct("<BHBHBH")
_STARTS = re.compile(re.escape(DATA_HEADER) + b"|" + re.escape(COMMAND_HEADER))


@dataclass(frozen=True, slots=True)
class _Model:
    """Where a model keeps its gates; offsets and lengths are those of the payload.

    `noise` holds the energies (percent) of the vendor's default thresholds, moving and still,
    None where a gate cannot be set: below all of them no gate has seen anything.
    """

    baud: int
    gates: int
    first_gate: int
    engineering_lengths: range
    noise: tuple[tuple[int, ...], tuple[int | None, ...]] | None


_MODELS = {
    # Firmwares without light sensor or OUT report leave those bytes out, hence the ranges.
    "ld2410": _Model(
        256_000,
        9,
        13,
        range(33, 36),
        ((50, 50, 40, 30, 20, 15, 15, 15, 15), (None, None, 40, 40, 30, 30, 20, 20, 20)),
    ),
    "ld2412": _Model(115_200, 14, 11, range(41, 44), None),
}


class Ld241x(StreamParser):
    """A `Detection` a frame, and `Gates` where the radar is in engineering mode."""

    def __init__(self, protocol: str) -> None:
        model = _MODELS[protocol]
        longest = model.engineering_lengths[-1] + ENVELOPE_SIZE
        super().__init__(protocol, model.baud, _STARTS, len(DATA_HEADER), longest)
        self._model = model

    @override
    def _judge(self, buffer: bytes, at: int) -> Verdict:
        if buffer[at] != DATA_HEADER[0]:
            return judge_command(buffer, at)
        length = payload_length(buffer, at)
        if length is None or len(buffer) < at + _HEAD_SIZE:
            return WAIT
        kind, head = buffer[at + 6], buffer[at + 7]
        known = (kind == _BASIC and length == _BASIC_LENGTH) or (
            kind == _ENGINEERING and length in self._model.engineering_lengths
        )
        return (Kind.OURS, length + ENVELOPE_SIZE) if known and head == _DATA_HEAD else NOISE

    @override
    def _read(self, buffer: bytes, at: int, end: int, t: float) -> Meaning | None:
        # The byte after the tail mark is a check of 00 that no driver looks at.
        if not buffer.startswith(DATA_FOOTER, end - 4) or buffer[end - 6] != _DATA_TAIL:
            return None
        state, moving_cm, moving, still_cm, still, detected_cm = _TARGETS.unpack_from(
            buffer, at + _HEAD_SIZE
        )
        if (
            state > _LAST_CALIBRATING
            or max(moving_cm, still_cm, detected_cm) > FARTHEST_CM
            or max(moving, still) > 100
        ):
            return None
        gates = b""
        if buffer[at + 6] == _ENGINEERING:
            first = at + 6 + self._model.first_gate
            gates = buffer[first : first + 2 * self._model.gates]
            if max(gates) > 100:
                return None
        if state > _LAST_STATE:
            # The radar is measuring its own background and sees nobody meanwhile.
            return ()
        if (
            state
            and not detected_cm
            and self._is_phantom(state, moving, moving_cm or still_cm, gates)
        ):
            return None
        distance_cm = (
            (moving_cm if state & _MOVING else 0)
            or (still_cm if state & _STILL else 0)
            or (detected_cm if state else 0)
        )
        detection = Detection(
            present=state != 0,
            # Energies latch at their last value, so they count only while the state backs them.
            moving=moving / 100 if state & _MOVING else 0.0,
            still=still / 100 if state & _STILL else 0.0,
            distance=distance_cm / 100 if distance_cm else None,
        )
        return (detection, self._gates(gates)) if gates else (detection,)

    def _is_phantom(self, state: int, moving: int, distance_cm: int, gates: bytes) -> bool:
        """Whether a target at no distance is a stale energy that the radar reports again.

        The LD2410 does so every 10 to 20 minutes in empty rooms (esphome, "moving-pipeline
        energies latch"). With gates the proof is that none of them saw anything. Without,
        only a latched moving energy with no distance at all is taken for one: Tasmota's
        captures hold real people whose detected distance is 0.
        """
        if self._model.noise is None:
            return False
        if not gates:
            return bool(state & _MOVING) and moving >= LATCHED_ENERGY and not distance_cm
        thresholds = (*self._model.noise[0], *self._model.noise[1])
        return not any(
            threshold is not None and energy >= threshold
            for energy, threshold in zip(gates, thresholds, strict=True)
        )

    def _gates(self, energies: bytes) -> Gates:
        shares = [energy / 100 for energy in energies]
        count = self._model.gates
        return Gates(tuple(shares[:count]), tuple(shares[count:]), GATE_SPACING)
