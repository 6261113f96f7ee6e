"""Whoever writes a migration that holds a table for long, or can fail on rows that are there, says why it may."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from tests.migrations.dangers import dangers
from tests.migrations.dumping import DUMPS
from tests.serving import ROOT

# By migration: each danger in words, and why it may be. What came with the first version nobody had run before.
WEIGHED: dict[str, dict[str, str]] = {
    "0073": {"constraint on reminders": "a few thousand rows in years; the kinds allowed before are allowed still"},
}


def since_the_first_version() -> dict[str, Path]:
    """The migrations that came after the first dump, by their numbers."""
    content = (DUMPS / "0.1.0.sql").read_text(encoding="utf-8")
    (first,) = re.findall(r"^COPY public\.alembic_version .*\n(\w+)$", content, re.MULTILINE)
    script = ScriptDirectory(str(ROOT / "migrations"))
    return {one.revision: Path(one.path) for one in script.iterate_revisions("head", first)}


def test_every_danger_since_the_first_version_is_weighed() -> None:
    found = {
        number: dangers(path.read_text(encoding="utf-8")) - set(WEIGHED.get(number, {}))
        for number, path in since_the_first_version().items()
    }
    assert {number: said for number, said in found.items() if said} == {}
    assert {number for number in WEIGHED if number not in since_the_first_version()} == set()


def test_those_before_have_dangers_that_are_found() -> None:
    source = (ROOT / "migrations" / "versions" / "0014_confirmations.py").read_text(encoding="utf-8")
    assert "constraint on users" in dangers(source)


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ('op.execute("alter table users add column name text not null")', "not null in users"),
        ("op.execute(\"alter table users add column name text not null default ''\")", None),
        ('op.execute("alter table users add column name text")', None),
        ('op.execute("alter table users alter column name type varchar(9)")', "type of a column of users"),
        ('op.execute("alter table users alter column name set not null")', "not null in users"),
        ('op.execute("alter table users add constraint c check (a > 0)")', "constraint on users"),
        ('op.execute("alter table users add constraint c check (a > 0) not valid")', None),
        ('op.execute("create index i on users (name)")', "index on users"),
        ('op.execute("create table new (a int)"); op.execute("create index i on new (a)")', None),
        ('op.execute("update users set a = 1")', "rows written in users"),
        ('op.execute(f"update users set {1} = 1")', "rows written in users"),
        ('op.execute("delete from users")', "rows of users"),
        ('op.execute("drop table users")', "rows of users"),
        ('op.execute("alter table users drop column name")', "column of users"),
        ('op.execute("lock table users")', "lock on users"),
        ('op.add_column("users", sa.Column("a", sa.Text(), nullable=False))', "not null in users"),
        ('op.add_column("users", sa.Column("a", sa.Text(), nullable=False, server_default=""))', None),
        ('op.add_column("users", sa.Column("a", sa.Text()))', None),
        ('op.alter_column("users", "a", type_=sa.Text())', "type of a column of users"),
        ('op.alter_column("users", "a", nullable=False)', "not null in users"),
        ('op.create_index("i", "users", ["a"])', "index on users"),
        ('op.create_check_constraint("c", "users", "a > 0")', "constraint on users"),
        ('op.drop_column("users", "a")', "column of users"),
        ('op.create_table("new", sa.Column("a")); op.create_index("i", "new", ["a"])', None),
    ],
)
def test_a_danger_is_found_on_the_way_up_and_not_on_the_way_down(done: str, said: str | None) -> None:
    assert dangers(f"def upgrade():\n    {done}\ndef downgrade(): ...") == ({said} if said else set())
    assert dangers(f"def upgrade(): ...\ndef downgrade():\n    {done}") == set()
    assert dangers(f"def _first():\n    {done}\ndef upgrade():\n    _first()") == ({said} if said else set())
