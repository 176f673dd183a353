"""The house that the benchmarks keep busy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from halcyon.core.house import Sleeper
from halcyon.simulate import Scenario, busy_house

ROOMS = 16
SHARED_BEDS = 4

_APART_M = 0.8
"""Metres between two sleepers."""


@dataclass(frozen=True, slots=True)
class Family:
    """Sixteen busy rooms, each with a wall radar, air and a bed; four have a second sleeper.

    `occupied` fills every bed all the time, so that every stream runs at full rate; otherwise
    people come and go. `bed` is the make of the bed nodes. The seed also gives the boot ids of
    the nodes: with the same, a second play looks like a replay of the first and is dropped.
    """

    seed: int
    duration: float
    occupied: bool
    bed: str

    @property
    def arguments(self) -> list[str]:
        """As words of a command line."""
        habits = "occupied" if self.occupied else "busy"
        return [str(self.seed), str(self.duration), habits, self.bed]

    @classmethod
    def read(cls, words: Sequence[str]) -> Self:
        """From words of a command line."""
        seed, duration, habits, bed = words
        return cls(int(seed), float(duration), habits == "occupied", bed)

    def scenario(self) -> Scenario:
        """What the simulator plays."""
        house = busy_house(ROOMS, self.seed, self.duration, occupied=self.occupied, bed=self.bed)
        guests = busy_house(
            SHARED_BEDS, self.seed + 1, self.duration, occupied=self.occupied, bed=self.bed
        )
        rooms = list(house.house.rooms)
        for place in range(SHARED_BEDS):
            room = rooms[place]
            beside = next(each for each in room.mounts if each.source == f"{room.id}-bed")
            second = replace(beside, source=f"{room.id}-second", x=beside.x + _APART_M)
            rooms[place] = replace(
                room,
                mounts=(*room.mounts, second),
                sleepers=(*room.sleepers, Sleeper(f"{second.source}-sleeper", second.source)),
            )
        beds = [node for node in guests.nodes if node.id.endswith("-bed")]
        return replace(
            house,
            house=replace(house.house, rooms=tuple(rooms)),
            people=(
                *house.people,
                *(replace(person, id=f"{person.id}-2") for person in guests.people),
            ),
            nodes=(*house.nodes, *(replace(node, id=f"{node.room}-second") for node in beds)),
        )
