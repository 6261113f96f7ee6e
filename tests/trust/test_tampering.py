"""Tampering in SQL is found and the row named; rewriting everything is found by whoever kept a checkpoint."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from metrics.commands.create_release import create_release
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.commands.verify_submission import verify_submission
from metrics.database import ReadSession, Sessions, database_url
from metrics.ledger.checking.finding import Finding
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.entry import canonical
from metrics.principal import Principal, Role
from metrics.queries.derived_check import derived_findings
from metrics.queries.ledger import known_keys
from metrics.results import Basis
from metrics.settings import settings
from metrics.submission_states import Action
from tests.databases import Database, Server
from tests.matrices import WHOLE
from tests.posting import post
from tests.trust.campaign import DERIVED, LEDGER, missed, tampered
from tests.trust.full_ledger import REVIEWER, far_past_kept, one_of_everything

BATCHES, A_BATCH = 8, 5
DERIVED_TRIALS = 3 if WHOLE else 2  # of each table; `python -m tests.trust.thousand` makes more
UNITS = ["441202", "441203", "441204", "441223", "441224", "441225", "441226"]
MONTHS = [f"2019-0{month}" for month in range(1, 9)]
REVIEWS = [*[Action.VERIFY, Action.REOPEN] * 18, Action.SEND_BACK]  # of every unit: more than a tile of the tree in all


@pytest.fixture(scope="module", autouse=True)
def own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of the key that signs in this module."""
    path = tmp_path_factory.mktemp("key") / "ledger.key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIAOCHI_LEDGER_KEY", str(path))
        settings.cache_clear()
        yield path
    settings.cache_clear()


@pytest.fixture(scope="module")
def history(server: Server, template: str | None, own_key: Path) -> Iterator[Database]:
    """Submissions, a correction of each, reviews enough to fill a tile, and one of everything else, under a checkpoint.

    Nobody changes it for good.
    """
    clerk = Principal(1, "chen", "陈", Role.CLERK, frozenset(UNITS))
    with server.database(template=template) as database:
        with Sessions(database.engine).write() as session:
            for unit in UNITS:
                posted = post(session, principal=clerk, unit=unit)
                again = {"changes": {"items_online": 840}, "reason": "漏计", "if_match": posted.etag}
                posted = post(session, principal=clerk, unit=unit, **again)
                assert posted.id is not None
                for step in REVIEWS:
                    reason = "" if step is Action.VERIFY else "核对"
                    verify_submission(session, principal=REVIEWER, submission_id=posted.id, action=step, reason=reason)
            for month in MONTHS:
                earlier = post(session, principal=clerk, unit=UNITS[0], period=month)
                assert earlier.id is not None
                if month != MONTHS[1]:
                    verify_submission(session, principal=REVIEWER, submission_id=earlier.id)
                else:
                    etag = earlier.etag
            far_past_kept(session)
            again = {"changes": {"items_online": 830}, "reason": "漏计", "if_match": etag}
            post(session, principal=clerk, unit=UNITS[0], period=MONTHS[1], **again)
            one_of_everything(session)
            far_past_kept(session)
            issue_checkpoint(session)
        yield database


@pytest.fixture
def owner(history: Database) -> Iterator[Engine]:
    engine = create_engine(database_url(history.owner_url))
    yield engine
    engine.dispose()


def test_an_untouched_ledger_raises_no_alarm(history: Database) -> None:
    with Sessions(history.engine).read() as session:
        assert [*check_ledger(session), *derived_findings(session)] == []
        assert known_keys(session)[0].until is None


def test_releases_are_read_again_and_a_changed_file_is_named(clean_database: Database) -> None:
    sessions = Sessions(clean_database.engine)
    with sessions.write() as session:
        post(session)
        create_release(session, principal=REVIEWER, notes="一季度", basis=Basis.SUBMITTED)
        issue_checkpoint(session)
        assert list(check_ledger(session)) == []
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql("set session_replication_role = replica")
        connection.exec_driver_sql("delete from ledger_checkpoints")
    with sessions.read() as session:
        gone = named(list(check_ledger(session)))
    assert {table for table, _ in gone} == {
        "ledger_checkpoints",
        "ledger_entries",
    }  # too new for a tile: both are named
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql("set session_replication_role = replica")
        connection.exec_driver_sql("update release_parts set content = '\\x00' where name = 'rates.csv'")
        connection.exec_driver_sql("update release_files set rows = rows + 1 where name = 'units.csv'")
        other = "update release_parts p set content = o.content from release_parts o"
        connection.exec_driver_sql(f"{other} where p.name = 'checkpoint.txt' and o.name = 'verify.py'")
        connection.exec_driver_sql("delete from release_files where name = 'entry.jsonl'")
    with sessions.read() as session:
        found = named(list(check_ledger(session)))
    assert found >= {("release_parts", "number=1 name=rates.csv"), ("release_files", "number=1 name=units.csv")}
    assert found >= {("release_parts", "number=1 name=checkpoint.txt"), ("release_files", "number=1 name=entry.jsonl")}
    assert {table for table, _ in found} <= {"release_parts", "release_files", "ledger_entries"}


def test_every_tampering_is_found_and_its_row_named(owner: Engine) -> None:
    """A sample, several at a time; what others of its batch cover up is made again, alone.

    `python -m tests.trust.thousand` makes a thousand, each alone.
    """
    draw, covered = random.Random(20191005), []
    for _ in range(BATCHES):
        seeds = [draw.getrandbits(64) for _ in range(A_BATCH)]
        with tampered(owner, *seeds, tables=LEDGER) as (done, found):
            covered += [seed for seed, one in zip(seeds, done, strict=True) if missed(one, found)]
    assert len(covered) <= BATCHES * A_BATCH // 4
    for seed in covered:
        with tampered(owner, seed, tables=LEDGER) as ([one], found):
            assert missed(one, found) == [], one


@pytest.mark.parametrize("table", DERIVED)
def test_every_tampering_with_what_follows_from_the_ledger_is_found_and_its_row_named(
    owner: Engine, table: str
) -> None:
    """Each alone: what follows is held against the ledger only where that is right, and one table after another."""
    draw = random.Random(table)
    for _ in range(DERIVED_TRIALS):
        with tampered(owner, draw.getrandbits(64), tables=(table,)) as ([one], found):
            assert missed(one, found) == [], one


def by_hand(owner: Engine, *statements: str) -> list[Finding]:
    """What a check finds after these statements of a superuser's; they are undone."""
    with owner.connect() as connection, connection.begin() as transaction:
        connection.execute(text("set session_replication_role = replica"))
        for statement in statements:
            connection.exec_driver_sql(statement)
        with ReadSession(connection, join_transaction_mode="create_savepoint") as session:
            found = list(check_ledger(session))
        transaction.rollback()
    return found


def named(found: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.table, finding.key) for finding in found}


ANOTHER_SALT = "update ledger_entries set leaf = regexp_replace(leaf, '(\"salt\":\")[0-9a-f]', '\\1f0')"
REHASH = "update ledger_entries set leaf_hash = sha256('\\x00'::bytea || convert_to(leaf, 'utf8')) where seq = {seq}"


def test_an_entry_rewritten_with_all_its_rows_is_named_by_the_tree(owner: Engine) -> None:
    with owner.connect() as connection:
        seq = connection.scalar(text("select min(seq) from observations where seq > 20 and value = 850"))
    rewritten = (
        f"update ledger_entries set leaf = replace(leaf, '\"850\"', '\"990\"') where seq = {seq}",
        REHASH.format(seq=seq),
        f"update observations set value = 990 where seq = {seq} and value = 850",
        f"update figures set value = 990 where seq = {seq} and value = 850",
    )
    assert named(by_hand(owner, *rewritten)) >= {("ledger_entries", f"seq={seq}")}


@pytest.mark.parametrize(
    ("kept", "place"),
    [("leaves", "seq=265"), ("null", "seq=1…")],
    ids=["by the copy that a checkpoint keeps", "within its checkpoint, where an earlier version kept none"],
)
def test_an_entry_too_new_for_a_tile_is_named(owner: Engine, kept: str, place: str) -> None:
    found = by_hand(
        owner,
        f"update ledger_checkpoints set leaves = {kept}",
        'update ledger_entries set leaf = replace(leaf, \'"note":""\', \'"note":"x"\') where seq = 265',
        REHASH.format(seq=265),
        "update submission_events set note = 'x' where seq = 265",
    )
    assert {table for table, _ in named(found)} == {"ledger_entries"}
    assert all(key.startswith(place) for _, key in named(found))


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("delete from ledger_tiles", ("ledger_tiles", "level=0 index=0")),
        ("update ledger_tiles set root = '\\x00'", ("ledger_tiles", "level=0 index=0")),
        ("insert into ledger_tiles values (0, 7, '\\x00', '\\x00')", ("ledger_tiles", "level=0 index=7")),
        ("insert into ledger_keys values ('ab', 'x', now(), 'x')", ("ledger_keys", "key_id=ab")),
        (REHASH.format(seq=5).replace("x00", "x02"), ("ledger_entries", "seq=5")),
        ("update ledger_entries set leaf = 'no json' where seq = 5", ("ledger_entries", "seq=5")),
        (f"{ANOTHER_SALT} where seq = 5; {REHASH.format(seq=5)}", ("ledger_entries", "seq=5")),
        ("delete from ledger_entries where seq > 200", ("ledger_entries", "seq=250")),
        ("update ledger_entries set seq = 10000000 where seq = 5", ("ledger_entries", "seq=10000000")),
    ],
)
def test_what_the_ledger_is_made_of_is_looked_after_as_well(
    owner: Engine, statement: str, row: tuple[str, str]
) -> None:
    assert row in named(by_hand(owner, statement))


def test_an_entry_without_form_is_named_like_any_other(owner: Engine) -> None:
    for said in ('"kind":"submission","submission":1,"action":"submit"', '"kind":"plan"', '"kind":"release","files":7'):
        leaf = f'{{"recorded_at":"2030-01-01T00:00:00+00:00","seq":1000,{said}}}'
        kind = json.loads(leaf)["kind"]
        found = by_hand(
            owner,
            f"insert into ledger_entries values ((select max(seq) + 1 from ledger_entries), '{kind}',"
            f" '2030-01-01', '{leaf}', '')",
            "update ledger_entries set leaf = replace(leaf, ':1000,', ':' || seq || ',') where leaf_hash = ''",
            REHASH.format(seq="(select max(seq) from ledger_entries)"),
        )
        assert {table for table, _ in named(found)} == {"ledger_entries"}


@pytest.mark.parametrize(
    "change",
    [
        "root = '\\x00'",
        "note = replace(note, 'biaochi', 'biaochl')",
        "size = size - 40",
        "leaves = '\\x00'",
        "leaves = null",
    ],
)
def test_a_changed_checkpoint_is_named(owner: Engine, change: str) -> None:
    newest = "size = (select max(size) from ledger_checkpoints)"
    found = named(by_hand(owner, f"update ledger_checkpoints set {change} where {newest}"))
    assert {table for table, _ in found} == {"ledger_checkpoints"}


def test_a_deleted_checkpoint_is_named_where_the_next_goes_on_from_it(owner: Engine) -> None:
    with owner.connect() as connection:
        sizes = connection.scalars(text("select size from ledger_checkpoints order by size desc")).all()
    found = by_hand(owner, f"delete from ledger_checkpoints where size = {sizes[1]}")
    assert ("ledger_checkpoints", f"size={sizes[1]}") in named(found)


def rewrite(connection: Connection, *, seq: int) -> None:
    """A figure is changed wherever it stands, and every hash made to fit; what was signed is thrown away."""
    connection.execute(text("set session_replication_role = replica"))
    for statement in (
        f"update ledger_entries set leaf = replace(leaf, '\"850\"', '\"851\"') where seq = {seq}",
        REHASH.format(seq=seq),
        f"update observations set value = 851 where seq = {seq} and value = 850",
        f"update figures set value = 851 where seq = {seq} and value = 850",
        f"update submission_events set detail = replace(detail::text, '\"850\"', '\"851\"')::jsonb where seq = {seq}",
        "delete from ledger_tiles",
        "delete from ledger_checkpoints",
    ):
        connection.execute(text(statement))
    detail = connection.scalar(text("select detail from submission_events where seq = :seq"), {"seq": seq})
    leaf = json.loads(connection.scalar(text("select leaf from ledger_entries where seq = :seq"), {"seq": seq}) or "")
    leaf["detail"] = sha256(canonical(detail)).hexdigest()
    connection.execute(
        text("update ledger_entries set leaf = :leaf where seq = :seq"), {"leaf": canonical(leaf).decode(), "seq": seq}
    )
    connection.execute(text(REHASH.format(seq=seq)))


def test_a_rewritten_key_entry_is_named(owner: Engine) -> None:
    found = by_hand(
        owner,
        "update ledger_entries set leaf = regexp_replace(leaf, '[+]([0-9a-f]{7}).[+]', '+\\1x+') where kind = 'key'",
        REHASH.format(seq="(select seq from ledger_entries where kind = 'key')"),
    )
    assert ("ledger_entries", f"seq={key_entry(owner)}") in named(found)


def key_entry(owner: Engine) -> int:
    with owner.connect() as connection:
        return connection.scalar(text("select seq from ledger_entries where kind = 'key'")) or 0
