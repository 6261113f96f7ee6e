import pytest

from metrics.limits import rates
from metrics.limits.rates import Buckets


def test_a_bucket_gives_what_it_holds_and_then_one_at_a_time() -> None:
    buckets = Buckets(most=3, every=10)
    assert [buckets.take("a", now=0) for _ in range(4)] == [0, 0, 0, 10]
    assert buckets.take("a", now=4) == 6
    assert buckets.take("a", now=10) == 0
    assert buckets.take("a", now=10) == 10
    assert buckets.take("b", now=10) == 0  # nobody else's


def test_it_never_holds_more_than_it_can() -> None:
    buckets = Buckets(most=2, every=1)
    assert [buckets.take("a", now=0), buckets.take("a", now=1000), buckets.take("a", now=1000)] == [0, 0, 0]
    assert buckets.take("a", now=1000) > 0
    for _ in range(5):
        buckets.give_back("a")
    assert [buckets.take("a", now=1000) for _ in range(3)][:2] == [0, 0]
    assert buckets.take("a", now=1000) > 0


def test_it_remembers_so_many_keys_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_MOST_KEYS", 2)
    buckets = Buckets(most=1, every=100)
    assert [buckets.take(key, now=0) for key in "abc"] == [0, 0, 0]
    assert buckets.take("a", now=0) == 0  # forgotten
    assert buckets.take("c", now=0) > 0
