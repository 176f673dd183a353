import pytest

from halcyon.simulate.ultrasound.air import Air

# Research tables and the standard's own: dB/km at 8 kHz, 20 C, 50 %.
TABLE = {
    (10, 20): (0.22, 0.24, 0.25, 0.27, 0.34, 0.43),
    (10, 80): (0.41, 0.48, 0.55, 0.62, 0.87, 1.09),
    (20, 20): (0.47, 0.51, 0.54, 0.57, 0.67, 0.78),
    (20, 50): (0.44, 0.52, 0.61, 0.69, 1.02, 1.32),
    (30, 20): (0.60, 0.69, 0.77, 0.85, 1.14, 1.37),
    (30, 80): (0.23, 0.28, 0.33, 0.39, 0.68, 1.02),
}
CARRIERS = (18e3, 20e3, 22e3, 24e3, 32e3, 40e3)


@pytest.mark.parametrize(("temperature", "humidity"), TABLE)
def test_absorption_to_the_digits_of_the_table(temperature: int, humidity: int) -> None:
    air = Air(temperature, humidity)
    found = [air.absorption(carrier) for carrier in CARRIERS]
    assert found == pytest.approx(TABLE[temperature, humidity], abs=0.0051)


def test_absorption_of_the_standard_at_8_khz() -> None:
    assert Air(20, 50).absorption(8000) * 1000 == pytest.approx(105, abs=0.5)


def test_the_speed_of_sound_follows_the_temperature() -> None:
    assert Air(20).sound_speed == pytest.approx(343.2)
    assert Air(21).sound_speed / Air(20).sound_speed == pytest.approx(1.0017, abs=1e-4)
