"""LEDs as Linux shows them: files in a folder for each."""

from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from halcyon_speaker import lamp as lamp_module
from halcyon_speaker.glow import WHITE, Fade, Glow, Light
from halcyon_speaker.lamp import Lamp, LampError
from stage.process import until


def led(folder: Path, name: str, greatest: int = 255, colours: str = "") -> Path:
    made = folder / name
    made.mkdir()
    (made / "max_brightness").write_text(f"{greatest}\n")
    (made / "brightness").write_text("0")
    if colours:
        (made / "multi_index").write_text(colours + "\n")
        (made / "multi_intensity").write_text("0 0 0")
    return made


def test_a_fade_begins_ends_and_never_leaves_what_is_between() -> None:
    fade = Fade(Glow(0.0), Glow(1.0, (1.0, 0.5, 0.0)), 100.0, 10.0)
    assert fade.at(99.0) == Glow(0.0)
    assert fade.at(105.0) == Glow(0.5, (1.0, 0.75, 0.5))
    assert fade.at(200.0) == fade.after
    assert not fade.is_over(109.9)
    assert fade.is_over(110.0)
    assert Fade(Glow(0.0), Glow(1.0), 100.0, 0.0).at(100.0) == Glow(1.0)


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_is_seen_as_brighter_is_brighter(low: float, high: float) -> None:
    dim, bright = sorted((low, high))
    assert 0 <= Glow(dim).emitted <= Glow(bright).emitted <= 1


async def test_a_light_of_one_colour(tmp_path: Path) -> None:
    made = led(tmp_path, "led0", 100)
    lamp = Lamp("led0", tmp_path)
    await lamp.shine(Glow(1.0), 0.0)
    assert (made / "brightness").read_text() == "100"
    await lamp.shine(Glow(0.5), 0.0)
    assert (made / "brightness").read_text() == "22"
    lamp.close()


async def test_a_light_of_several_colours_in_its_own_order(tmp_path: Path) -> None:
    made = led(tmp_path, "rgb", 255, "green red blue")
    lamp = Lamp("rgb", tmp_path)
    await lamp.shine(Glow(1.0, (1.0, 0.2, 0.0)), 0.0)
    assert (made / "multi_intensity").read_text() == "51 255 0"
    lamp.close()


async def test_what_a_light_is_can_be_seen(tmp_path: Path) -> None:
    led(tmp_path, "rgb", 255, "green red blue")
    led(tmp_path, "led0")
    lamp = Lamp("rgb", tmp_path)
    assert lamp.look() == Light(Glow(0.0), coloured=True)
    await lamp.shine(Glow(1.0, (1.0, 0.5, 0.0)), 0.0)
    assert lamp.look() == Light(Glow(1.0, (1.0, 0.5, 0.0)), coloured=True)
    lamp.close()
    assert Lamp("led0", tmp_path).look() == Light(Glow(0.0), coloured=False)
    assert Lamp("other", tmp_path).look() is None
    assert Lamp(None, tmp_path).look() is None


async def test_it_fades_and_a_new_wish_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lamp_module, "_STEP_S", 0.001)
    made = led(tmp_path, "led0", 10_000)

    def shown() -> int:
        return int((made / "brightness").read_text() or 0)

    lamp = Lamp("led0", tmp_path)
    await lamp.shine(Glow(1.0), 30.0)
    await until(lambda: shown() > 0, 10.0, "the first light")
    before = shown()
    await lamp.shine(Glow(1.0), 30.0)
    assert shown() >= before
    await lamp.shine(Glow(0.0), 0.0)
    await until(lambda: shown() == 0, 10.0, "darkness")
    lamp.close()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (None, r"\[light\] led \(this machine has led0\)"),
        ("other", "there is no LED 'other'; this machine has led0"),
        ("../led0", "there is no LED"),
    ],
)
async def test_what_is_not_there_is_said_with_what_is(
    tmp_path: Path, name: str | None, error: str
) -> None:
    led(tmp_path, "led0")
    with pytest.raises(LampError, match=error):
        await Lamp(name, tmp_path).shine(Glow(1.0, WHITE), 0.0)


async def test_one_that_may_not_be_changed_is_refused(tmp_path: Path) -> None:
    made = led(tmp_path, "led0")
    (made / "brightness").unlink()
    (made / "brightness").mkdir()
    with pytest.raises(LampError, match="let the node's user write"):
        await Lamp("led0", tmp_path).shine(Glow(1.0), 0.0)


async def test_a_machine_without_leds_says_so(tmp_path: Path) -> None:
    with pytest.raises(LampError, match="this machine has none"):
        await Lamp(None, tmp_path / "nowhere").shine(Glow(1.0), 0.0)
