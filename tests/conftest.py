"""Settings that all tests share."""

from collections.abc import Iterator
import os
import sys

from hypothesis import settings
import pytest

# Machines that run tests are busy, so an example has no deadline of its own. What runs before a
# change lands is repeatable; everywhere else every run looks at new examples.
settings.register_profile("halcyon", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("halcyon")

ENGINES = ("halcyon", "custom_components.halcyon.engine")
"""The names under which the engine can be loaded."""


@pytest.fixture(scope="session", autouse=True)
def one_engine() -> Iterator[None]:
    """Fail if this process loaded the engine twice: its types would not be each other's."""
    yield
    loaded = [name for name in ENGINES if name in sys.modules]
    assert len(loaded) < 2, f"one process holds the engine as {' and as '.join(loaded)}"
