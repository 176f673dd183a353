"""Tells how a person sleeps, epoch by epoch, from what has been sensed of them so far."""

from dataclasses import dataclass

import numpy as np

from ...core.sleep import EPOCH_S, Stage
from ...core.snapshot import Json, SnapshotError, item, optional_number_in, text_in
from ..network import shipped
from ..network.network import Network
from .contract import Contract, sensed
from .decision import Decision, Probabilities, Rule, shipped_rule
from .epoch import SleepEpoch

__all__ = ["UNMEASURED", "Probabilities", "Staged", "Stager"]

_NETWORK = shipped(__package__, "stages")
_RULE = shipped_rule(__package__)

LONGEST_GAP_S = 3600.0
"""After so long without an epoch a new night begins. Someone who comes back to bed within it is
still in the same one."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What is told of an epoch; all None where nothing was measured in it.

    `confidence` 0-1 is how likely the stage is. `probabilities` are those of the network for the
    epoch, before they were smoothed: what a look back over the night begins with.
    """

    stage: Stage | None
    confidence: float | None
    probabilities: Probabilities | None


UNMEASURED = Staged(None, None, None)


class Stager:
    """Stages one sleeper; nothing that comes later changes what it told.

    Without arguments it is made of the weights that come with the engine; see STAGES.md.
    """

    def __init__(self, network: Network = _NETWORK, rule: Rule = _RULE) -> None:
        self._network, self._rule = network, rule
        self._begin()

    def _begin(self) -> None:
        self._last: float | None = None
        self._contract = Contract()
        self._state = self._network.start()
        self._decision = Decision(self._rule)

    def step(self, epoch: SleepEpoch) -> Staged:
        """The stage of the epoch that has just ended.

        Epochs come in order. One that is left out counts as not measured; after a long gap, or
        where time went back, the next one begins a new night.
        """
        if self._last is not None:
            missed = round((epoch.start - self._last) / EPOCH_S) - 1
            if missed < 0 or missed * EPOCH_S > LONGEST_GAP_S:
                self._begin()
            else:
                for n in range(1, missed + 1):
                    self._next(SleepEpoch(self._last + n * EPOCH_S))
        self._last = epoch.start
        return self._next(epoch)

    def _next(self, epoch: SleepEpoch) -> Staged:
        channels = sensed(epoch)
        said, self._state = self._network.step(self._contract.told(channels), self._state)
        if not np.isfinite(channels).any():
            self._decision.skip()
            return UNMEASURED
        awake, light, deep, rem = (float(p) for p in said)
        probabilities = awake, light, deep, rem
        stage, confidence = self._decision.step(probabilities)
        return Staged(stage, confidence, probabilities)

    def snapshot(self) -> Json:
        """What is remembered, with the weights it belongs to."""
        return {
            "weights": self._network.sha256,
            "last": self._last,
            "contract": self._contract.snapshot(),
            "network": self._network.pack(self._state),
            "decision": self._decision.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none, or of other weights.

        Where it raises, nothing is taken up.
        """
        if text_in(state, "weights") != self._network.sha256:
            raise SnapshotError("snapshot is of other weights than these")
        last = optional_number_in(state, "last")
        contract, decision = Contract(), Decision(self._rule)
        contract.restore(item(state, "contract"))
        decision.restore(item(state, "decision"))
        network = self._network.unpack(item(state, "network"))
        self._last, self._contract, self._decision = last, contract, decision
        self._state = network
