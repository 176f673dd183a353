"""What a person sets of an alarm for good, apart from when it rings."""

from dataclasses import dataclass

from ...core.snapshot import Json, item, number_in, optional_number_in, rows_in, text_in

WINDOW_MIN = 30.0
LONGEST_WINDOW_MIN = 60.0
SNOOZE_MIN = 9.0
"""As long as alarm clocks commonly do, the node's own included."""
SNOOZE_RANGE_MIN = (1.0, 30.0)
PATIENCE_MIN = 100.0
"""On people's nights this loses some eight minutes of sleep to be woken from light sleep in nearly
nine of ten mornings (docs/evaluation.md)."""
PATIENCE_RANGE_MIN = (5.0, 1000.0)
VOLUME_RANGE = (0.05, 1.0)
"""What cannot be heard wakes nobody."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Minutes where a name says so, `volume` 0-1.

    `nodes` ring by themselves; `ringers` are what the host rings, by its own names.
    """

    nodes: tuple[str, ...] = ()
    ringers: tuple[str, ...] = ()
    window_min: float = WINDOW_MIN
    snooze_min: float = SNOOZE_MIN
    patience_min: float = PATIENCE_MIN
    sound: str | None = None
    volume: float | None = None

    @property
    def has_ringer(self) -> bool:
        """Whether anything is there that could ring."""
        return bool(self.nodes or self.ringers)

    def to_json(self) -> Json:
        """The settings for a snapshot."""
        return {
            "nodes": [*self.nodes],
            "ringers": [*self.ringers],
            "window_min": self.window_min,
            "snooze_min": self.snooze_min,
            "patience_min": self.patience_min,
            "sound": self.sound,
            "volume": self.volume,
        }


def settings_from(state: Json) -> Settings:
    """The settings of a snapshot; raises SnapshotError."""
    return Settings(
        nodes=tuple(map(str, rows_in(state, "nodes"))),
        ringers=tuple(map(str, rows_in(state, "ringers"))),
        window_min=number_in(state, "window_min"),
        snooze_min=number_in(state, "snooze_min"),
        patience_min=number_in(state, "patience_min"),
        sound=None if item(state, "sound") is None else text_in(state, "sound"),
        volume=optional_number_in(state, "volume"),
    )
