"""`halcyon transcribe` and `halcyon models`, as people call them."""

from collections.abc import Callable
import json
from pathlib import Path
import shutil
import wave

import pytest

from halcyon.cli import main
from halcyon.speech.models import fetch as fetching
from halcyon.speech.models.download import DownloadError

type Say = Callable[[str], bytes]

FIELDS = {
    *("file", "text", "nbest", "accepted", "confidence", "clarify"),
    *("speculative_at_ms", "final_at_ms", "compute_ms", "passes"),
}
HOME = {
    "entities": [
        {"name": "Kitchen Light", "area": "Kitchen", "domain": "light"},
        {"name": "Bedroom Blind", "aliases": ["Shade"], "area": "Bedroom", "domain": "cover"},
    ],
    "areas": ["Kitchen", "Bedroom"],
    "contacts": ["Meg Jones"],
}


def recorded(folder: Path, name: str, sound: bytes) -> str:
    path = folder / f"{name}.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(sound)
    return str(path)


@pytest.fixture
def context(tmp_path: Path) -> str:
    path = tmp_path / "home.json"
    path.write_text(json.dumps(HOME))
    return str(path)


def test_a_command_is_transcribed_with_all_that_is_known_of_it(
    say: Say, models: Path, context: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [
        recorded(tmp_path, "light", say("turn on the kitchen light")),
        recorded(tmp_path, "blind", say("close the bedroom blind")),
    ]
    assert (
        main(["transcribe", *files, "--context", context, "--json", "--model-dir", str(models)])
        == 0
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == files
    assert [line["text"].casefold() for line in lines] == [
        "turn on the kitchen light",
        "close the bedroom blind",
    ]
    for line in lines:
        assert set(line) == FIELDS
        assert line["accepted"] is True
        assert 0.5 < line["confidence"] <= 1.0
        assert line["nbest"][0]["text"] == line["text"]
        assert sum(each["score"] for each in line["nbest"]) <= 1.0 + 1e-6
        assert line["speculative_at_ms"] is None or line["speculative_at_ms"] < line["final_at_ms"]
        assert line["compute_ms"] > 0
        assert set(line["passes"]) >= {"grammar", "free"}


def test_a_list_of_phrases_is_all_that_may_be_said(
    say: Say, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    phrases = tmp_path / "phrases.json"
    phrases.write_text(json.dumps({"phrases": ["red alert", "green alert", "all clear"]}))
    assert (
        main(["transcribe", recorded(tmp_path, "a", say("green alert")), "--context", str(phrases)])
        == 0
    )
    assert "\tgreen alert\t" in capsys.readouterr().out


def test_silence_is_no_command(
    context: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["transcribe", recorded(tmp_path, "a", bytes(64000)), "--context", context, "--json"])
        == 0
    )
    line = json.loads(capsys.readouterr().out)
    assert (line["text"], line["accepted"], line["speculative_at_ms"]) == ("", False, None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "it is no JSON"),
        ('{"entities": 5}', "entities must be a list"),
        ("[]", "household must be an object"),
        (None, "No such file"),
    ],
)
def test_a_wrong_context_is_said_so(
    content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "context.json"
    if content is not None:
        path.write_text(content)
    assert main(["transcribe", "a.wav", "--context", str(path)]) == 2
    error = capsys.readouterr().err
    assert str(path) in error
    assert said in error


def test_a_file_that_is_no_sound_is_said_so(
    context: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (context, str(tmp_path / "absent.wav")):
        assert main(["transcribe", path, "--context", context]) == 2
        assert path in capsys.readouterr().err


def test_a_missing_model_names_the_command_that_fetches_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["transcribe", "a.wav", "--model-dir", str(tmp_path)]) == 2
    assert "halcyon models fetch vosk-en" in capsys.readouterr().err


def test_models_are_listed_as_they_are(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(models / "moonshine-en", tmp_path / "moonshine-en")
    (tmp_path / "moonshine-en" / "tokenizer.json").write_text("{}")
    assert main(["models", "list", "--model-dir", str(tmp_path)]) == 1
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "not here" in lines["vosk-en"]
    assert "damaged: tokenizer.json" in lines["moonshine-en"]
    assert main(["models", "list", "--model-dir", str(models)]) == 0
    assert "here" in capsys.readouterr().out


def test_models_that_are_here_are_not_fetched(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetching, "download", None)
    assert main(["models", "fetch", "--model-dir", str(models)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "vosk-en: was here already",
        "moonshine-en: was here already",
    ]


def test_unknown_models_and_languages_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "fetch", "vosk-xx"]) == 2
    assert "known are vosk-en" in capsys.readouterr().err
    assert main(["models", "fetch", "--language", "tlh"]) == 2
    assert "there are some for en, ko, zh" in capsys.readouterr().err


def test_a_model_that_cannot_be_had_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(*_: object) -> None:
        raise DownloadError("nobody answers")

    monkeypatch.setattr(fetching, "download", unreachable)
    monkeypatch.setattr(fetching, "address_of", unreachable)
    assert main(["models", "fetch", "vosk-en", "--model-dir", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "not from there: nobody answers" in error
    assert "'vosk-en' could not be fetched" in error
