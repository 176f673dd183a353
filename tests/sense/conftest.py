"""Fixtures of the room scripts."""

from collections.abc import Callable

import pytest
from tests.sense.room_script import Script, den

from halcyon.core.house import House
from halcyon.decide.home import Home


@pytest.fixture
def script() -> Script:
    return Script(Home(den()))


@pytest.fixture
def make_script() -> Callable[[House], Script]:
    return lambda house: Script(Home(house))
