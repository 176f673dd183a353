"""What the doctor says of speech: nothing is broken by not hearing."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from halcyon.service import doctor
from halcyon.service.doctor import Health
from halcyon.service.speech_config import SpeechConfig
from halcyon.speech.models.manifest import models_for


def test_missing_models_are_named_with_how_to_get_them(tmp_path: Path) -> None:
    findings = list(doctor._speech(SpeechConfig(models=tmp_path)))
    assert [each.health for each in findings] == [Health.NOTE] * len(models_for("en"))
    assert findings[0].remedy == f"halcyon models fetch {models_for('en')[0].name}"


def test_missing_packages_are_named_with_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "vosk":
            raise PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(doctor, "version", version)
    (finding,) = doctor._speech(SpeechConfig())
    assert "vosk is not installed" in finding.what
    assert "halcyon[speech]" in str(finding.remedy)


def test_who_wants_no_speech_is_told_nothing_of_it() -> None:
    assert not list(doctor._speech(SpeechConfig(enabled=False)))
