"""What a person decides about a node, apart from where its broker and its sound card are."""

from dataclasses import dataclass

from halcyon.sense.ultrasound.sweep import Hardware

START_LEVEL_DB = -30.0
"""dBFS of the tone before the first sweep: with most speakers far below 60 dB SPL at 1 m."""


@dataclass(frozen=True, slots=True)
class Options:
    """`room` is where the node asks to be; `pets` that animals live there.

    With `own_tone` off the tone in the microphones is not the node's: a recording. `steady`
    leaves the tone on without pauses. `share` sends all I/Q without being asked, and `snippets`
    keeps uncertain moments on this machine. `budget` is the share of one core for sensing.
    """

    hardware: Hardware
    budget: float
    room: str | None = None
    pets: bool = False
    own_tone: bool = True
    steady: bool = False
    share: bool = False
    snippets: bool = False
    carrier: float | None = None
