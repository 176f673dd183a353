"""The simulated node lets raw bytes go when the real one does, whatever happens to both."""

from collections.abc import Sequence
import ctypes

from hypothesis import given, settings, strategies as st
import numpy as np
from tests.hardware.native_node import EMPTY, SOMEBODY, NativeNode

from halcyon.core.snapshot import Json
from halcyon.simulate.faults import Faults
from halcyon.simulate.node import Node
from halcyon.simulate.parts import NodeSpec
from halcyon.simulate.sensor import Emission

COMMANDS: dict[str, tuple[str, dict[str, Json]]] = {
    "ask": ("rate", {"stream": "radar", "hz": 10}),
    "withdraw": ("rate", {"stream": "radar", "hz": 0}),
    "rest": ("standby", {"on": True}),
    "wake": ("standby", {"on": False}),
}

STEPS_MS = [125, 1_000, 30_000, 45_000, 59_875, 60_000]
"""Multiples of an eighth of a second, which seconds hold exactly, up to and about the hold."""

events = st.tuples(
    st.sampled_from(STEPS_MS), st.sampled_from(["empty", "empty", "somebody", *COMMANDS])
)


class Radar:
    """A sensor that says what it is given."""

    def __init__(self) -> None:
        self.waiting: list[Emission] = []

    def emit(self, end: float) -> list[Emission]:
        emissions, self.waiting = self.waiting, []
        return emissions

    def announce(self) -> dict[str, Json]:
        return {"radar": {"enc": "uart", "proto": "ld2450"}}


def simulated(plan: Sequence[tuple[int, str]]) -> list[bool]:
    """Whether each frame left the simulated node."""
    radar, rng = Radar(), np.random.default_rng(0)
    spec = NodeSpec("bed-1", "bedroom", "ld2450", (), 0.0, sntp=False, open=False)
    node = Node(spec, [radar], Faults((), None, rng), "halcyon/1/home/", 0.0, rng)
    left, ms = [], 0
    for step, event in plan:
        ms += step
        t = ms / 1_000
        if event in COMMANDS:
            node.command(*COMMANDS[event], t)
            continue
        seen = event == "somebody"
        radar.waiting.append(Emission(t, "radar", SOMEBODY if seen else EMPTY, flag=seen))
        left.append(bool(node.run(t, t + 0.1)))
    return left


def real(library: ctypes.CDLL, plan: Sequence[tuple[int, str]]) -> list[bool]:
    """Whether each frame left the real node."""
    node = NativeNode(library)
    node.radar("ld2450", "TrackingWatcher")
    node.loop(0)
    left, ms = [], 0
    for step, event in plan:
        ms += step
        node.sent.clear()
        if event in COMMANDS:
            name, fields = COMMANDS[event]
            node.command(name, {"id": "c1", **fields}, ms)
            continue
        node.feed(SOMEBODY if event == "somebody" else EMPTY, ms)
        node.loop(ms + 20)
        left.append(bool(node.on("raw/radar")))
    node.close()
    return left


@settings(max_examples=200, deadline=None)
@given(plan=st.lists(events, max_size=12))
def test_both_let_the_same_frames_go(library: ctypes.CDLL, plan: list[tuple[int, str]]) -> None:
    assert simulated(plan) == real(library, plan)
