"""S8: `python -m benchmarks.guessing [TRIES]`: a wrong password takes as long for a known name as for any other.

So many tries of each, in pairs in random order, each from an address of its own, through every step of signing in:
limits, database, hash. Printed are both medians and z of the rank sums (Mann and Whitney): beyond ±2 the difference is
more than chance. To be reached: medians within 5 %; exit code 1 if not.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address
from itertools import count
from math import sqrt
from pathlib import Path

from benchmarks.databases import own_database
from benchmarks.serving import add_account
from metrics.commands.sessions import Browser
from metrics.commands.sign_in import sign_in
from metrics.commands.sign_in_steps import SignInRefused
from metrics.principal import Role

_WITHIN = 0.05
_FIRST_ADDRESS = int(IPv4Address("10.0.0.0"))


def main(tries: int = 2000) -> int:
    """Print what was measured; 1 if the medians are further apart than may be."""
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home"):
        add_account("known", Role.EVALUATOR)
        known, unknown = measured(tries)
    medians = statistics.median(known), statistics.median(unknown)
    apart = medians[0] / medians[1] - 1
    sys.stdout.write(
        f"S8 {tries} tries each: median {1000 * medians[0]:.2f} ms of a known name, {1000 * medians[1]:.2f} ms of an"
        f" unknown one, {apart:+.2%} apart; z = {rank_sum(known, unknown):+.2f}; reach ±{_WITHIN:.0%}\n"
    )
    return int(abs(apart) > _WITHIN)


def measured(tries: int) -> tuple[list[float], list[float]]:
    """The seconds that so many refusals took of a known and of an unknown name."""
    taken: dict[str, list[float]] = {"known": [], "nobody": []}
    places = count(_FIRST_ADDRESS)
    for _ in range(tries):
        for name in random.sample(sorted(taken), 2):
            browser = Browser(str(IPv4Address(next(places))))
            begun = time.perf_counter()
            outcome = sign_in(name, password="not the password", browser=browser, now=datetime.now(UTC))  # noqa: S106
            taken[name].append(time.perf_counter() - begun)
            if not isinstance(outcome, SignInRefused):
                raise AssertionError(f"{name} was let in")
    return taken["known"], taken["nobody"]


def rank_sum(one: Sequence[float], other: Sequence[float]) -> float:
    """z of Mann and Whitney's U: 0 if neither is longer, beyond ±2 if chance alone seldom does that."""
    ranked = sorted([(seconds, True) for seconds in one] + [(seconds, False) for seconds in other])
    ranks = sum(place for place, (_, is_of_one) in enumerate(ranked, 1) if is_of_one)
    n, m = len(one), len(other)
    return (ranks - n * (n + m + 1) / 2) / sqrt(n * m * (n + m + 1) / 12)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
