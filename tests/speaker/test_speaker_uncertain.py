"""Which moments are kept for training, and how much of the disk they may take."""

from pathlib import Path

from halcyon.core.capture import read_capture
from halcyon.core.reading import MotionLevel
from halcyon.service.captures import capture_lines
from halcyon.service.transport import Letter
from halcyon_speaker.sensing import Seen
from halcyon_speaker.snippets import Snippets
from halcyon_speaker.uncertain import SNIPPET_S, Uncertain

SURE = Seen(MotionLevel.NONE, 0.02)
UNSURE = Seen(MotionLevel.NONE, 0.5)
MOVES = Seen(MotionLevel.MAJOR, 0.98)


def lengths(seen: list[tuple[float, Seen]]) -> list[tuple[float, int]]:
    """When snippets are whole, and how many chunks they hold; a chunk every 50 ms."""
    watch, found, at = Uncertain(), [], 0.0
    for seconds, what in seen:
        for _ in range(round(seconds / 0.05)):
            at += 0.05
            if kept := watch.step(at, Letter("w", b""), what):
                found.append((round(at, 2), len(kept)))
    return found


def test_certainty_keeps_nothing() -> None:
    assert lengths([(30, SURE), (30, MOVES), (30, SURE)]) == []


def test_an_unsure_moment_is_kept_with_what_was_before_and_after() -> None:
    assert lengths([(20, SURE), (0.2, UNSURE), (20, SURE)]) == [(25.05, round(SNIPPET_S / 0.05))]


def test_a_movement_that_was_over_at_once_is_unsure() -> None:
    assert len(lengths([(20, SURE), (0.5, MOVES), (20, SURE)])) == 1
    assert lengths([(20, SURE), (5, MOVES), (20, SURE)]) == []


def test_a_restless_evening_keeps_one_a_minute() -> None:
    assert len(lengths([(20, SURE), (190, UNSURE)])) == 3


def test_the_oldest_are_removed_before_the_disk_fills(tmp_path: Path) -> None:
    letters = [
        (1_800_000_000.0 + n, Letter("halcyon/1/home/box/w/ultrasound", bytes(50)))
        for n in range(20)
    ]
    keeper = Snippets(tmp_path / "kept", 10_000)
    size = keeper.write(letters).stat().st_size
    keeper = Snippets(tmp_path / "kept", 7 * size // 2)
    names = [
        keeper.write([(t + 60 * number, letter) for t, letter in letters]).name
        for number in range(1, 7)
    ]
    kept = sorted(each.name for each in (tmp_path / "kept").iterdir())
    assert kept == names[-3:]


def test_one_that_is_larger_than_all_the_room_is_still_kept(tmp_path: Path) -> None:
    keeper = Snippets(tmp_path, 1)
    path = keeper.write([(1.0, Letter("a/b", b"x"))])
    assert path.exists()


def test_a_snippet_is_a_capture(tmp_path: Path) -> None:
    letters = [
        (10.0, Letter("halcyon/1/home/box/info", b"{}", 1, retain=True)),
        (10.5, Letter("x", b"y")),
    ]
    path = Snippets(tmp_path, 10_000).write(letters)
    _, messages = read_capture(capture_lines(path))
    assert [(each.host_t, each.topic, each.payload, each.retain) for each in messages] == [
        (10.0, "halcyon/1/home/box/info", b"{}", True),
        (10.5, "x", b"y", False),
    ]
