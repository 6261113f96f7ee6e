"""A flood: the first rows are written out, the rest is counted exactly, and memory stays bounded."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from metrics.acting import Actor
from metrics.audited import AuditAction, AuditChannel, AuditOutcome
from metrics.auditing.flood import MANY_ADDRESSES, MOST_KINDS, MOST_WRITTEN_OUT, WINDOW, WRITTEN_OUT, Flood
from metrics.commands.record_audit import AuditRow

START = datetime(2019, 10, 1, tzinfo=UTC)


def row(address: str = "10.0.0.1", *, subject: str = "", actor: str = "chen") -> AuditRow:
    action, outcome = AuditAction.PULL_DATA, AuditOutcome.REFUSED
    return AuditRow(AuditChannel.API, address, Actor(actor), action, subject, outcome, "role_forbidden", subject)


def test_rows_that_differ_in_what_they_are_about_are_alike() -> None:
    flood = Flood()
    taken = [flood.takes(row(subject=str(number)), now=START + timedelta(milliseconds=number)) for number in range(50)]
    assert taken == [False] * WRITTEN_OUT + [True] * (50 - WRITTEN_OUT)
    (counted,) = flood.over(now=START + WINDOW)
    assert (counted.count, counted.row.subject, counted.row.request_id) == (50 - WRITTEN_OUT, "", "")
    assert counted.at == START + timedelta(milliseconds=WRITTEN_OUT)
    assert counted.until == START + timedelta(milliseconds=49)
    assert not flood.takes(row(), now=START + WINDOW)


def test_whatever_comes_is_written_or_counted_exactly_once() -> None:
    chance, flood, now = random.Random("flood"), Flood(), START
    written = counted = 0
    for _ in range(5000):
        now += timedelta(milliseconds=chance.randrange(100))
        counted += sum(found.count for found in flood.over(now=now))
        written += not flood.takes(row(f"10.0.0.{chance.randrange(9)}", actor=chance.choice("abc")), now=now)
    counted += sum(found.count for found in flood.over(now=None))
    assert written + counted == 5000
    assert counted > 0
    assert not flood.counts


def test_a_flood_from_ever_new_addresses_fills_neither_the_table_nor_the_memory() -> None:
    flood = Flood()
    sent = MOST_KINDS * 2
    written = sum(not flood.takes(row(str(number)), now=START) for number in range(sent))
    found = flood.over(now=None)
    assert written == MOST_WRITTEN_OUT
    assert len(found) <= MOST_KINDS + 1
    assert written + sum(counted.count for counted in found) == sent
    assert [counted.count for counted in found if counted.row.address == MANY_ADDRESSES] == [sent - MOST_KINDS]
