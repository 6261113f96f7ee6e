"""A service that states something else than what follows: whatever it hashes and signs, the recomputation names it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from metrics.commands.state_settings import state_settings
from metrics.database import WriteSession
from metrics.ledger.entry import append, next_place
from metrics.ledger.verifying.command import main
from metrics.ledger.verifying.comparing import compare
from metrics.ledger.verifying.facts import DEFAULT_SETTINGS, METHOD, LeavesTold
from metrics.ledger.verifying.faults import Unchecked, Wrong
from metrics.ledger.verifying.rates import Rates
from metrics.ledger.verifying.recompute import recompute
from metrics.ledger.verifying.tables import TABLES, Reckoned
from metrics.results import Status
from metrics.settings import settings
from tests.callers import Caller
from tests.metrics.publish.pulling import pulled
from tests.metrics.queries.test_views import post
from tests.trust.archive import API, Archive
from tests.trust.installation import Installation
from tests.trust.recomputing import leaves_in, recomputed

FLIPS = 120
Lie = Callable[[pytest.MonkeyPatch], None]


def of_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rate is shown two points better than it is."""
    true = "metrics.publish.rates.shown_values"
    monkeypatch.setattr(true, lambda plan, places, values, *, known: ["99.00" if one else None for one in known])


def of_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is overdue is said to have met it."""
    monkeypatch.setattr(
        "metrics.publish.progress.STATUSES", [Status.MET if one is Status.OVERDUE else one for one in Status]
    )


def of_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody has reached everything."""
    monkeypatch.setattr("metrics.publish.overview.shown_score", lambda score: "1.0000")


LIES: dict[str, tuple[Lie, str]] = {
    "rates": (of_rates, r"rates: of .* differ: .*\[value\] '99\.00' ≠ '85\.00'"),
    "progress": (of_verdicts, r"progress: of .* differ: .*\[status\] 'met' ≠ 'overdue'"),
    "leaderboard": (of_ranks, r"leaderboard: of .* differ: .*\[score\] '1\.0000' ≠ '0\.\d{4}'"),
}


def released(kept: Archive, bureau: Caller) -> str:
    """A release of what there is; its archive, all entries and the checkpoint are kept."""
    headers = bureau.headers | {"Idempotency-Key": "release"}
    made = kept.client.post(f"{API}/releases", json={"notes": "公布"}, headers=headers)
    assert made.status_code == 201, made.text
    kept.pull("/releases/1.zip", "release.zip")
    kept.keep()
    return "release.zip"


@pytest.mark.parametrize("table", LIES)
def test_a_false_table_is_named_in_a_release_and_in_a_pull(
    kept: Archive, session: WriteSession, bureau: Caller, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    for period, online in (("2019-09", 850), ("2020-07", 850)):
        post(session, period=period, items_online=online, items_one_window=410)
    lie, named = LIES[table]
    with monkeypatch.context() as patch:
        lie(patch)
        file = released(kept, bureau)
        pull = kept.pull(f"/{table}.csv", f"{table}.csv")
    everything = ("--entries=entries-1.jsonl", "--checkpoint=checkpoint-1.txt")
    for arguments in ([file], [file, *everything], [str(pull), *everything]):
        code, words = kept.run(*arguments)
        assert (code, bool(re.search(named, words, re.DOTALL))) == (1, True), words


def test_figures_changed_beside_the_ledger_are_named(service: Installation) -> None:
    """Stored rates are what pages and pulls are read from; the leaves say otherwise."""
    service.post()
    with service.sessions.read() as session:
        assert recomputed(session, "rates", indicator="online_rate").rows > 1
    with service.database.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text("update unit_rates set numerators[array_position(numerators, 850::bigint)] = 851"))
    named = r"(?s)\[numerator\] '851' ≠ '850'.*with as_of, the sequence number of that moment"
    with service.sessions.read() as session, pytest.raises(Wrong, match=named):
        recomputed(session, "rates")


def test_settings_of_verdicts_are_stated_and_followed(session: WriteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    post(session, period="2019-05", items_one_window=300)
    post(session, "441203", period="2019-06", items_one_window=310)
    assert state_settings(session) is None
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_LIGHTS", '{"no_data":"amber"}')
        patch.setenv("BIAOCHI_JUDGED_SHARE", "0.05")
        settings.cache_clear()
        with pytest.raises(Wrong, match=r"\[light\] 'amber' ≠ 'grey'"):
            recomputed(session, "progress")
        stated = state_settings(session)
        assert stated is not None
        assert state_settings(session) is None
        assert recomputed(session, "progress").rows > 100
        assert recomputed(session, "progress", as_of=str(stated - 1)).rows > 100  # computed by what was stated later
        assert recomputed(session, "leaderboard").rows > 5
    settings.cache_clear()
    assert state_settings(session) == stated + 1
    assert recomputed(session, "progress", as_of=str(stated)).rows > 100
    assert len({leaf for leaf in leaves_in(session) if b'"kind":"settings"' in (leaf or b"")}) == 2


def test_another_method_is_said_and_not_called_wrong(session: WriteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    post(session)
    append(
        session,
        kind="method",
        place=next_place(session),
        content={"before": METHOD, "method": METHOD + 1, "actor": "biaochi"},
    )
    assert recomputed(session, "progress").rows > 100
    of_verdicts(monkeypatch)
    with pytest.raises(Unchecked, match=f"then method {METHOD + 1} was"):
        recomputed(session, "progress", period="2021-01")


def test_with_entries_withheld_nothing_is_recomputed(session: WriteSession) -> None:
    post(session)
    leaves = [*leaves_in(session)[:-1], None]
    with pytest.raises(Unchecked, match="only the hash is here"):
        recomputed(session, "rates", leaves)


def test_before_the_first_plan_nothing_is_recomputed(session: WriteSession) -> None:
    post(session)
    for table in TABLES:
        with pytest.raises(Unchecked, match="no plan yet"):
            recompute(table, b"", LeavesTold(leaves_in(session), seq=0), {})


def test_what_is_printed_of_a_file_moves_no_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for odd in ("\x1b[2J\rRIGHT", "\u202eTHGIR", "\x9b2JRIGHT"):
        assert main([str(tmp_path / odd), "--key=x", "--entries=x", "--checkpoint=x"]) == 2
        assert main([str(tmp_path / odd), "--key=x"]) == 2
        said = capsys.readouterr()
        assert "RIGHT" in said.err or "THGIR" in said.err
        assert not {*said.err} & {*odd} - {*"2J[RIGHTTHGIR"}


@pytest.mark.parametrize("table", ["rates", "progress", "leaderboard"])
def test_every_byte_of_a_table_counts(session: WriteSession, table: str) -> None:
    """A sample; `python -m benchmarks.flips` makes ten thousand."""
    for unit in ("441202", "441203"):
        post(session, unit, items_online=820)
    right = pulled(session, table, period="2019-09")
    facts = LeavesTold(leaves_in(session), seq=10**6).facts(verified=False, settings=DEFAULT_SETTINGS)
    rows = [*Reckoned(Rates(facts)).rows(table, {"period": ["2019-09"]})]
    assert compare(table, right, rows, TABLES[table]).cells > 80
    draw = random.Random(table)
    for _ in range(FLIPS):
        changed = bytearray(right)
        changed[draw.randrange(len(right))] ^= 1 << draw.randrange(8)
        with pytest.raises(Wrong):
            compare(table, bytes(changed), rows, TABLES[table])
