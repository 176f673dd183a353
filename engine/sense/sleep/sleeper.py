"""One sleeper: from what is measured of them to their stages, their intent and their nights."""

import math
from zlib import crc32

from ...core.house import Sleeper
from ...core.output import (
    Environment,
    Fact,
    SessionEvent,
    SleepIntent,
    SleepSession,
    SleepStage,
)
from ...core.reading import Breath, Vitals
from ...core.sleep import EPOCH_S, Stage
from ...core.snapshot import (
    Json,
    SnapshotError,
    item,
    number_in,
    optional_number_in,
    text_in,
)
from .attention import Attention
from .belief import Belief
from .epoch import SleepEpoch
from .intent import Intent, Judged
from .monitor import Monitor
from .morning import night_of
from .record import Record, Row
from .report import report
from .session import Moment, Seen, Session
from .stager import UNMEASURED, Staged, Stager
from .trying import Trying

_LATE = 2.0
"""Seconds after its end at which an epoch is closed at the earliest, so that what is under way
arrives."""

_SPREAD = 4.0
"""Seconds over which a home's sleepers have their turns, so that nobody who comes in waits for a
light until everybody's epoch is closed."""

_DIGITS = 3

type Told = tuple[float, Fact]
"""A fact, and the time that it is about, unix seconds."""


class SleepTracker:
    """Follows one sleeper, while they are in bed and until their session is over.

    `heard` is when the node last said anything about them, host time; `attention` is whom the
    node measures.
    """

    def __init__(self, sleeper: Sleeper) -> None:
        self._sleeper = sleeper.id
        self._late = _LATE + _SPREAD * crc32(sleeper.id.encode()) / 2**32
        self.heard = -math.inf
        self._monitor = Monitor()
        self.attention = Attention(sleeper)
        self._stage = SleepStage(sleeper.id, None, None)
        self._intended = SleepIntent(sleeper.id, None)
        self._begin(None)

    def configure(self, sleeper: Sleeper) -> None:
        """Take up another description of the bed."""
        self.attention.configure(sleeper)

    def _begin(self, end: float | None) -> None:
        """Forget the night; the next one's first epoch ends at `end`, None for none."""
        self._next = end
        self._stager = Stager()
        self._intent = Intent()
        self._session = Session()
        self._record = Record()
        self._trying = Trying()
        self._judged: Judged | None = None
        self._belief = Belief()

    @property
    def is_frozen(self) -> bool:
        """Whether the module hangs and says the same over and over."""
        return self._monitor.is_frozen

    def breath(self, reading: Breath) -> None:
        """A piece of a waveform."""
        self._monitor.breath(reading)

    def vitals(self, reading: Vitals, at: float) -> None:
        """Rates as a module computed them, measured at `at`."""
        self._monitor.vitals(reading, at)

    def moved(self, level: float, at: float, t: float) -> None:
        """How much a body moved (0-1), measured at `at` and heard at t."""
        self._monitor.moved(level, at)
        self.attention.moved(t, level)

    def measured(self, distances: tuple[float, ...], at: float, t: float) -> None:
        """How far away bodies are, nearest first; metres, measured at `at` and heard at t."""
        if distances:
            self._monitor.measured(distances[0], at)
            self.attention.measured(t, distances)

    @property
    def facts(self) -> tuple[SleepIntent, SleepStage]:
        """What was told last."""
        return self._intended, self._stage

    @property
    def due(self) -> float | None:
        """When the next epoch is to be closed; None while nobody is followed."""
        return None if self._next is None else self._next + self._late

    def watch(self, t: float, since: float | None) -> None:
        """Somebody is in bed at time t, and was since then; follow them if nobody is yet."""
        if self._next is None:
            # What was measured lately is still there to be looked at.
            since = max(t - EPOCH_S, t if since is None else since)
            self._begin((math.floor(since / EPOCH_S) + 1) * EPOCH_S)

    def close(self, t: float, seen: Seen, place: tuple[str, str], air: Environment) -> list[Told]:
        """Close the epochs that are due at time t, and say what follows.

        `place` is the site and the room.
        """
        told: list[Told] = []
        while self._next is not None and self._next + self._late <= t:
            told += self._close(self._next, seen, place, air)
        return told

    def stop(self, place: tuple[str, str]) -> list[Told]:
        """Follow them no more; a session ends with what is known."""
        told = [] if self._next is None else self._say(self._session.stop(), place)
        at = self._session.end if self._next is None else self._next
        self._begin(None)
        self._monitor = Monitor()
        return told + self._tell(at, UNMEASURED, None)

    def _close(
        self, end: float, seen: Seen, place: tuple[str, str], air: Environment
    ) -> list[Told]:
        sensed = self._monitor.epoch(end, self.attention.others(end))
        if seen.in_bed is False:
            sensed = SleepEpoch(sensed.start)
        judged = self._judged = self._intent.step(sensed) if seen.in_bed else None
        staged = self._stager.step(sensed)
        self._belief.count(staged.stage)
        asleep, staged = self._belief.of(staged, judged, self._session, self._stage.stage)
        moments = self._session.step(end, seen, asleep=asleep, may_start=self.attention.is_person)
        if self._session.is_up:
            staged = Staged(Stage.AWAKE, None, None)
        evidence = None if judged is None else judged.evidence
        row = self._record.add(Row(sensed, seen.in_bed, staged, evidence, air))
        self._trying.step(row.evidence, row.sensed.distance)
        self._next = end + EPOCH_S
        told = self._tell(end, staged, None if judged is None else judged.score)
        told += self._say(moments, place)
        if self._session.is_over or self._session.start is None:
            told += self._tell(end, UNMEASURED, None)
            self._begin(self._next if seen.in_bed else None)
        return told

    def _tell(self, at: float, staged: Staged, score: float | None) -> list[Told]:
        """What is worth telling: every epoch of which something is known, and that it is not."""
        told: list[Told] = []
        confidence = None if staged.confidence is None else round(staged.confidence, 3)
        likely = staged.probabilities
        each = None if likely is None else tuple(round(p, _DIGITS) for p in likely)
        stage = SleepStage(self._sleeper, staged.stage, confidence, each)
        intent = SleepIntent(self._sleeper, None if score is None else round(score, 2))
        if intent != self._intended:
            told.append((at, intent))
        if stage.stage is not None or self._stage.stage is not None:
            told.append((at, stage))
        self._intended, self._stage = intent, stage
        return told

    def _say(self, moments: list[Moment], place: tuple[str, str]) -> list[Told]:
        return [
            (
                moment.at,
                SleepSession(
                    self._sleeper,
                    moment.event,
                    self._report(place) if moment.event is SessionEvent.ENDED else None,
                ),
            )
            for moment in moments
        ]

    def _report(self, place: tuple[str, str]) -> Json:
        attention = self.attention
        rows = list(self._record.rows())
        names = (*place, self._sleeper)
        night = night_of(names, self._session, rows, self._trying, attention.place, attention.owner)
        return report(night).to_json()

    def explain(self) -> dict[str, Json]:
        """Why the sleeper is in the state they are in.

        `terms` are what each measure of the last epoch says for trying to sleep, `evidence` all of
        it and `level` its mean since it last changed; natural logarithms of odds.
        """
        session, attention, judged = self._session, self.attention, self._judged
        bed, strip, level = attention.place.bed, attention.place.strip, self._trying.level()
        return {
            "sleeper": self._sleeper,
            "measured": "frozen" if self.is_frozen else str(attention.whose),
            "certainty": round(attention.certainty, _DIGITS),
            "bed": None if bed is None else [round(bed.near, 2), round(bed.far, 2)],
            "strip": None if strip is None else [round(strip.near, 2), round(strip.far, 2)],
            "place": _rounded(attention.place.own),
            "place_confidence": _rounded(attention.place.confidence),
            "stage": None if self._stage.stage is None else str(self._stage.stage),
            "confidence": self._stage.confidence,
            "intent": self._intended.score,
            "terms": {}
            if judged is None
            else {name: round(value, _DIGITS) for name, value in judged.terms.items()},
            "evidence": None if judged is None else _rounded(judged.evidence),
            "level": None if level is None or math.isnan(level.mean) else _rounded(level.mean),
            "session": None
            if session.start is None
            else {
                "started": session.is_on,
                "start": session.start,
                "asleep": session.asleep,
                "woke": session.woke,
                "up_since": session.up_since,
            },
            "epochs": len(self._record),
            "next_epoch": self._next,
        }

    def snapshot(self) -> Json:
        """The state as JSON."""
        stage = self._stage
        return {
            "next": self._next,
            "said_asleep": self._belief.said_asleep,
            "heard": self.heard if math.isfinite(self.heard) else None,
            "told": [
                self._intended.score,
                None if stage.stage is None else str(stage.stage),
                stage.confidence,
            ],
            "monitor": self._monitor.snapshot(),
            "attention": self.attention.snapshot(),
            "stager": self._stager.snapshot(),
            "intent": self._intent.snapshot(),
            "session": self._session.snapshot(),
            "record": self._record.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none.

        A part that does not fit begins anew, and only that part.
        """
        told, end = item(state, "told"), optional_number_in(state, "next")
        score, confidence = optional_number_in(told, 0), optional_number_in(told, 2)
        stage = None if item(told, 1) is None else Stage(text_in(told, 1))
        self._begin(end)
        self._belief = Belief(int(number_in(state, "said_asleep")))
        heard = optional_number_in(state, "heard")
        self.heard = -math.inf if heard is None else heard
        self._intended = SleepIntent(self._sleeper, score)
        self._stage = SleepStage(self._sleeper, stage, confidence)
        self._session.restore(item(state, "session"))
        self._record.restore(item(state, "record"))
        for row in self._record.rows():
            self._trying.step(row.evidence, row.sensed.distance)
        self._intent.restore(item(state, "intent"))
        self.attention.restore(item(state, "attention"))
        try:
            self._monitor.restore(item(state, "monitor"))
        except SnapshotError:
            self._monitor = Monitor()  # an epoch or two are not measured
        try:
            self._stager.restore(item(state, "stager"))
        except SnapshotError:
            self._stager = Stager()  # other weights: what they remembered means nothing here


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
