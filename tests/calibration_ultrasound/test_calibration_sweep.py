from dataclasses import dataclass, replace
import math

from hypothesis import given, settings, strategies as st
import pytest

from halcyon.sense.ultrasound.sweep import (
    AUDIBLE_RISE_DB,
    INAUDIBLE_HZ,
    LOUDEST_SPL,
    NEEDED_DB,
    ULTRASONIC_HZ,
    USABLE_DB,
    Chosen,
    Failing,
    Hardware,
    Reason,
    Sweep,
    Tone,
    Unusable,
    carriers,
    loudest,
)


@dataclass(frozen=True)
class Device:
    """A driver that falls off above 18 kHz, a microphone that peaks near 30 kHz, and noise.

    Levels are dBFS, noise dBFS in 1 Hz. `dirt` is at what dBFS the sound below 16 kHz rises by
    3 dB; from there it rises by 2 dB a dB.
    """

    gain: float = -20.0
    slope: float = -10.0
    peak: float = 10.0
    peak_at: float = 30_000.0
    noise: float = -120.0
    dirt: float = 0.0
    squeeze: float = 0.0

    def hears(self, tone: Tone) -> tuple[float | None, float, float]:
        fall = self.slope * min(tone.carrier - 18_000.0, 12_000.0) / 6000
        peak = self.peak * math.exp(-(((tone.carrier - self.peak_at) / 4000.0) ** 2))
        driven = tone.level - self.squeeze * max(0.0, tone.level + 12.0)
        level = driven + self.gain + fall + peak
        rise = AUDIBLE_RISE_DB + 2 * (tone.level - self.dirt)
        return (level if level > self.noise + 20 else None), self.noise, max(0.0, rise)


def run(hardware: Hardware, device: Device) -> tuple[Chosen | Unusable, list[Tone]]:
    sweep, emitted = Sweep(hardware), []
    while (tone := sweep.next) is not None:
        emitted.append(tone)
        sweep.hear(*device.hears(tone))
    assert sweep.result is not None
    return sweep.result, emitted


def rank(carrier: float) -> int:
    return (carrier < ULTRASONIC_HZ) + (carrier < INAUDIBLE_HZ)


def exhaustive(hardware: Hardware, device: Device) -> tuple[int, float] | None:
    """The best class of carriers in which one serves, and the lowest level that does there."""
    best: list[tuple[int, float]] = []
    for carrier in carriers(hardware):
        for step in range(61):
            level = loudest(hardware) - step
            heard, noise, audible = device.hears(Tone(carrier, level))
            if heard is not None and heard - noise >= NEEDED_DB and audible <= AUDIBLE_RISE_DB:
                best.append((rank(carrier), level))
    return min(best, default=None)


devices = st.builds(
    Device,
    gain=st.floats(-45, 5),
    slope=st.floats(-25, 0),
    peak=st.floats(0, 20),
    peak_at=st.floats(25_000, 35_000),
    noise=st.floats(-135, -95),
    dirt=st.floats(-40, 5),
    squeeze=st.floats(0, 0.5),
)
hardwares = st.builds(
    Hardware,
    rate=st.sampled_from([44_100.0, 48_000.0, 96_000.0, 192_000.0]),
    spl=st.none() | st.floats(70, 105),
)


@settings(max_examples=50)
@given(hardwares, devices)
def test_the_choice_is_as_good_as_one_from_trying_everything(
    hardware: Hardware, device: Device
) -> None:
    result, _ = run(hardware, device)
    best = exhaustive(hardware, device)
    if best is None:
        assert isinstance(result, Unusable) or result.reason is Reason.WEAK
    else:
        assert isinstance(result, Chosen)
        assert rank(result.carrier) == best[0]
        # Carriers are compared by what a quiet probe promises, which squeezing falsifies.
        assert result.level <= best[1] + 1 + 12 * device.squeeze
        assert result.ratio >= NEEDED_DB


@settings(max_examples=50)
@given(hardwares, devices)
def test_nothing_is_emitted_above_the_limit_and_little_is_emitted_at_all(
    hardware: Hardware, device: Device
) -> None:
    result, emitted = run(hardware, device)
    assert max(tone.level for tone in emitted) <= loudest(hardware)
    # To halve 60 steps until one is left takes six tries, each heard twice at most; and a probe.
    assert len(emitted) <= 14 * len(carriers(hardware))
    if hardware.spl is not None:
        assert loudest(hardware) + hardware.spl <= LOUDEST_SPL
    if isinstance(result, Chosen):
        heard = device.hears(Tone(result.carrier, result.level))
        assert heard[2] <= AUDIBLE_RISE_DB


@settings(max_examples=50)
@given(hardwares, devices, st.floats(0, 20))
def test_a_louder_device_is_never_driven_harder(
    hardware: Hardware, device: Device, more: float
) -> None:
    device = replace(device, squeeze=0.0)
    first, _ = run(hardware, device)
    second, _ = run(hardware, replace(device, gain=device.gain + more))
    if isinstance(first, Chosen):
        assert isinstance(second, Chosen)
        before, after = rank(first.carrier), rank(second.carrier)
        if first.reason is not Reason.WEAK:
            assert after <= before
        if after == before and Reason.WEAK not in {first.reason, second.reason}:
            assert second.level <= first.level + 1e-9


@settings(max_examples=30)
@given(devices)
def test_an_ordinary_sweep_is_short(device: Device) -> None:
    device = replace(device, gain=0.0, noise=-125.0, dirt=5.0, squeeze=0.0, slope=-10.0)
    _, emitted = run(Hardware(48_000.0), device)
    assert len(emitted) <= len(carriers(Hardware(48_000.0))) + 6


@pytest.mark.parametrize(
    ("rate", "some", "none"),
    [
        (44_100.0, {18_900.0, 19_600.0}, {20_580.0}),
        (48_000.0, {20_000.0, 21_000.0, 21_600.0, 22_000.0}, {24_000.0, 16_000.0}),
        (96_000.0, {20_000.0, 33_000.0, 36_000.0, 40_000.0}, {32_000.0, 24_000.0}),
        (192_000.0, {21_000.0, 32_000.0, 36_000.0, 40_000.0}, {48_000.0}),
    ],
)
def test_carriers_of_usual_rates(rate: float, some: set[float], none: set[float]) -> None:
    found = set(carriers(Hardware(rate)))
    assert some <= found
    assert not none & found
    for each in found:
        periods = [n for n in range(2, 65) if (each * n / rate).is_integer()]
        assert periods


def test_the_range_that_a_maker_states_is_kept() -> None:
    found = carriers(Hardware(96_000.0, lowest=20_500.0, highest=34_000.0))
    assert found
    assert all(20_500 <= each <= 34_000 for each in found)


def test_the_least_audible_band_comes_first() -> None:
    for rate in (48_000.0, 96_000.0):
        ranks = [rank(each) for each in carriers(Hardware(rate))]
        assert ranks == sorted(ranks)


def test_reasons() -> None:
    strong = Device(gain=0.0, noise=-130.0)
    assert run(Hardware(96_000.0), strong)[0].reason is Reason.ULTRASONIC  # type: ignore[union-attr]
    assert run(Hardware(48_000.0), strong)[0].reason is Reason.INAUDIBLE  # type: ignore[union-attr]
    assert run(Hardware(44_100.0), strong)[0].reason is Reason.HIGHEST  # type: ignore[union-attr]
    weak, _ = run(Hardware(48_000.0), replace(strong, gain=-40.0))
    assert isinstance(weak, Chosen)
    assert weak.reason is Reason.WEAK
    assert USABLE_DB <= weak.ratio < NEEDED_DB


@pytest.mark.parametrize(
    ("rate", "device", "failing"),
    [
        (16_000.0, Device(), Failing.NO_CARRIER),
        (48_000.0, Device(gain=-120.0), Failing.UNHEARD),
        (48_000.0, Device(gain=-60.0, noise=-120.0), Failing.TOO_WEAK),
        (48_000.0, Device(gain=0.0, dirt=-80.0), Failing.AUDIBLE),
    ],
)
def test_what_fails_is_said(rate: float, device: Device, failing: Failing) -> None:
    result, _ = run(Hardware(rate), device)
    assert isinstance(result, Unusable)
    assert result.failing is failing


def test_one_word_that_somebody_speaks_spoils_nothing() -> None:
    device, sweep, spoken = Device(gain=0.0, noise=-130.0), Sweep(Hardware(48_000.0)), 0
    while (tone := sweep.next) is not None:
        level, noise, audible = device.hears(tone)
        speaks = spoken % 2 == 0 and spoken < 20
        spoken += 1
        sweep.hear(level, noise, 20.0 if speaks else audible)
    assert sweep.result == run(Hardware(48_000.0), device)[0]
    sweep.hear(-10.0, -100.0, None)
    assert sweep.next is None
