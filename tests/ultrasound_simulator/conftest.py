import pytest

from halcyon.simulate.ultrasound.device import Device, Microphone
from halcyon.simulate.ultrasound.room import Room
from halcyon.simulate.ultrasound.scene import Scene


@pytest.fixture
def bare() -> Scene:
    """A device with one microphone, no walls worth mentioning, no noise, level -6 dBFS."""
    device = Device(
        position=(5.0, 5.0, 1.5),
        microphones=(Microphone((0.05, 0.0, 0.0)),),
        level=-6.0,
        noise=-300.0,
        shading=0.0,
        aperture=1e-5,
        leak=0.0,
        bits=48,
    )
    return Scene(room=Room((10.0, 10.0, 3.0), reflection=(0.0,) * 6), device=device)
