"""P4: `python -m benchmarks.submitting [CLIENTS] [SUBMISSIONS] [WORKERS]`: submissions of many clients at once.

Every client sends SUBMISSIONS submissions of the whole form, one after another, over one connection, to
`biaochi serve` in as many processes as there are cores. Two references take turns with it. (a) The same rows (ledger
entry, submission, event, observations, figures) over as many bare connections, one transaction each, each table's rows
in one statement, as the owner of an empty database of the same schema. (b) The same rows sent to a plain route
(`benchmarks/plain_route.py`) in as many processes, with no check, no account and no ledger but the row.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import psycopg

from benchmarks.databases import further_database, own_database
from benchmarks.measured import Measured, Size, show
from benchmarks.scaled import load_scaled_plan
from benchmarks.serving import ANY_NUMBER, add_account, serving_as_installed, serving_plainly, token_of
from metrics.periods import add_months, format_period
from metrics.principal import Role
from tests.builders import whole_values

_ROUNDS = 3
_FIRST = (2019, 9)
_MOMENT = "2026-01-01T00:00:00Z"
_ROWS = (
    "insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash) values (%(seq)s, 'submission', %(at)s,"
    " %(leaf)s::text, sha256(convert_to(%(leaf)s::text, 'utf8')))",
    "insert into submissions (id, unit_code, period, revision, state, seq, first_recorded_at) values"
    " (%(seq)s, %(unit)s, %(period)s, 1, 'submitted', %(seq)s, %(at)s)",
    "insert into submission_events (seq, submission_id, action, revision, actor, reason, note, detail, recorded_at)"
    " values (%(seq)s, %(seq)s, 'submit', 1, 'benchmark', '', '', %(leaf)s::jsonb, %(at)s)",
    "insert into observations (unit_code, period, element_code, revision, value, seq, submission_id, recorded_at)"
    " select %(unit)s, %(period)s, e, 1, v, %(seq)s, %(seq)s, %(at)s from unnest(%(codes)s::text[],"
    " %(values)s::numeric[]) as t(e, v)",
    "insert into figures (unit_code, period, element_code, value, revision, seq, submission_id, recorded_at)"
    " select %(unit)s, %(period)s, e, v, 1, %(seq)s, %(seq)s, %(at)s from unnest(%(codes)s::text[],"
    " %(values)s::numeric[]) as t(e, v)",
)


def measure(size: Size) -> Iterator[Measured]:
    """4 clients, or 32."""
    yield from of_clients(4, 3) if size is Size.SMALL else of_clients()


def of_clients(clients: int = 32, submissions: int = 8, workers: int | None = None) -> Iterator[Measured]:
    """Accepted submissions a second over the references', and the latency of a submission."""
    workers = workers or len(os.sched_getaffinity(0))
    several = {"BIAOCHI_WORKERS": str(workers), "BIAOCHI_POOL_SIZE": str(max(10, 2 * clients // workers))}
    with tempfile.TemporaryDirectory() as folder, own_database(Path(folder) / "home") as addresses:
        bare, plain = (further_database(addresses, name).owner for name in ("bare", "plain"))
        units = [unit.code for unit in load_scaled_plan(clients).reporting_units][-clients:]
        add_account("benchmark", Role.CLERK, units=units)
        secret = token_of("benchmark")
        ways: dict[str, Callable[[int], tuple[float, list[float]]]] = {}
        with (
            serving_as_installed(addresses, home=Path(folder), **several, **ANY_NUMBER) as ours,
            serving_plainly(plain, workers=workers) as site,
        ):
            ways["ours"] = lambda first: _together(
                units, partial(_post, ours, secret, first=first, submissions=submissions)
            )
            ways["bare"] = lambda first: _together(units, partial(_insert, bare, first=first, submissions=submissions))
            ways["plain"] = lambda first: _together(units, partial(_send, site, first=first, submissions=submissions))
            rounds = [{name: way(turn * submissions) for name, way in ways.items()} for turn in range(_ROUNDS + 1)]
    yield from _measured(rounds[1:], clients, submissions, workers)  # the first only warms


def _measured(
    rounds: list[dict[str, tuple[float, list[float]]]], clients: int, submissions: int, workers: int
) -> Iterator[Measured]:
    size = f"{clients} clients × {submissions} submissions"
    speed = {name: [clients * submissions / taken[name][0] for taken in rounds] for name in rounds[0]}
    for name, least, rows in (
        ("bare", 0.3, "(a) the same rows inserted by as many bare connections"),
        ("plain", 0.7, "(b) a plain route that checks nothing, in as many processes"),
    ):
        ratio = median(a / b for a, b in zip(speed["ours"], speed[name], strict=True))
        beside = {"submissions/s": median(speed["ours"]), "of the reference": median(speed[name]), "workers": workers}
        work = "submissions accepted a second" + (", against a route" if name == "plain" else "")
        yield Measured("P4", work, size, ratio, rows, at_least=least, beside=beside)
    late = [taken for one in rounds for taken in one["ours"][1]]
    plainly = [taken for one in rounds for taken in one["plain"][1]]
    yield Measured(
        "P4",
        "p95 of accepting a submission",
        size,
        quantiles(late, n=20)[-1] * 1000,
        "the plain route beside it",
        unit="ms",
        at_most=150,
        beside={"median ms": median(late) * 1000, "p95 ms of the plain route": quantiles(plainly, n=20)[-1] * 1000},
    )


def _together(units: list[str], send: Callable[[str], list[float]]) -> tuple[float, list[float]]:
    """Seconds until all units' threads are through, and those of every single submission."""
    taken: list[float] = []
    threads = [threading.Thread(target=lambda unit=unit: taken.extend(send(unit))) for unit in units]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun, taken


def _post(site: str, secret: str, unit: str, *, first: int, submissions: int) -> list[float]:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    taken = []
    for period in _periods(first, submissions):
        body = json.dumps({"unit": unit, "period": format_period(period), "values": whole_values()})
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {secret}",
            "Idempotency-Key": f"{unit}-{period}",
        }
        taken.append(_created(connection, "/api/v1/submissions", body, headers))
    connection.close()
    return taken


def _send(site: str, unit: str, *, first: int, submissions: int) -> list[float]:
    """As :func:`_post`, to the plain route."""
    values = {code: str(value) for code, value in whole_values().items()}
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    taken = []
    for number, period in enumerate(_periods(first, submissions), start=first):
        sent = {"number": int(unit) * 1000 + number, "unit": unit, "period": f"{period}", "values": values}
        taken.append(_created(connection, "/submissions", json.dumps(sent), {"Content-Type": "application/json"}))
    connection.close()
    return taken


def _created(connection: http.client.HTTPConnection, path: str, body: str, headers: Mapping[str, str]) -> float:
    """Post `body`; the seconds until 201 was answered. Raises RuntimeError for any other answer."""
    begun = time.perf_counter()
    connection.request("POST", path, body, dict(headers))
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 201:
        raise RuntimeError(f"{answer.status}: {said[:500]!r}")
    return time.perf_counter() - begun


def _insert(address: str, unit: str, *, first: int, submissions: int) -> list[float]:
    values, taken = whole_values(), []
    # Row security does not bind the owner, but the triggers that stand in for it ask who acts.
    with psycopg.connect(address, options="-c biaochi.role=system") as connection:
        for number, period in enumerate(_periods(first, submissions), start=first):
            seq = int(unit) * 1000 + number
            leaf = json.dumps({"unit": unit, "values": {code: str(value) for code, value in values.items()}})
            row = {"seq": seq, "unit": unit, "period": period, "at": _MOMENT, "leaf": leaf}
            row |= {"codes": list(values), "values": [str(value) for value in values.values()]}
            begun = time.perf_counter()
            for statement in _ROWS:
                connection.execute(statement, row)
            connection.commit()
            taken.append(time.perf_counter() - begun)
    return taken


def _periods(first: int, count: int) -> list[date]:
    return [add_months(date(*_FIRST, 1), months) for months in range(first, first + count)]


if __name__ == "__main__":
    sys.exit(show(of_clients(*(int(argument) for argument in sys.argv[1:]))))
