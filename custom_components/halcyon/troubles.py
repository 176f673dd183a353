"""Which troubles of a node stand: one that comes and goes is not worth a person's walk to it."""

from dataclasses import dataclass

from .engine.core.reading import SoundTrouble

STANDS_SECONDS = 300.0
"""A trouble must last for so long: a door that slams and a box that is moved are over by then,
and a node that calibrates itself after its start has done it."""

REST_SECONDS = 900.0
"""It must be gone for so long, so that one that is back every few minutes is told of once."""

MENDED_BY_CALIBRATION = frozenset({SoundTrouble.UNCALIBRATED, SoundTrouble.STALE})
"""These end when the room has been learned, and do not come back the minute after."""


@dataclass(slots=True)
class _Spell:
    """One trouble of one node: since when it is there, or since when it is gone."""

    since: float
    gone: float | None = None
    stands: bool = False


class Troubles:
    """The troubles of all nodes. Times are host seconds, and never go back."""

    def __init__(self) -> None:
        self._spells: dict[tuple[str, SoundTrouble], _Spell] = {}

    def see(self, node: str, trouble: SoundTrouble | None, t: float) -> None:
        """What a node says of itself at time t; say it again at every look."""
        if trouble is not None:
            spell = self._spells.setdefault((node, trouble), _Spell(t))
            spell.gone = None
            spell.stands = spell.stands or t - spell.since >= STANDS_SECONDS
        for key, spell in [*self._spells.items()]:
            if key[0] != node or key[1] is trouble:
                continue
            spell.gone = t if spell.gone is None else spell.gone
            rests = spell.stands and key[1] not in MENDED_BY_CALIBRATION
            if t - spell.gone >= (REST_SECONDS if rests else 0.0):
                del self._spells[key]

    def mending(self, node: str, t: float) -> None:
        """Somebody does something about it, which needs its time."""
        for key, spell in self._spells.items():
            if key[0] == node:
                spell.since, spell.stands = t, False

    def standing(self, node: str) -> list[SoundTrouble]:
        """The troubles of a node that a person should mend."""
        return [key[1] for key, spell in self._spells.items() if key[0] == node and spell.stands]
