"""Files that records of a unit carry: kept once, for own units, so many a day; and carried by number."""

from __future__ import annotations

import hashlib
import json

import pytest

from metrics.commands import attach_file as command
from metrics.commands.attach_file import attach_file
from metrics.database import WriteSession
from metrics.errors import Forbidden, Invalid, NotFound, TooLarge, TooMany
from metrics.ledger.checking.walk import check_ledger
from metrics.models import AttachedFile, LedgerEntry
from metrics.principal import Role
from metrics.queries.attachments import (
    MOST_ATTACHMENTS,
    as_recorded,
    attachment_content,
    attachments_of,
    files_to_carry,
)
from metrics.supervision.file_kinds import LARGEST_ATTACHMENT
from tests.attached import a_pdf
from tests.people import person

UNIT, OTHER = "441202", "441203"


def test_a_file_is_kept_whole_and_the_ledger_says_its_hash(session: WriteSession) -> None:
    clerk = person(session, "chen")
    kept = attach_file(session, principal=clerk, unit=UNIT, name="证.pdf", content=a_pdf("甲"))
    entry = session.get_one(LedgerEntry, kept.seq)
    said = json.loads(entry.leaf)
    assert said["kind"] == "attachment"
    assert {"unit": UNIT, "name": "证.pdf", "media_type": "application/pdf", "actor": "chen"}.items() <= said.items()
    assert said["sha256"] == hashlib.sha256(a_pdf("甲")).hexdigest() == kept.sha256.hex()
    file, content = attachment_content(session, kept.seq, principal=clerk)
    assert (file.seq, file.size, content) == (kept.seq, len(a_pdf("甲")), a_pdf("甲"))
    assert list(check_ledger(session)) == []


def test_the_same_bytes_are_kept_once_for_each_unit(session: WriteSession) -> None:
    bureau = person(session, "bureau", role=Role.REVIEWER)
    first = attach_file(session, principal=bureau, unit=UNIT, name="a.pdf", content=a_pdf())
    again = attach_file(session, principal=bureau, unit=UNIT, name="b.pdf", content=a_pdf())
    other = attach_file(session, principal=bureau, unit=OTHER, name="b.pdf", content=a_pdf())
    assert (first.recorded, again.recorded, other.recorded) == (True, False, True)
    assert (again.seq, again.name, other.seq > first.seq) == (first.seq, "a.pdf", True)
    assert session.query(AttachedFile).count() == 2


def test_only_for_own_units_and_known_ones(session: WriteSession) -> None:
    clerk = person(session, "chen")
    with pytest.raises(Forbidden):
        attach_file(session, principal=clerk, unit=OTHER, name="a.pdf", content=a_pdf())
    for role in (Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            attach_file(session, principal=person(session, f"a.{role}", role=role), unit=UNIT, name="", content=b"")
    bureau = person(session, "bureau", role=Role.REVIEWER)
    with pytest.raises(Invalid) as refused:
        attach_file(session, principal=bureau, unit="x", name="", content=a_pdf())
    assert refused.value.code == "unit_unknown"


def test_too_large_a_file_and_too_many_in_a_day_are_refused(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = person(session, "chen")
    with pytest.raises(TooLarge):
        attach_file(session, principal=clerk, unit=UNIT, name="", content=bytes(LARGEST_ATTACHMENT + 1))
    monkeypatch.setattr(command, "MOST_A_DAY", 1)
    attach_file(session, principal=clerk, unit=UNIT, name="a", content=a_pdf("1"))
    with pytest.raises(TooMany) as refused:
        attach_file(session, principal=clerk, unit=UNIT, name="a", content=a_pdf("2"))
    assert refused.value.code == "attachments_too_many_today"
    monkeypatch.setattr(command, "MOST_A_DAY", 9)
    monkeypatch.setattr(command, "LARGEST_A_DAY", 2 * len(a_pdf("1")) - 1)
    with pytest.raises(TooMany):
        attach_file(session, principal=clerk, unit=UNIT, name="a", content=a_pdf("2"))


def test_a_record_carries_files_of_its_own_unit_in_the_order_given(session: WriteSession) -> None:
    bureau = person(session, "bureau", role=Role.REVIEWER)
    one, two, three = (
        attach_file(session, principal=bureau, unit=unit, name=f"{unit}-{nth}", content=a_pdf(nth)).seq
        for unit, nth in ((UNIT, "1"), (UNIT, "2"), (OTHER, "3"))
    )
    files = files_to_carry(session, [two, one, two], unit=UNIT)
    assert [file.seq for file in files] == [two, one] == [file.seq for file in attachments_of(session, [two, one])]
    assert as_recorded(files)[0] == {
        "file": two,
        "name": f"{UNIT}-2.pdf",
        "size": len(a_pdf("2")),
        "sha256": hashlib.sha256(a_pdf("2")).hexdigest(),
    }
    with pytest.raises(Invalid) as refused:
        files_to_carry(session, [one, three, 4711], unit=UNIT, pointer="/files")
    assert [problem.pointer for problem in refused.value.problems] == ["/files/1", "/files/2"]
    with pytest.raises(Invalid) as refused:
        files_to_carry(session, range(MOST_ATTACHMENTS + 1), unit=UNIT)
    assert refused.value.code == "attachments_too_many"
    with pytest.raises(NotFound):
        attachment_content(session, three, principal=person(session, "chen"))
