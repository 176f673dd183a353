"""People who do not walk by the book: the train family's gait, varied from person to person.

A network that hears one gait model learns that model. Here everybody has strides, arms and limbs
of their own, over wider ranges than people differ by, so that only what all have in common is left
to learn.
"""

from dataclasses import dataclass, replace

import numpy as np

from halcyon.simulate.ultrasound import Scene
from halcyon.simulate.ultrasound.arrays import Floats
from halcyon.simulate.ultrasound.body import ELBOWS, SCATTERERS, SHOULDERS, WRISTS, Gait
from halcyon.simulate.ultrasound.motion import Mover
from halcyon.simulate.ultrasound.person import Person

_LIMBS_DB = 3.0
"""Standard deviation of how strongly one part of a body reflects."""


@dataclass(frozen=True, slots=True)
class VariedGait:
    """A gait with longer strides, livelier legs or stiller arms, each a factor."""

    gait: Gait
    strides: float
    legs: float
    arms: float

    def stride(self, height: float, speed: Floats) -> Floats:
        """See body.Gait."""
        return self.strides * self.gait.stride(height, speed)

    def joints(self, height: float, cycle: Floats, speed: Floats) -> Floats:
        """See body.Gait: the limbs swing as at another speed, and the arms more or less."""
        joints = self.gait.joints(height, cycle, self.legs * speed)
        for side in (0, 1):
            shoulder = joints[SHOULDERS[side], 0]
            for joint in (ELBOWS[side], WRISTS[side]):
                joints[joint, 0] = shoulder + self.arms * (joints[joint, 0] - shoulder)
        return joints


def varied(gait: Gait, rng: np.random.Generator) -> VariedGait:
    """Somebody's own way of walking."""
    return VariedGait(
        gait,
        strides=float(rng.uniform(0.8, 1.25)),
        legs=float(rng.uniform(0.7, 1.3)),
        arms=float(rng.uniform(0.0, 1.6)),
    )


def reflecting(scene: Scene, rng: np.random.Generator) -> Scene:
    """The same people, whose parts reflect each a little more or less than the average's."""
    movers: list[Mover] = []
    for each in scene.movers:
        if isinstance(each, Person):
            factor = 10 ** (rng.normal(0, _LIMBS_DB, SCATTERERS) / 20)
            sizes = (each.speckle.sizes * factor[:, None]).astype(np.complex64)
            movers.append(replace(each, speckle=replace(each.speckle, sizes=sizes)))
        else:
            movers.append(each)
    return replace(scene, movers=tuple(movers))
