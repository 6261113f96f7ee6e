"""Publishing a release: whole, numbered, fixed for ever, in the ledger."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from metrics.commands.create_release import FILE_COUNT, create_release
from metrics.commands.load_plan import load_plan
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, NotFound
from metrics.ledger.checking.proofs import PROOF_FILES
from metrics.ledger.entry import newest_seq
from metrics.methods import PRESENT
from metrics.models import LedgerEntry, Release, ReleasePart
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.publish.release_files import RELEASED
from metrics.queries.releases import Published, file_bytes, newest_release, release, releases
from metrics.results import Basis
from tests.metrics.publish.pulling import pulled
from tests.metrics.queries.test_views import BUREAU, post


def published(session: WriteSession, *, notes: str = "三季度", basis: Basis = Basis.SUBMITTED) -> Published:
    """A release made now."""
    return create_release(session, principal=BUREAU, notes=notes, basis=basis)


def content(session: WriteSession, made: Published, name: str) -> bytes:
    return b"".join(file_bytes(session, made.number, made.file(name)))


def test_releases_are_numbered_and_stand_on_what_was_known(session: WriteSession) -> None:
    first_known = post(session)
    first = published(session)
    second_known = post(session, items_online=700)
    second = published(session, notes="更正")
    assert [(r.number, r.stands_on, r.seq) for r in releases(session)] == [
        (2, second_known, second_known + 1),
        (1, first_known, first_known + 2),  # the key that signs its checkpoint is recorded before it
    ]
    assert newest_release(session) == second
    assert release(session, 1) == first
    assert len(first.files) == FILE_COUNT


def test_a_release_names_the_method_it_was_made_by(session: WriteSession) -> None:
    post(session)
    made = published(session)
    leaf = session.scalar(select(LedgerEntry.leaf).where(LedgerEntry.seq == made.seq))
    package = json.loads(content(session, made, "datapackage.json"))
    assert made.method == json.loads(leaf or "")["method"] == package["method"]["number"] == PRESENT.number
    for language, changes in (("zh", PRESENT.changes.zh), ("en", PRESENT.changes.en)):
        document = content(session, made, f"method.{language}.md").decode()
        assert str(PRESENT.number) in document.splitlines()[0]
        assert changes in document


def test_the_method_lists_where_published_series_break(session: WriteSession) -> None:
    """A district that has been there since 2015 breaks no series that begins in 2019."""
    for month in ("2019-08", "2019-10"):
        post(session, "441202", month)
    assert "没有单位撤并" in content(session, published(session), "method.zh.md").decode()
    plan = plan_at(session)
    ended = {"441203": {"valid_to": date(2019, 9, 30), "merged_into": "441202"}}
    units = tuple(unit.model_copy(update=ended.get(unit.code, {})) for unit in plan.units)
    load_plan(session, plan.model_copy(update={"units": units}), actor="tests")
    told = content(session, published(session), "method.zh.md").decode()
    assert [line.partition(":")[0] for line in told.splitlines() if line.startswith("- 20")] == [
        "- 2019-10 `441200` 肇庆市",
        "- 2019-10 `441202` 端州区",
    ]


def test_a_file_is_the_pull_at_its_place_and_stays_it(session: WriteSession) -> None:
    post(session, "441202", "2019-08")
    post(session)
    made = published(session)
    open_to_all: dict[str, dict[str, Any]] = {"observations": {"element": sorted(plan_at(session).published_elements)}}
    before = {name: content(session, made, f"{name}.csv") for name in RELEASED}
    for name, file in before.items():
        assert file == pulled(session, name, as_of=str(made.stands_on), **open_to_all.get(name, {})), name
    post(session, items_online=600)
    assert {name: content(session, made, f"{name}.csv") for name in RELEASED} == before


def test_the_ledger_names_the_digest_of_every_file(session: WriteSession) -> None:
    post(session)
    made = published(session)
    entry = session.get_one(LedgerEntry, made.seq)
    said = json.loads(entry.leaf)
    assert (said["kind"], said["number"], said["stands_on"]) == ("release", 1, made.stands_on)
    assert (said["notes"], said["actor"], said["basis"]) == ("三季度", "bureau", "submitted")
    assert {file["name"]: file["sha256"] for file in said["files"]} == {
        file.name: hashlib.sha256(content(session, made, file.name)).hexdigest()
        for file in made.files
        if file.name not in PROOF_FILES
    }
    assert {
        "rates.csv",
        "rates.schema.json",
        "units.en.csv",
        "method.zh.md",
        "method.en.md",
        "datapackage.json",
        "verify.py",
    } <= {file["name"] for file in said["files"]}


def test_reasons_stay_out_of_what_is_published(session: WriteSession) -> None:
    post(session)
    post(session, items_online=600)
    made = published(session)
    rows = list(csv.DictReader(io.StringIO(content(session, made, "observations.csv").decode(), newline="")))
    assert "更正" in {row["reason"] for row in csv.DictReader(io.StringIO(pulled(session, "observations").decode()))}
    assert {row["reason"] for row in rows} == {""}


def test_only_verified_figures_are_released_on_that_basis(session: WriteSession) -> None:
    post(session)
    with pytest.raises(Conflict, match="nothing_to_release"):
        published(session, basis=Basis.VERIFIED)
    verify_submission(session, principal=BUREAU, submission_id=_only_submission(session))
    made = published(session, basis=Basis.VERIFIED)
    assert b"submitted" not in content(session, made, "observations.csv")
    counted = len(plan_at(session).published_elements)  # what rates are made of, and no other counts
    assert 30 < made.file("observations.csv").rows == counted


def _only_submission(session: WriteSession) -> int:
    from metrics.models import Submission

    return session.scalars(select(Submission.id)).one()


def test_nothing_is_released_before_the_first_submission(session: WriteSession) -> None:
    before = newest_seq(session)
    with pytest.raises(Conflict, match="nothing_to_release"):
        published(session)
    assert newest_seq(session) == before


@pytest.mark.parametrize(
    ("notes", "code"), [("", "notes_missing"), (" \n", "notes_missing"), ("x" * 4001, "notes_too_long")]
)
def test_notes_say_something(session: WriteSession, notes: str, code: str) -> None:
    post(session)
    with pytest.raises(Invalid, match=code):
        published(session, notes=notes)


@pytest.mark.parametrize("role", [Role.CLERK, Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_only_the_bureau_publishes(session: WriteSession, role: Role) -> None:
    post(session)
    with pytest.raises(Forbidden):
        create_release(session, principal=Principal(9, "x", "x", role), notes="x", basis=Basis.SUBMITTED)
    assert session.scalar(select(func.count()).select_from(ReleasePart)) == 0


def test_what_is_not_there_is_not_found(session: WriteSession) -> None:
    assert newest_release(session) is None
    with pytest.raises(NotFound, match="release_unknown"):
        release(session, 1)
    post(session)
    with pytest.raises(NotFound, match="release_file_unknown"):
        published(session).file("../passwords")


def test_the_data_package_lists_every_table_with_its_digest(session: WriteSession) -> None:
    post(session)
    made = published(session)
    package = json.loads(content(session, made, "datapackage.json"))
    tables = [file for file in made.files if file.name.endswith(".csv")]
    assert [
        (resource["path"], resource["bytes"], resource["hash"], resource["rows"]) for resource in package["resources"]
    ] == [(file.name, file.size, f"sha256:{file.sha256.hex()}", file.rows) for file in tables]
    assert package["knownAsOf"] == {
        "seq": made.stands_on,
        "recordedAt": package["knownAsOf"]["recordedAt"],
        "basis": "submitted",
    }
    assert session.scalar(select(func.count()).select_from(Release)) == 1
