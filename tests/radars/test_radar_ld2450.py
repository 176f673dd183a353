"""Frames of the LD2450 and RD-03D."""

import pytest

from halcyon.core.reading import Target, Targets
from halcyon.decode.radars import Parser, make_parser

VENDOR_SAMPLE = bytes.fromhex("AAFF0300 0E03B18610004001 0000000000000000 0000000000000000 55CC")


def parser(protocol: str = "ld2450") -> Parser:
    made = make_parser(protocol)
    assert made is not None
    return made


@pytest.mark.parametrize("protocol", ["ld2450", "rd03d"])
def test_vendor_sample_decodes(protocol: str) -> None:
    assert parser(protocol).feed(VENDOR_SAMPLE, 100.0) == [
        (100.0, Targets((Target(-0.782, 1.713, -0.16),)))
    ]
