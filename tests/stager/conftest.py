"""Nights made up for stagers: what was sensed of somebody, epoch by epoch."""

from hypothesis import strategies as st

from halcyon.sense.sleep.epoch import Beats, Breathing, Heart, Movement, SleepEpoch, Swings

NOTHING = (None, None, None)

powers = st.floats(0.0, 1e3)
swings = st.builds(
    Swings,
    slow=powers,
    middle=powers,
    fast=powers,
    share=st.none() | st.floats(0.0, 1.0),
    evenness=st.none() | st.floats(-1.0, 1.0),
)
beats = st.builds(Beats, rmssd=st.none() | st.floats(0.0, 0.5), swings=st.none() | swings)
hearts = st.builds(
    Heart,
    rate=st.floats(35.0, 150.0),
    spread=st.none() | st.floats(0.0, 20.0),
    beats=st.none() | beats,
)
breaths = st.builds(
    Breathing,
    rate=st.none() | st.floats(6.0, 36.0),
    quality=st.none() | st.floats(0.0, 1.0),
    variability=st.none() | st.floats(0.0, 2.0),
    amplitude=st.none() | st.floats(0.0, 1e4),
    regularity=st.none() | st.floats(0.0, 1.0),
    pause=st.none() | st.floats(0.0, 30.0),
)
movements = st.builds(Movement, share=st.floats(0.0, 1.0), peak=st.floats(0.0, 1.0))


def nights(min_size: int = 1, max_size: int = 40) -> st.SearchStrategy[list[SleepEpoch]]:
    """Epochs one after another, with anything measured in them or nothing."""
    parts = st.tuples(st.none() | breaths, st.none() | hearts, st.none() | movements)
    return st.lists(parts, min_size=min_size, max_size=max_size).map(
        lambda given: [
            SleepEpoch(30.0 * n, breathing, heart, movement)
            for n, (breathing, heart, movement) in enumerate(given)
        ]
    )


def steady(count: int, rate: float = 60.0, *, start: float = 0.0) -> list[SleepEpoch]:
    """A heart that hardly changes."""
    return [
        SleepEpoch(start + 30.0 * n, heart=Heart(rate + 0.2 * (n % 3), 1.0 + 0.1 * (n % 2)))
        for n in range(count)
    ]
