"""Stages that follow a script."""

import pytest
from tests.sleep_session.bedroom import Bedroom, ScriptedStager


@pytest.fixture
def bedroom(monkeypatch: pytest.MonkeyPatch) -> Bedroom:
    monkeypatch.setattr("halcyon.sense.sleep.sleeper.Stager", ScriptedStager)
    return Bedroom()
