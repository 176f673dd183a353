"""What is believed of a stage that was told from breath and heart, and of falling asleep.

Stages know little of people who read, of whom no laboratory has a record: who does not try to
sleep is awake, however calm they are.
"""

from dataclasses import dataclass, replace

from ...core.sleep import Stage
from .intent import Judged
from .session import Session
from .stager import Staged

_RESTS_FROM = 0.5
"""Score of intent below which who was not asleep before is told to be awake."""

_FALLS_ASLEEP_FROM = 0.75
"""Score of intent that falling asleep takes: lying awake reaches two thirds, light sleep nine
tenths (means over simulated evenings, to which it was fitted)."""

_BELIEVED_AFTER = 180
"""Epochs, an hour and a half, by which sleep must outnumber wake for stages to be believed all the
same: nine in ten people of a sleep clinic fell asleep sooner, and a radar may see little calm."""

_REACHED = frozenset({Stage.DEEP, Stage.REM})
"""The stages to which light sleep leads, and wake does not."""

_EVEN = 0.5
"""The probability of being awake from which it is likelier than all sleep together."""


@dataclass(slots=True)
class Belief:
    """Counts by how many epochs of a night, at least none, sleep outnumbers wake so far."""

    said_asleep: int = 0

    def count(self, stage: Stage | None) -> None:
        """Take the stage of the next epoch; None where nothing was measured."""
        if stage is not None:
            self.said_asleep = max(0, self.said_asleep + (1 if stage.is_sleep else -1))

    def of(
        self, staged: Staged, judged: Judged | None, session: Session, before: Stage | None
    ) -> tuple[bool | None, Staged]:
        """Whether they sleep, None where nothing is known, and what is told of the epoch.

        `before` is the stage that was told last.
        """
        believed = session.is_asleep or self.said_asleep >= _BELIEVED_AFTER
        told = _told(staged, judged, session, before, believed=believed)
        return _sleeps(told, judged, believed=believed), told


def _sleeps(staged: Staged, judged: Judged | None, *, believed: bool) -> bool | None:
    if staged.stage is None or not staged.stage.is_sleep or judged is None or believed:
        return None if staged.stage is None else staged.stage.is_sleep
    return judged.score >= _FALLS_ASLEEP_FROM


def _told(
    staged: Staged,
    judged: Judged | None,
    session: Session,
    before: Stage | None,
    *,
    believed: bool,
) -> Staged:
    """Who was awake just now, or did not fall asleep yet, sleeps lightly if at all."""
    if staged.stage is None:
        return staged
    is_first = session.first_asleep is None
    needed = _FALLS_ASLEEP_FROM if is_first else _RESTS_FROM
    if judged is not None and judged.score < needed and not believed:
        return replace(staged, stage=Stage.AWAKE, confidence=1.0 - judged.score)
    shallow = is_first or before is Stage.AWAKE
    if not shallow or staged.stage not in _REACHED or staged.probabilities is None:
        return staged
    awake = staged.probabilities[0]
    stage = Stage.AWAKE if awake > _EVEN else Stage.LIGHT
    return replace(staged, stage=stage, confidence=max(awake, 1.0 - awake))
