"""An observation: a reading with where it comes from and when."""

from dataclasses import dataclass

from .reading import Reading

HOST = "$host"
"""The source of observations that the host itself makes: its clock and people's wishes."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One reading of one source of one site.

    `source` is a node id, an entity id for the ha_entity dialect, or HOST. `host_t` (unix
    seconds) never decreases and drives timers; `measured_t` is when it was measured, on the
    host's clock, and serves signal processing only. An observation that is not `live` was
    retained or replayed: it seeds state and never triggers.
    """

    site: str
    source: str
    host_t: float
    measured_t: float
    reading: Reading
    live: bool = True
