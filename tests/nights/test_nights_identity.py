"""Whose the body is that a node measures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from halcyon.core.sleep import EPOCH_S
from halcyon.sense.sleep.epoch import Breathing, SleepEpoch
from halcyon.sense.sleep.geometry import Interval, Place
from halcyon.sense.sleep.identity import ABSENT_AFTER, Identity, Whose, attributed
from halcyon.sense.sleep.likeness import Owner
from halcyon.sense.sleep.second import Second
from halcyon.sense.sleep.stuck import STUCK_AFTER, Stuck


@dataclass(frozen=True)
class Body:
    distance: float
    rate: float
    depth: float = 8.0


OWNER = Body(0.7, 13.5)
PARTNER = Body(1.15, 15.0, 6.0)
CAT = Body(0.7, 25.0, 2.5)
PLACE = Place(Interval(0.4, 1.4), None, OWNER.distance, 0.8)


def seconds(body: Body | None, count: int, start: float) -> Iterator[Second]:
    rng = np.random.default_rng(int(start) + count)
    for k, (far, pace, deep) in enumerate(rng.normal(0.0, 1.0, (count, 3)).tolist()):
        if body is None:
            yield Second(start + k, present=False)
            continue
        yield Second(
            start + k,
            present=True,
            distance=round(body.distance + 0.03 * far, 2),
            rate=body.rate * (1 + 0.05 * pace),
            quality=0.85,
            amplitude=body.depth * (1 + 0.1 * deep),
        )


def follow(
    identity: Identity, body: Body | None, count: int, start: float, place: Place = PLACE
) -> list[Whose]:
    return [identity.take(each, place) for each in seconds(body, count, start)]


@pytest.fixture
def known() -> Identity:
    """An owner who was followed for an hour and has got up since."""
    identity = Identity()
    follow(identity, OWNER, 3600, 0.0)
    follow(identity, None, 120, 3600.0)
    return identity


def share(said: list[Whose], whose: Whose) -> float:
    return said.count(whose) / len(said)


def test_the_owner_is_followed(known: Identity) -> None:
    assert share(follow(known, OWNER, 600, 4000.0), Whose.OWN) == 1.0
    assert np.exp(known.owner.rate) == pytest.approx(OWNER.rate, rel=0.03)


@pytest.mark.parametrize("other", [PARTNER, CAT, Body(1.5, 13.5), Body(0.6, 28.0, 3.0)])
def test_a_partner_or_a_pet_does_not_become_the_owner(known: Identity, other: Body) -> None:
    assert share(follow(known, other, 600, 4000.0)[60:], Whose.OTHER) == 1.0
    assert np.exp(known.owner.rate) == pytest.approx(OWNER.rate, rel=0.03)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.4, 0.9), st.floats(11.0, 18.0), st.floats(11.0, 18.0))
def test_somebody_at_forty_centimetres_is_told_apart(
    apart: float, own: float, other: float
) -> None:
    owner, partner = replace(OWNER, rate=own), Body(OWNER.distance + apart, other)
    identity = Identity()
    follow(identity, owner, 1800, 0.0)
    stays = follow(identity, partner, 600, 1800.0)
    back = follow(identity, owner, 600, 2400.0)
    # Somebody who breathes just like the owner is told by the distance alone, within minutes.
    assert share(stays[150:], Whose.OTHER) > 0.98
    assert share(back[90:], Whose.OWN) > 0.98


def test_the_owner_who_comes_back_beside_a_partner_is_found_soon(known: Identity) -> None:
    follow(known, PARTNER, 900, 4000.0)
    assert share(follow(known, OWNER, 60, 4900.0)[40:], Whose.OWN) == 1.0


def test_whoever_is_first_is_followed_until_the_nearer_comes() -> None:
    identity = Identity()
    unknown = Place()
    assert share(follow(identity, PARTNER, 600, 0.0, unknown), Whose.OWN) == 1.0
    theirs = Place(Interval(0.9, 1.4), None, PARTNER.distance, 0.15)
    follow(identity, PARTNER, 300, 600.0, theirs)
    near = follow(identity, OWNER, 600, 900.0, theirs)
    assert share(near[60:], Whose.OWN) > 0.9
    own = replace(PLACE, confidence=0.2)
    assert share(follow(identity, OWNER, 600, 1500.0, own), Whose.OWN) > 0.95
    assert share(follow(identity, PARTNER, 600, 2100.0, own)[90:], Whose.OTHER) == 1.0


def test_an_unknown_animal_is_not_followed_and_a_quick_breather_is() -> None:
    assert share(follow(Identity(), Body(0.7, 25.0), 600, 0.0, Place())[60:], Whose.OTHER) == 1.0
    assert share(follow(Identity(), Body(0.7, 19.0), 600, 0.0, Place()), Whose.OWN) == 1.0


def test_nobody_is_there_once_the_radar_says_so(known: Identity) -> None:
    follow(known, OWNER, 300, 4000.0)
    said = follow(known, None, 60, 4300.0)
    assert said[int(ABSENT_AFTER) + 1] is Whose.NOBODY


def test_turning_over_changes_nobody(known: Identity) -> None:
    follow(known, OWNER, 600, 4000.0)
    stirred = [replace(e, quality=0.1, rate=9.0) for e in seconds(OWNER, 25, 4600.0)]
    assert {known.take(each, PLACE) for each in stirred} == {Whose.OWN}
    turned = replace(OWNER, distance=0.82, depth=4.0)
    assert share(follow(known, turned, 600, 4625.0), Whose.OWN) == 1.0


def test_seconds_of_the_past_change_nothing(known: Identity) -> None:
    follow(known, OWNER, 60, 4000.0)
    before = known.snapshot()
    follow(known, PARTNER, 60, 3900.0)
    assert known.snapshot() == before


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 899))
def test_a_restored_identity_says_the_same(cut: int) -> None:
    bodies = [*seconds(OWNER, 500, 0.0), *seconds(PARTNER, 400, 500.0)]
    whole, parted, said = Identity(), Identity(), list[Whose]()
    expected = [whole.take(each, PLACE) for each in bodies]
    for number, each in enumerate(bodies):
        if number == cut:
            saved = parted.snapshot()
            parted = Identity()
            parted.restore(saved)
        said.append(parted.take(each, PLACE))
    assert said == expected
    assert parted.snapshot() == whole.snapshot()


def test_the_night_is_corrected_from_both_ends() -> None:
    owner = Owner(rate=float(np.log(OWNER.rate)), support=3600.0)
    courses = [(PARTNER, 40), (OWNER, 200), (None, 10), (OWNER, 100), (PARTNER, 60)]
    epochs, truth = list[SleepEpoch](), list[bool | None]()
    rng = np.random.default_rng(4)
    for body, count in courses:
        for _ in range(count):
            start = len(epochs) * EPOCH_S
            if body is None:
                epochs.append(SleepEpoch(start))
                truth.append(None)
                continue
            # A posture, or a radar that looks at the other for a moment.
            distance = body.distance + rng.normal(0.0, 0.04) + (0.4 if rng.uniform() < 0.03 else 0)
            rate = body.rate * rng.normal(1.0, 0.08)
            epochs.append(SleepEpoch(start, Breathing(rate, 0.8), None, None, distance))
            truth.append(body is OWNER)
    said = attributed(epochs, PLACE, owner)
    assert [each is None for each in said] == [each is None for each in truth]
    wrong = sum(one is not other for one, other in zip(said, truth, strict=True))
    assert wrong <= 10


def test_a_distance_that_outlasts_a_movement_is_stuck() -> None:
    stuck = Stuck()
    for t in range(int(STUCK_AFTER) - 10):
        assert stuck.trusted(Second(float(t), distance=1.8, movement=0.0)) == 1.8
    for t in range(int(STUCK_AFTER), 2 * int(STUCK_AFTER)):
        # Lying still is no reason for doubt.
        assert stuck.trusted(Second(float(t), distance=1.8, movement=0.0)) == 1.8
    later = 2 * STUCK_AFTER
    assert stuck.trusted(Second(later, distance=1.8, movement=0.8)) is None
    other = Stuck()
    other.restore(stuck.snapshot())
    assert other.trusted(Second(later + 1, distance=1.8)) is None
    assert other.trusted(Second(later + 2, distance=1.79)) == 1.79


@pytest.mark.parametrize(
    ("rate", "chest", "heart"), [(17.5, 0.9, None), (20.0, 1.5, 110.0), (16.0, 1.2, 100.0)]
)
def test_no_session_may_start_of_an_animal(rate: float, chest: float, heart: float | None) -> None:
    identity = Identity()
    for each in seconds(Body(0.7, rate), 600, 0.0):
        body = replace(each, chest=chest, heart=heart, amplitude=chest * 2.5)
        identity.take(body, Place(), walked_in=False)
        assert identity.humanity < 3.0


@pytest.mark.parametrize(("rate", "chest", "heart"), [(14.0, 3.0, None), (19.0, 4.0, 74.0)])
def test_a_person_is_one_whether_or_not_they_were_seen_to_come(
    rate: float, chest: float, heart: float | None
) -> None:
    for walked_in in (True, False, None):
        identity = Identity()
        for each in seconds(Body(0.7, rate), 300, 0.0):
            body = replace(each, chest=chest, heart=heart, amplitude=chest * 2.5)
            assert identity.take(body, Place(), walked_in=walked_in) is Whose.OWN
        assert identity.humanity > 3.0


def test_a_heart_that_is_missing_is_an_animal_s() -> None:
    identity = Identity()
    for each in seconds(OWNER, 3600, 0.0):
        identity.take(replace(each, heart=60.0), PLACE)
    follow(identity, None, 120, 3600.0)
    other = Identity()
    other.restore(identity.snapshot())
    for each in seconds(OWNER, 600, 4000.0):
        identity.take(replace(each, heart=60.0), PLACE, walked_in=False)
        other.take(each, PLACE, walked_in=False)
    assert other.humanity < identity.humanity - 10.0


def test_only_an_animal_is_an_animal(known: Identity) -> None:
    follow(known, CAT, 300, 4000.0)
    assert known.is_animal
    follow(known, None, 60, 4300.0)
    follow(known, PARTNER, 300, 4400.0)
    assert known.whose is Whose.OTHER
    assert not known.is_animal
