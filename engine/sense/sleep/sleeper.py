"""One sleeper: from what is measured of them to their stages, their intent and their nights."""

from dataclasses import replace
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
from .epoch import SleepEpoch
from .geometry import BODY_M, Interval
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

_RESTS_FROM = 0.5
"""Score of intent below which who was not asleep before is told to be awake, whatever stages say:
they know little of people who read, of whom no laboratory has a record."""

_FALLS_ASLEEP_FROM = 0.75
"""Score of intent that falling asleep takes: lying awake reaches two thirds, light sleep nine
tenths (means over simulated evenings, to which it was fitted)."""

_BELIEVED_AFTER = 180
"""Epochs, an hour and a half, by which sleep must outnumber wake for stages to be believed all the
same: nine in ten people of a sleep clinic fell asleep sooner, and a radar may see little calm."""

_REACHED = frozenset({Stage.DEEP, Stage.REM})
"""The stages to which light sleep leads, and wake does not."""

_EVEN = 0.5
"""The probability of being awake from which it is likelier than all sleep together."""

_DIGITS = 3

type Told = tuple[float, Fact]
"""A fact, and the time that it is about, unix seconds."""


class SleepTracker:
    """Follows one sleeper, while they are in bed and until their session is over.

    `heard` is when the node last said anything about them, host time.
    """

    def __init__(self, sleeper: Sleeper) -> None:
        self._sleeper = sleeper.id
        self._late = _LATE + _SPREAD * crc32(sleeper.id.encode()) / 2**32
        self.heard = -math.inf
        self._monitor = Monitor()
        self._attention = Attention(sleeper)
        self._stage = SleepStage(sleeper.id, None, None)
        self._intended = SleepIntent(sleeper.id, None)
        self._begin(None)

    def configure(self, sleeper: Sleeper) -> None:
        """Take up another description of the bed."""
        self._attention.configure(sleeper)

    def _begin(self, end: float | None) -> None:
        """Forget the night; the next one's first epoch ends at `end`, None for none."""
        self._next = end
        self._stager = Stager()
        self._intent = Intent()
        self._session = Session()
        self._record = Record()
        self._trying = Trying()
        self._judged: Judged | None = None
        self._said_asleep = 0

    @property
    def is_theirs(self) -> bool:
        """Whether it is the sleeper whom the node measures, as far as can be told."""
        return self._attention.is_theirs

    @property
    def is_known(self) -> bool:
        """Whether it is them, by their breath, by coming in, or because nothing would show it."""
        return self._attention.is_known

    @property
    def has_settled(self) -> bool:
        """Whether somebody came in just now and keeps their place where they may lie."""
        return self._attention.has_settled

    def lies_at(self, distance: float) -> bool:
        """Whether a body at a distance, metres, is the sleeper in bed, as far as can be told.

        Before the bed's place is known, the place of who breathed there last stands for it.
        """
        bed, near = self._attention.place.bed, self._attention.breathed_at
        if bed is None and near is not None:
            bed = Interval(near - 2 * BODY_M, near + 2 * BODY_M)
        return self.is_theirs and bed is not None and bed.holds(distance)

    @property
    def is_frozen(self) -> bool:
        """Whether the module hangs and says the same over and over."""
        return self._monitor.is_frozen

    def breath(self, reading: Breath) -> None:
        """A piece of a waveform."""
        self._monitor.breath(reading)

    def breathes(
        self,
        t: float,
        rate: float | None,
        quality: float,
        depth: float | None = None,
        chest: float | None = None,
    ) -> None:
        """What is known at host time t of the breath before the node.

        It is breaths per minute, 0-1, and how deep they are, in the sensor's unit and in
        millimetres where these are known.
        """
        self._attention.breathes(t, rate, quality, depth, chest)

    def reported(self, t: float, rate: float | None, heart: float | None) -> None:
        """Breaths and beats a minute as a module computed them, heard at host time t."""
        self._attention.reported(t, rate, heart)

    def vitals(self, reading: Vitals, at: float) -> None:
        """Rates as a module computed them, measured at `at`."""
        self._monitor.vitals(reading, at)

    def moved(self, level: float, at: float, t: float) -> None:
        """How much a body moved (0-1), measured at `at` and heard at t."""
        self._monitor.moved(level, at)
        self._attention.moved(t, level)

    def measured(self, distances: tuple[float, ...], at: float, t: float) -> None:
        """How far away bodies are, nearest first; metres, measured at `at` and heard at t."""
        if distances:
            self._monitor.measured(distances[0], at)
            self._attention.measured(t, distances)

    def present(self, t: float, *, present: bool) -> None:
        """The radar's own verdict, heard at t."""
        self._attention.present(t, present=present)

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
        sensed = self._monitor.epoch(end, self._attention.others(end))
        if seen.in_bed is False:
            sensed = SleepEpoch(sensed.start)
        judged = self._judged = self._intent.step(sensed) if seen.in_bed else None
        staged = self._stager.step(sensed)
        if staged.stage is not None:
            more = 1 if staged.stage.is_sleep else -1
            self._said_asleep = max(0, self._said_asleep + more)
        staged = self._awake(staged, judged)
        moments = self._session.step(
            end,
            seen,
            asleep=self._sleeps(staged, judged),
            may_start=self._attention.is_person,
        )
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

    @property
    def _believed(self) -> bool:
        """Whether stages of sleep are believed, however little it looks like trying to."""
        return self._session.is_asleep or self._said_asleep >= _BELIEVED_AFTER

    def _sleeps(self, staged: Staged, judged: Judged | None) -> bool | None:
        """Whether they sleep, as far as falling asleep goes; None where nothing is known."""
        if staged.stage is None or not staged.stage.is_sleep or judged is None or self._believed:
            return None if staged.stage is None else staged.stage.is_sleep
        return judged.score >= _FALLS_ASLEEP_FROM

    def _awake(self, staged: Staged, judged: Judged | None) -> Staged:
        """What is told of an epoch's stage.

        Who does not try to sleep is awake, however calm they are, and whoever was awake just now,
        or did not fall asleep yet, neither dreams nor sleeps deeply: if they sleep, then lightly.
        """
        if staged.stage is None:
            return staged
        is_first = self._session.first_asleep is None
        needed = _FALLS_ASLEEP_FROM if is_first else _RESTS_FROM
        if judged is not None and judged.score < needed and not self._believed:
            return replace(staged, stage=Stage.AWAKE, confidence=1.0 - judged.score)
        shallow = is_first or self._stage.stage is Stage.AWAKE
        if not shallow or staged.stage not in _REACHED or staged.probabilities is None:
            return staged
        awake = staged.probabilities[0]
        stage = Stage.AWAKE if awake > _EVEN else Stage.LIGHT
        return replace(staged, stage=stage, confidence=max(awake, 1.0 - awake))

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
        attention = self._attention
        rows = list(self._record.rows())
        names = (*place, self._sleeper)
        night = night_of(names, self._session, rows, self._trying, attention.place, attention.owner)
        return report(night).to_json()

    def explain(self) -> dict[str, Json]:
        """Why the sleeper is in the state they are in.

        `terms` are what each measure of the last epoch says for trying to sleep, `evidence` all of
        it and `level` its mean since it last changed; natural logarithms of odds.
        """
        session, attention, judged = self._session, self._attention, self._judged
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
            "said_asleep": self._said_asleep,
            "heard": self.heard if math.isfinite(self.heard) else None,
            "told": [
                self._intended.score,
                None if stage.stage is None else str(stage.stage),
                stage.confidence,
            ],
            "monitor": self._monitor.snapshot(),
            "attention": self._attention.snapshot(),
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
        self._said_asleep = int(number_in(state, "said_asleep"))
        heard = optional_number_in(state, "heard")
        self.heard = -math.inf if heard is None else heard
        self._intended = SleepIntent(self._sleeper, score)
        self._stage = SleepStage(self._sleeper, stage, confidence)
        self._session.restore(item(state, "session"))
        self._record.restore(item(state, "record"))
        for row in self._record.rows():
            self._trying.step(row.evidence, row.sensed.distance)
        self._intent.restore(item(state, "intent"))
        self._attention.restore(item(state, "attention"))
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
