"""Homes with an alarm."""

import pytest
from tests.alarm.bench import Bench, with_host, with_speaker


@pytest.fixture
def bench() -> Bench:
    return with_speaker()


@pytest.fixture
def hosted() -> Bench:
    return with_host()
