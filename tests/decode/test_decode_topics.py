import pytest

from halcyon.decode.topics import Channel, NodeTopic, node_filters, parse_topic


@pytest.mark.parametrize(
    ("topic", "channel", "name"),
    [
        ("halcyon/1/home/bed-1/avail", Channel.AVAIL, ""),
        ("halcyon/1/home/bed-1/info", Channel.INFO, ""),
        ("halcyon/1/home/bed-1/s/env", Channel.SAMPLE, "env"),
        ("halcyon/1/home/bed-1/w/breath", Channel.WAVEFORM, "breath"),
        ("halcyon/1/home/bed-1/raw/radar", Channel.RAW, "radar"),
        ("halcyon/1/home/bed-1/e/button", Channel.EVENT, "button"),
        ("halcyon/1/home/bed-1/ack/rate", Channel.ACK, "rate"),
    ],
)
def test_what_a_node_says(topic: str, channel: Channel, name: str) -> None:
    assert parse_topic(topic, "home") == NodeTopic("home", "bed-1", channel, name)


@pytest.mark.parametrize(
    "topic",
    [
        "halcyon/1/other/bed-1/avail",
        "halcyon/2/home/bed-1/avail",
        "halcyon/1/home/$engine/avail",
        "halcyon/1/home/Bed/avail",
        "halcyon/1/home//avail",
        "halcyon/1/home/bed-1/cmd/rate",
        "halcyon/1/home/bed-1/avail/more",
        "halcyon/1/home/bed-1/s",
        "halcyon/1/home/bed-1/s/",
        "halcyon/1/home/bed-1/s/env/deep",
        "halcyon/1/home/bed-1/s/" + "x" * 33,
        "halcyon/1/home/" + "n" * 33 + "/avail",
        "/halcyon/1/home/bed-1/avail",
        "halcyon/1/home/bed-1",
        "",
    ],
)
def test_what_is_no_topic_of_a_node_of_this_site(topic: str) -> None:
    assert parse_topic(topic, "home") is None


def test_a_host_subscribes_to_every_channel_of_every_node() -> None:
    assert node_filters("home") == (
        "halcyon/1/home/+/avail",
        "halcyon/1/home/+/info",
        "halcyon/1/home/+/s/+",
        "halcyon/1/home/+/w/+",
        "halcyon/1/home/+/raw/+",
        "halcyon/1/home/+/e/+",
        "halcyon/1/home/+/ack/+",
    )


def test_the_longest_names_still_fit() -> None:
    name = "n" * 32
    topic = parse_topic(f"halcyon/1/{name}/{name}/raw/{name}", name)
    assert topic == NodeTopic(name, name, Channel.RAW, name)
