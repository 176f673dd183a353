"""What a home knows of a node as JSON, and back."""

from ..core.reading import Availability, Sounding, SoundTrouble, Stream, Traffic
from ..core.snapshot import (
    Json,
    flag_in,
    item,
    number_in,
    optional_item,
    optional_number_in,
    rows_in,
    text_in,
)
from .asking import Asked, asked_from
from .nodes import Node


def node_to_json(node: Node) -> Json:
    """The node as JSON, for a snapshot."""
    traffic = node.traffic
    return {
        "availability": str(node.availability),
        "traffic": [
            traffic.received,
            traffic.bad,
            traffic.duplicate,
            traffic.gap,
            traffic.skew,
            traffic.flooding,
        ],
        "boot": node.boot,
        "streams": [_stream_to_json(each) for each in node.streams],
        "sounding": None if node.sounding is None else _sounding_to_json(node.sounding),
        "told_sounding": (
            None if node.told_sounding is None else _sounding_to_json(node.told_sounding)
        ),
        "pets": node.pets,
        "carrier": node.carrier,
        "swept_at": node.swept_at,
        "asked": node.asked.snapshot(),
        "told": node.told is not None,
    }


def node_from(name: str, state: Json) -> Node:
    """The node of a snapshot; raises SnapshotError."""
    availability, boot = text_in(state, "availability"), optional_number_in(state, "boot")
    counts = item(state, "traffic")
    sounding, asked = optional_item(state, "sounding"), optional_item(state, "asked")
    told_sounding = optional_item(state, "told_sounding")
    carrier, pets = optional_item(state, "carrier"), optional_item(state, "pets")
    swept_at = optional_item(state, "swept_at")
    node = Node(
        id=name,
        availability=(
            Availability(availability) if availability in Availability else Availability.OFFLINE
        ),
        traffic=Traffic(
            received=int(number_in(counts, 0)),
            bad=int(number_in(counts, 1)),
            duplicate=int(number_in(counts, 2)),
            gap=int(number_in(counts, 3)),
            skew=optional_number_in(counts, 4),
            flooding=flag_in(counts, 5),
        ),
        boot=None if boot is None else int(boot),
        streams=tuple(map(_stream_from, rows_in(state, "streams"))),
        sounding=None if sounding is None else _sounding_from(sounding),
        told_sounding=None if told_sounding is None else _sounding_from(told_sounding),
        pets=None if pets is None else flag_in(state, "pets"),
        carrier=None if carrier is None else number_in(state, "carrier"),
        swept_at=None if swept_at is None else number_in(state, "swept_at"),
        # A state from before this was kept: the node is told everything anew.
        asked=Asked() if asked is None else asked_from(asked),
    )
    node.told = node.status() if flag_in(state, "told") else None
    return node


def _stream_to_json(stream: Stream) -> Json:
    return {
        "name": stream.name,
        "encoding": stream.encoding,
        "rate_hz": stream.rate_hz,
        "microphones": stream.microphones,
        "carriers": None if stream.carriers is None else list(stream.carriers),
        "computes": stream.computes,
    }


def _stream_from(row: Json) -> Stream:
    if isinstance(row, list):  # before there was more to know than these three
        return Stream(text_in(row, 0), text_in(row, 1), rate_hz=optional_number_in(row, 2))
    microphones, carriers = optional_number_in(row, "microphones"), item(row, "carriers")
    return Stream(
        text_in(row, "name"),
        text_in(row, "encoding"),
        microphones=None if microphones is None else int(microphones),
        rate_hz=optional_number_in(row, "rate_hz"),
        carriers=None if carriers is None else (number_in(carriers, 0), number_in(carriers, 1)),
        computes=flag_in(row, "computes"),
    )


def _sounding_to_json(sounding: Sounding) -> Json:
    trouble = sounding.trouble
    return [
        sounding.carrier,
        sounding.level,
        sounding.ratio,
        sounding.calibrated,
        None if trouble is None else str(trouble),
        sounding.pets,
    ]


def _sounding_from(row: Json) -> Sounding:
    trouble = "" if item(row, 4) is None else text_in(row, 4)
    return Sounding(
        carrier=optional_number_in(row, 0),
        level=optional_number_in(row, 1),
        ratio=optional_number_in(row, 2),
        calibrated=optional_number_in(row, 3),
        trouble=SoundTrouble(trouble) if trouble in SoundTrouble else None,
        pets=None if item(row, 5) is None else flag_in(row, 5),
    )
