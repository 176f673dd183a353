"""The node in simulated rooms: what it says, when its tone is on, and what it obeys."""

from dataclasses import replace
import json

import numpy as np
import pytest
from tests.speaker.conftest import ADDRESS, BEGAN, MakeRig, setting

from halcyon.core.house import House
from halcyon.core.message import Message
from halcyon.core.output import MotionEvent, Moved, Output, Presence
from halcyon.core.reading import MotionLevel, Quadrature
from halcyon.decode.waveform import read_chunk, to_quadrature
from halcyon.pipeline import Pipeline
from halcyon.service.transport import Letter
from halcyon_speaker import tuning
from halcyon_speaker.alarms import Alarms
from halcyon_speaker.effects import Fetch, Note, Save, Shine, Snippet, Wake
from halcyon_speaker.glow import Glow, Light
from halcyon_speaker.keeping import Kept, kept_from
from halcyon_speaker.moments import Now
from halcyon_speaker.orders import Dismiss, SetAlarm
from halcyon_speaker.ringing import advance, step
from halcyon_speaker.sounds import Sound
from halcyon_speaker.voice import Voice

WALKER = {"every": 60.0, "enters": 4.0, "stays": 10.0, "activity": "walk"}


def quadratures(payloads: list[bytes]) -> list[Quadrature]:
    return [to_quadrature(read_chunk(each), "ultrasound", None, lost=False) for each in payloads]


async def test_the_engine_understands_the_node_that_sees_somebody(rig: MakeRig) -> None:
    made = rig(setting(visitor=WALKER), steady=True)
    await made.run(15.0)
    pipeline = Pipeline(House("home", automatic=True))
    told = [
        effect
        for message in made.messages()
        for effect in pipeline.receive(message)
        if isinstance(effect, Output)
    ]
    rooms = {each.room for each in told if isinstance(each.fact, Moved)}
    assert rooms == {"living-room"}
    states = [(each.t - BEGAN, each.fact.state) for each in told if isinstance(each.fact, Moved)]
    major = next(t for t, state in states if state is MotionLevel.MAJOR)
    assert 4.0 < major < 14.5
    assert any(isinstance(each.fact, Presence) and each.fact.occupied for each in told)
    assert any(isinstance(each.fact, MotionEvent) for each in told)


async def test_motion_is_told_four_times_a_second_and_the_tone_now_and_then(rig: MakeRig) -> None:
    made = rig()
    await made.run(6.0)
    samples = made.samples()
    assert len([body for t, body in samples if 1 < t <= 5 and "motion" in body]) == 16
    assert [body["n"] for _, body in samples] == list(range(len(samples)))
    assert {body["b"] for _, body in samples} == {77}
    tones = [body["ultrasound"] for _, body in samples if "ultrasound" in body]
    assert 1 <= len(tones) <= 5
    last = tones[-1]
    assert last["carrier_hz"] == 20_000.0
    assert last["level_db"] == -20.0
    assert last["trouble"] == "uncalibrated"
    assert last["calibrated"] is None
    # Measured when it was heard, not when it was computed.
    t, body = samples[-1]
    assert 0 <= 100_000 + t * 1000 - body["ms"] < 60


async def test_i_and_q_are_sent_for_a_minute_when_asked(rig: MakeRig) -> None:
    made = rig()
    await made.run(1.0)
    assert not made.letters("w")
    assert made.ask("rate", stream="ultrasound", hz=1000)["ok"]
    await made.run(2.0)
    chunks = [payload for _, payload in made.letters("w")]
    assert len(chunks) == 40
    steady = quadratures(chunks[10:])
    assert all(each.emitting and not each.settling and not each.lost for each in steady)
    assert {each.samples.shape for each in steady} == {(50, 2)}
    assert steady[0].level == -20.0
    assert np.abs(steady[0].samples).min() > 0.05
    assert made.ask("rate", stream="ultrasound", hz=0)["ok"]
    await made.run(1.0)
    assert len(made.letters("w")) == 40


async def test_chunks_are_counted_and_timed_by_their_samples(rig: MakeRig) -> None:
    made = rig(share=True)
    await made.run(1.0)
    stamps = [read_chunk(payload).stamp for _, payload in made.letters("w")]
    assert [each.number for each in stamps] == list(range(20))
    assert np.allclose(np.diff([each.ms for each in stamps]), 50.0)
    # The stamp is of the last sample; the filter's delay of 14 ms is taken off.
    assert stamps[0].ms == pytest.approx(100_000 + 49 - 14.02, abs=0.1)


async def test_the_delay_of_the_card_is_found_by_the_tone_itself(rig: MakeRig) -> None:
    made = rig()
    made.room.delay = 9_999
    await made.run(1.0)
    assert made.node.listener.delay == pytest.approx(2_880 + 127, abs=48)


async def test_an_idle_room_hears_the_tone_less_than_half_of_the_time(rig: MakeRig) -> None:
    made = rig(share=True)
    await made.run(2.0)
    idle = len(made.letters("w"))
    await made.run(6.0)
    flags = quadratures([payload for _, payload in made.letters("w")[idle:]])
    whole = sum(each.emitting and not each.settling for each in flags)
    assert 0.15 < whole / len(flags) < 0.4
    silent = [np.abs(each.samples).max() for each in flags if not (each.emitting or each.settling)]
    assert silent
    assert max(silent) < 0.01


async def test_the_home_says_that_somebody_is_there_and_is_believed_for_half_an_hour(
    rig: MakeRig,
) -> None:
    made = rig()
    await made.run(1.0)
    now = made.node.t
    assert not made.ask("presence")["ok"]
    assert made.ask("presence", occupied=True)["ok"]
    assert made.node.pacing.is_occupied(now + 1790.0)
    assert not made.node.pacing.is_occupied(now + 1810.0)
    assert made.ask("presence", occupied=False)["ok"]
    assert not made.node.pacing.is_occupied(made.node.t)


async def test_standby_is_silent_and_survives_a_restart(rig: MakeRig) -> None:
    made = rig(share=True)
    await made.run(1.0)
    assert made.ask("standby", on=True)["ok"]
    await made.run(0.5)
    before = len(made.done)
    await made.run(2.0)
    assert made.done[before:] == []
    assert not made.node.render(4_800).any()
    kept = made.effects(Save)[-1].kept
    assert kept.standby
    again = rig(kept=kept_from(kept.to_json()))
    await again.run(1.0)
    assert not again.letters("s")
    assert again.ask("standby", on=False)["ok"]
    await again.run(1.0)
    assert again.letters("s")


async def test_a_first_start_chooses_a_tone_and_keeps_it(rig: MakeRig) -> None:
    made = rig(kept=Kept())
    await made.run(1.0)
    await made.calibrated()
    kept = made.effects(Save)[-1].kept
    assert kept.level is not None
    assert kept.level <= made.node.options.hardware.ceiling
    assert any("the tone is" in each.text for each in made.effects(Note))
    await made.run(2.0)
    tone = made.samples()[-1][1]
    assert made.node.emitter.level == kept.level
    assert made.node.listener.carrier == kept.carrier
    assert tone["motion"]


async def test_a_room_without_a_speaker_is_called_silent(rig: MakeRig) -> None:
    made = rig(kept=Kept())
    made.node.render = lambda count: np.zeros((count, 2), dtype=np.float32)  # type: ignore[method-assign]
    made._blocks = made.room.blocks(made.node.render)
    await made.run(5.0)
    await made.calibrated()
    await made.run(1.0)
    troubles = [body["ultrasound"]["trouble"] for _, body in made.samples() if "ultrasound" in body]
    assert troubles[-1] == "silent"
    assert any(each.wrong for each in made.effects(Note))


async def test_the_quiet_room_is_learned_and_survives_a_restart(rig: MakeRig) -> None:
    made = rig()
    await made.run(1.0)
    assert made.ask("calibrate", kind="floor")["ok"]
    await made.run(2.0)
    assert len(made.letters("w")) == 40
    await made.calibrated()
    await made.run(1.0)
    told = made.node.tone()
    assert isinstance(told["calibrated"], float)
    assert BEGAN < told["calibrated"] < BEGAN + 120
    again = rig(kept=kept_from(json.loads(json.dumps(made.effects(Save)[-1].kept.to_json()))))
    await again.run(1.0)
    assert again.node.tone()["calibrated"] == told["calibrated"]


async def test_a_sound_comes_before_a_calibration_which_begins_anew(rig: MakeRig) -> None:
    made = rig(kept=Kept())
    await made.run(3.0)
    made.node.emitter.play(Sound(np.full(48_000, 0.2, dtype=np.float32), 48_000))
    await made.run(1.5)
    assert made.node.tuning.calibrating
    await made.calibrated()
    assert made.effects(Save)[-1].kept.level is not None


async def test_an_empty_room_is_learned_without_being_asked(
    rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "FADED_S", 5.0)
    made = rig()
    await made.run(4.0)
    assert not made.letters("w")
    await made.run(2.0)
    assert made.node.tuning.calibrating
    assert not made.node.tuning.sweeping


async def test_nothing_is_learned_while_somebody_moves(rig: MakeRig) -> None:
    made = rig(setting(visitor=WALKER | {"enters": 1.0, "stays": 30.0}))
    await made.run(3.0)
    assert made.ask("calibrate", kind="floor")["ok"]
    await made.run(15.0)
    assert made.node.tuning.calibrating
    assert made.node.sensing.detector.calibration.progress is None


async def test_the_tone_is_never_louder_than_calibration_chose(rig: MakeRig) -> None:
    made = rig()
    await made.run(1.0)
    refused = made.ask("emit", level_db=-19.0)
    assert not refused["ok"]
    assert "calibrat" in str(refused["error"])
    assert made.ask("emit", level_db=-26.0)["ok"]
    await made.run(3.0)
    assert made.node.emitter.level == -26.0


async def test_another_carrier_is_taken_up_without_a_movement(rig: MakeRig) -> None:
    made = rig(share=True)
    await made.run(2.0)
    assert made.ask("emit", carrier_hz=21_600.0, duty=1.0)["ok"]
    await made.run(3.0)
    last = quadratures([payload for _, payload in made.letters("w")[-10:]])
    assert {each.carrier for each in last} == {21_600.0}
    assert all(each.emitting and not each.settling for each in last)
    assert np.abs(last[-1].samples).min() > 0.05
    levels = {body["motion"]["state"] for _, body in made.samples() if "motion" in body}
    assert levels == {"none"}
    assert not made.ask("emit", carrier_hz=12_000.0)["ok"]


async def test_pets_are_minded_and_remembered(rig: MakeRig) -> None:
    made = rig()
    await made.run(1.0)
    assert made.ask("emit", pets=True)["ok"]
    await made.run(3.0)
    assert made.node.emitter.level == -30.0
    assert made.node.tone()["pets"] is True
    assert made.effects(Save)[-1].kept.pets is True


async def test_sounds_are_fetched_then_played_and_marked(rig: MakeRig) -> None:
    made = rig(share=True)
    await made.run(1.0)
    assert made.ask("play", sound="bell", volume=0.5) == {}
    (fetch,) = made.effects(Fetch)
    assert (fetch.source, fetch.volume, fetch.remote) == ("bell", 0.5, False)
    sound = Sound(np.full(24_000, 0.3, dtype=np.float32), 48_000)
    made._note(made._obedience.fetched(fetch, sound))
    await made.run(1.0)
    marked = [each.playback for each in quadratures([p for _, p in made.letters("w")])]
    assert 9 <= sum(marked) <= 13
    answers = [json.loads(payload) for _, payload in made.letters("ack")]
    assert answers == [{"id": fetch.id, "ok": True}]
    again = made._obedience.fetched(Fetch("other", "x", 1.0), "there is no sound 'x'")
    assert b"there is no sound" in again[0].payload  # type: ignore[union-attr]


async def test_alarms_are_handed_to_whoever_keeps_them_and_answered_then(rig: MakeRig) -> None:
    made = rig()
    await made.run(0.2)
    assert made.ask("alarm", occurrence="a", op="dismiss") == {}
    (wake,) = made.effects(Wake)
    assert wake.order == Dismiss("a")
    made._note(made._obedience.woken(wake, "the disk is full"))
    (_, answer), *_ = made.letters("ack")
    assert json.loads(answer) == {"id": wake.id, "ok": False, "error": "the disk is full"}
    assert made.ask("alarm", op="dismiss")["ok"] is False


async def test_alarms_are_announced_and_what_becomes_of_them_is_told(rig: MakeRig) -> None:
    made = rig()
    assert json.loads(made.node.announce().payload)["alarms"] == []
    state = advance(Alarms(), Now(BEGAN, 5.0))
    state = step(state, SetAlarm("a", BEGAN + 60.0, 60.0), Now(BEGAN, 5.0))
    made.node.alarms = state.alarms
    announced = json.loads(made.node.announce().payload)
    assert announced["alarms"] == [{"id": "a", "at": BEGAN + 60.0}]
    (event,) = advance(state, Now(BEGAN + 60.0, 65.0)).events
    letter = made.node.tell(event, 161.5)
    assert (letter.topic, letter.qos, letter.retain) == (ADDRESS.topic("e", "alarm"), 1, False)
    told = json.loads(letter.payload)
    assert told["id"] == event.id
    del told["id"]
    assert told == {
        "b": 77,
        "n": 0,
        "ms": 161_500,
        "occurrence": "a",
        "event": "ringing",
        "at": BEGAN + 60.0,
    }


async def test_a_light_is_handed_to_whoever_has_one(rig: MakeRig) -> None:
    made = rig()
    await made.run(0.2)
    assert made.ask("light", brightness=0.5, rgb=[255, 51, 0], ramp_s=60) == {}
    (shine,) = made.effects(Shine)
    assert (shine.glow, shine.seconds) == (Glow(0.5, (1.0, 0.2, 0.0)), 60.0)
    made._note(made._obedience.shone(shine, "this node has no light"))
    (_, answer), *_ = made.letters("ack")
    assert json.loads(answer)["error"] == "this node has no light"


async def test_a_light_that_it_has_is_announced_and_what_it_becomes(rig: MakeRig) -> None:
    made = rig()
    await made.run(0.2)
    assert "light" not in json.loads(made.node.announce().payload)
    made.node.light = Light(Glow(0.0), coloured=True)
    assert made.ask("light", brightness=0.5, rgb=[255, 51, 0], ramp_s=60) == {}
    (shine,) = made.effects(Shine)
    answer, announced = made._obedience.shone(shine, None)
    assert isinstance(answer, Letter)
    assert json.loads(answer.payload)["ok"] is True
    assert isinstance(announced, Letter)
    assert announced.retain
    assert json.loads(announced.payload)["light"] == {"brightness": 0.5, "rgb": [255, 51, 0]}
    made.node.light = Light(Glow(0.25), coloured=False)
    assert json.loads(made.node.announce().payload)["light"] == {"brightness": 0.25}
    made._obedience.shone(shine, "it cannot be written")
    assert json.loads(made.node.announce().payload)["light"] == {"brightness": 0.25}


async def test_no_sound_is_played_over_an_alarm(rig: MakeRig) -> None:
    made = rig()
    await made.run(0.2)
    made.node.emitter.ring(Voice(np.ones(480, dtype=np.float32), 48_000, 0.5))
    assert "an alarm rings" in str(made.ask("play", sound="bell")["error"])
    assert made.ask("play", volume=0)["ok"]
    assert made.node.emitter.ringing


@pytest.mark.parametrize(
    ("name", "keys", "error"),
    [
        ("light", {}, "brightness must be"),
        ("light", {"brightness": 1, "rgb": [1, 2]}, "rgb must be 3 numbers"),
        ("light", {"brightness": 1, "rgb": [1, 2, 300]}, "rgb must be 3 numbers"),
        ("dance", {}, "knows no dance"),
        ("rate", {"stream": "radar", "hz": 1}, "this node has ultrasound"),
        ("rate", {"stream": "ultrasound"}, "hz must be a number"),
        ("standby", {}, "on must be true or false"),
        ("calibrate", {"kind": "moon"}, "one of sweep, floor, all"),
        ("play", {"url": "x" * 3000}, "url must"),
        ("play", {}, "must name a file"),
        ("emit", {"duty": 7}, "duty must be a number"),
        ("air", {"temp": 500}, "temp must be a number"),
    ],
)
async def test_refusals_say_what_to_do(
    rig: MakeRig, name: str, keys: dict[str, str], error: str
) -> None:
    made = rig()
    await made.run(0.2)
    answer = made.ask(name, **keys)
    assert answer["ok"] is False
    assert error in str(answer["error"])


async def test_rebirth_says_everything_again(rig: MakeRig) -> None:
    made = rig()
    await made.run(0.5)
    assert made.ask("rebirth")["ok"]
    (_, payload), *_ = made.letters("info")
    info = json.loads(payload)
    assert info["boot"] == 77
    assert info["room"] == "living-room"
    stream = info["streams"]["ultrasound"]
    assert (stream["enc"], stream["mics"], stream["rate_hz"]) == ("iq", 2, 1000.0)
    assert stream["computes"] is True
    low, high = stream["carriers_hz"]
    assert 18_000 <= low <= high < 24_000
    before = len(made.samples())
    await made.run(0.1)
    assert "ultrasound" in made.samples()[before][1]


async def test_a_node_that_is_too_slow_leaves_sound_out_and_says_so(rig: MakeRig) -> None:
    made = rig(steady=True)
    slow = made.node.sensing.detector.step

    def step(reading: Quadrature, t: float) -> object:
        made.cpu[0] += 0.04
        return slow(reading, t)

    made.node.sensing.detector.step = step  # type: ignore[method-assign, assignment]
    await made.run(6.0)
    budget = made.node.sensing.budget
    assert budget.dropped > 20
    assert budget.used <= 0.25 + 0.5 / 6.0 + 0.01
    assert made.node.tone()["trouble"] == "overloaded"
    assert len([body for t, body in made.samples() if t > 2 and "motion" in body]) >= 15


async def test_missing_samples_are_marked_and_survived(rig: MakeRig) -> None:
    made = rig(share=True, steady=True)
    await made.run(2.0)
    block = await anext(made._blocks)
    made._note(made.node.hear(block.samples, 1_000))
    await made.run(2.0)
    chunks = quadratures([payload for _, payload in made.letters("w")])
    (lost,) = [each for each in chunks if each.lost]
    assert lost.settling
    after = chunks[chunks.index(lost) + 1 :]
    assert all(each.emitting and not each.settling for each in after)
    stamps = [read_chunk(payload).stamp.ms for _, payload in made.letters("w")]
    assert np.allclose(np.diff(stamps) % 50.0, 0.0)
    assert made.node.listener.delay is not None
    levels = {body["motion"]["state"] for _, body in made.samples() if "motion" in body}
    assert levels == {"none"}


async def test_somebody_is_seen_between_the_bursts_of_an_idle_room(rig: MakeRig) -> None:
    made = rig(setting(visitor=WALKER))
    await made.run(16.0)
    first = next(
        t for t, body in made.samples() if "motion" in body and body["motion"]["state"] == "major"
    )
    assert 4.0 < first < 14.5


async def test_uncertain_moments_are_kept_whole_and_here(rig: MakeRig) -> None:
    made = rig(setting(visitor=WALKER), snippets=True)
    await made.run(11.0)
    # Whatever the detector is sure of, a score in the middle makes a moment uncertain.
    real = made.node.sensing.step

    def unsure(reading: Quadrature, t: float) -> object:
        verdicts = real(reading, t)
        made.node.sensing.seen = replace(made.node.sensing.seen, score=0.5)
        return verdicts

    made.node.sensing.step = unsure  # type: ignore[method-assign, assignment]
    await made.run(6.0)
    snippet = made.effects(Snippet)[-1]
    first, *chunks = [letter for _, letter in snippet.letters]
    assert first.topic == ADDRESS.topic("info")
    assert len(chunks) in range(100, 201)
    pipeline = Pipeline(House("home", automatic=True))
    for t, letter in snippet.letters:
        pipeline.receive(Message(letter.topic, letter.payload, t))
    assert pipeline.current(snippet.letters[-1][0])
    assert not made.letters("w")
