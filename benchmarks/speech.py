"""What hearing costs: time, memory and start, beside what each recogniser costs by itself.

A synthetic voice says commands in a home of some sixty things. Seconds are those of one core, so
that it does not matter what else runs; the first pass is everything but the second: both decoders,
the detector of voices, end-pointing, and weighing what was heard. PocketSphinx takes part where it
is installed.
"""

from collections.abc import Callable, Iterable, Iterator
import json
from pathlib import Path
import subprocess
import sys
import tempfile
import time

import numpy as np

from benchmarks.report import Better, Result
from halcyon.evaluate.speech.utterances import Home, Kind, home
from halcyon.evaluate.speech.voices import Voice, speak
from halcyon.speech.engines import Engines
from halcyon.speech.hypothesis import Pass
from halcyon.speech.models.folder import models_folder, whole_model
from halcyon.speech.models.manifest import known_models
from halcyon.speech.recognisers.favour import Favours
from halcyon.speech.recognisers.moonshine import MoonshineModel
from halcyon.speech.recognisers.recogniser import SECOND_BYTES, Biasing, Recogniser

SENTENCES = 12
TAIL = 2 * SECOND_BYTES
"""A room's quiet after every command."""

FRAME = int(0.02 * SECOND_BYTES)
BATCH = int(0.2 * SECOND_BYTES)

_MEMORY = """
import json, resource, sys, time
from pathlib import Path
what, sound = sys.argv[1], Path(sys.argv[2]).read_bytes()
from halcyon.speech.models.folder import models_folder
if what == "all":
    from halcyon.evaluate.speech.utterances import home
    from halcyon.speech.engines import Engines
    engines, household = Engines(models_folder()), home("judged").household
    ready = time.process_time()
    grammar = engines.compile(household)
    for _ in range(4):
        listener = engines.listener(household, grammar)
        for at in range(0, len(sound), 640):
            listener.feed(sound[at : at + 640])
        listener.finish()
        listener.close()
else:
    from halcyon.speech.hypothesis import Pass
    from halcyon.speech.recognisers.recogniser import Biasing
    from halcyon.speech.recognisers.vosk import VoskModel
    recogniser = VoskModel(models_folder() / "vosk-en").recogniser(Pass.FREE)
    ready = time.process_time()
    for _ in range(4):
        recogniser.begin(Biasing())
        recogniser.feed(sound)
        recogniser.finish()
pages = int(Path("/proc/self/statm").read_text().split()[1])
print(json.dumps([pages * resource.getpagesize() / 1e6, ready]))
"""
"""Run by itself: megabytes held after some utterances, and seconds of a core until the first
could begin."""


def measure() -> Iterable[Result]:
    """Time, then memory and start."""
    judged = home("judged")
    sounds = clips(judged)
    engines = Engines(models_folder())
    yield from judge_time(engines, judged, sounds)
    yield from judge_process(sounds[0])


def clips(judged: Home) -> list[bytes]:
    """The first commands of the home, said by a synthetic voice."""
    commands = [each.text for each in judged.utterances if each.kind is Kind.COMMAND]
    with tempfile.TemporaryDirectory() as cache:
        spoken = speak(Voice("hibari", "heart"), commands[:SENTENCES], Path(cache))
    return [sound + bytes(TAIL) for sound in spoken.values()]


def judge_time(engines: Engines, judged: Home, sounds: list[bytes]) -> Iterator[Result]:
    """Seconds of a core for a second of sound, and for an utterance that is heard again."""
    household, grammar = judged.household, engines.compile(judged.household)
    seconds = sum(map(len, sounds)) / SECOND_BYTES
    spent, again = 0.0, 0
    for sound in sounds:
        listener = engines.listener(household, grammar)
        for start in range(0, len(sound), FRAME):
            listener.feed(sound[start : start + FRAME])
        heard = listener.finish()
        listener.close()
        spent += heard.compute
        again += Pass.ATTENTION in heard.passes
    moonshine = MoonshineModel(whole_model(known_models()["moonshine-en"], models_folder()))
    second = timed(sounds, lambda sound: read(moonshine, sound, grammar.terms)) / len(sounds)
    free = timed(sounds, lambda sound: decode(engines.first_pass(Pass.FREE), sound))
    greedy = timed(sounds, lambda sound: read_greedily(moonshine, sound)) / len(sounds)
    yield Result(
        "speech_first_pass",
        (spent - again * second) / seconds,
        "x real time",
        target=0.2,
        better=Better.LOWER,
        peer="Vosk, free, alone",
        peer_value=free / seconds,
        note="grammar and free decoding, detector, end-pointing and weighing; synthetic voice",
    )
    yield Result(
        "speech_second_pass",
        second * 1000,
        "ms an utterance",
        target=250,
        better=Better.LOWER,
        peer="Moonshine, greedy",
        peer_value=greedy * 1000,
        note=f"six beams and favoured names; {again} of {len(sounds)} utterances took it",
    )
    if (sphinx := pocketsphinx()) is not None:
        yield Result(
            "speech_beside_pocketsphinx",
            spent / seconds,
            "x real time",
            target=0.25,
            better=Better.LOWER,
            peer="PocketSphinx, its own language model",
            peer_value=timed(sounds, sphinx) / seconds,
        )


def judge_process(sound: bytes) -> Iterator[Result]:
    """Memory and start of a process of its own."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(sound)
        file.flush()
        (held, ready), (vosk_held, vosk_ready) = (
            json.loads(
                subprocess.run(
                    [sys.executable, "-c", _MEMORY, what, file.name],
                    capture_output=True,
                    check=True,
                ).stdout
            )
            for what in ("all", "vosk")
        )
    yield Result(
        "speech_memory",
        held,
        "MB",
        target=450,
        better=Better.LOWER,
        peer="Vosk, free, alone",
        peer_value=vosk_held,
        note="both recognisers, second pass, detector and the household",
    )
    yield Result(
        "speech_start",
        ready,
        "s",
        target=3.0,
        better=Better.LOWER,
        peer="Vosk, free, alone",
        peer_value=vosk_ready,
        note="every file of the models is checked against its hash first",
    )


def timed(sounds: list[bytes], work: Callable[[bytes], object]) -> float:
    """Seconds of a core that work takes for all sounds."""
    started = time.thread_time()
    for sound in sounds:
        work(sound)
    return time.thread_time() - started


def decode(recogniser: Recogniser, sound: bytes) -> None:
    """All of a sound in batches."""
    recogniser.begin(Biasing())
    for start in range(0, len(sound), BATCH):
        recogniser.feed(sound[start : start + BATCH])
    recogniser.finish()


def read(model: MoonshineModel, sound: bytes, terms: tuple[str, ...]) -> None:
    """A sound without the quiet after it, by the second pass."""
    recogniser = model.recogniser()
    recogniser.begin(Biasing(terms=terms))
    recogniser.feed(sound[:-TAIL])
    recogniser.finish()


def read_greedily(model: MoonshineModel, sound: bytes) -> None:
    """The same, token by token."""
    samples = np.frombuffer(sound[:-TAIL], "<i2").astype(np.float32) / np.float32(32768)
    model.read(samples, Favours(()), beams=1)


def pocketsphinx() -> Callable[[bytes], object] | None:
    """PocketSphinx's way with a sound; None where it is not installed."""
    try:
        from pocketsphinx import Decoder
    except ModuleNotFoundError:
        return None
    decoder = Decoder(samprate=16000, loglevel="FATAL")

    def work(sound: bytes) -> object:
        decoder.start_utt()
        decoder.process_raw(sound, full_utt=True)
        decoder.end_utt()
        return decoder.hyp()

    return work
