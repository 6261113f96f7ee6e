"""A flood: the first rows are written out, the rest is counted exactly, and memory stays bounded."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from metrics.audit_acts import AuditAction, AuditChannel, AuditOutcome
from metrics.auditing.flood import MANY_ADDRESSES, MOST_KINDS, MOST_WRITTEN_OUT, WINDOW, WRITTEN_OUT, Flood
from metrics.commands.record_audit import AuditRow
from metrics.present_act import Actor

START = datetime(2019, 10, 1, tzinfo=UTC)


def row(
    address: str = "10.0.0.1",
    *,
    subject: str = "",
    actor: str = "",
    action: AuditAction = AuditAction.PULL_DATA,
) -> AuditRow:
    outcome = AuditOutcome.REFUSED
    return AuditRow(AuditChannel.API, address, Actor(actor), action, subject, outcome, "role_forbidden", subject)


def test_of_strangers_rows_that_differ_in_what_they_are_about_are_alike() -> None:
    flood = Flood()
    taken = [flood.takes(row(subject=str(number)), now=START + timedelta(milliseconds=number)) for number in range(50)]
    assert taken == [False] * WRITTEN_OUT + [True] * (50 - WRITTEN_OUT)
    (counted,) = flood.over(now=START + WINDOW)
    assert (counted.count, counted.row.subject, counted.row.request_id) == (50 - WRITTEN_OUT, "", "")
    assert counted.at == START + timedelta(milliseconds=WRITTEN_OUT)
    assert counted.until == START + timedelta(milliseconds=49)
    assert not flood.takes(row(), now=START + WINDOW)


def test_what_a_known_actor_did_is_written_or_counted_by_what_it_was_about() -> None:
    """However much strangers do, and however much the actor does."""
    flood, told = Flood(), Counter[str]()
    for number in range(MOST_KINDS):
        flood.takes(row(str(number)), now=START)
    for number in range(MOST_WRITTEN_OUT * 3):
        pulled = row(subject=f"unit={number % 1500}", actor="chen")
        told[pulled.subject] += not flood.takes(pulled, now=START)
    assert sum(told.values()) == MOST_WRITTEN_OUT
    assert not flood.takes(row(subject="unit=1", actor="wang"), now=START)
    for counted in flood.over(now=None):
        if counted.row.actor.name:
            told[counted.row.subject] += counted.count
    assert told == {f"unit={number}": 2 for number in range(1500)}


def test_whose_account_strangers_tried_is_said_however_many_they_tried() -> None:
    flood = Flood()
    for number in range(MOST_KINDS):
        flood.takes(row(str(number)), now=START)
    tried = [row(str(number), subject="wang", action=AuditAction.SIGN_IN) for number in range(30)]
    assert all(flood.takes(one, now=START) for one in tried)
    found = [counted for counted in flood.over(now=None) if counted.row.action is AuditAction.SIGN_IN]
    assert [(counted.row.subject, counted.row.address, counted.count) for counted in found] == [
        ("wang", MANY_ADDRESSES, 30)
    ]


def test_a_minute_s_rows_are_forgotten_with_it() -> None:
    flood = Flood()
    for number in range(MOST_WRITTEN_OUT * 2):
        flood.takes(row(str(number), actor="chen"), now=START)
    assert flood.takes(row("another", actor="chen"), now=START)
    flood.over(now=START + WINDOW)
    assert not flood.takes(row("another", actor="chen"), now=START + WINDOW)


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
