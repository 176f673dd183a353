from hypothesis import given, strategies as st

from halcyon.decode.limits import Limits, TokenBucket
from halcyon.decode.topics import Channel


def test_a_burst_and_then_the_rate() -> None:
    bucket = TokenBucket(rate=50, burst=200)
    assert sum(bucket.admit(1000.0) for _ in range(300)) == 200
    assert sum(bucket.admit(1001.0) for _ in range(300)) == 50
    assert sum(bucket.admit(2000.0) for _ in range(300)) == 200


@given(st.lists(st.floats(0, 0.1), max_size=200))
def test_never_more_than_burst_and_rate_allow(pauses: list[float]) -> None:
    bucket, t, admitted = TokenBucket(rate=10, burst=5), 1000.0, 0
    for pause in pauses:
        t += pause
        admitted += bucket.admit(t)
    assert admitted <= 5 + 10 * (t - 1000.0) + 1e-6


def test_a_steady_stream_within_the_rate_always_passes() -> None:
    bucket = TokenBucket(rate=50, burst=200)
    assert all(bucket.admit(1000.0 + tick / 49) for tick in range(5000))


def test_samples_drown_neither_the_last_will_nor_the_streams() -> None:
    limits = Limits()
    while limits.admit(Channel.SAMPLE, 1000.0):
        pass
    assert not limits.admit(Channel.EVENT, 1000.0)
    assert limits.admit(Channel.AVAIL, 1000.0)
    assert limits.admit(Channel.RAW, 1000.0)


def test_five_streams_of_twenty_chunks_a_second_pass() -> None:
    limits = Limits()
    assert all(
        limits.admit(channel, 1000.0 + tick / 20)
        for tick in range(2000)
        for channel in 3 * [Channel.WAVEFORM] + 2 * [Channel.RAW]
    )


def test_budgets_survive_a_restart() -> None:
    before, after = Limits(), Limits()
    while before.admit(Channel.SAMPLE, 1000.0):
        pass
    after.restore(before.snapshot())
    assert not after.admit(Channel.SAMPLE, 1000.0)
    assert after.admit(Channel.RAW, 1000.0)
