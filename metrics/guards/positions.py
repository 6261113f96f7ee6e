"""Where the numbers stand that the database gives to rows: nobody but a superuser moves them.

Set back, the next rows would have numbers that others have, and be refused; set far ahead, there are soon none left.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from metrics.errors import Message, Problem

_SEQUENCES = text(
    """
    select case place.nspname when 'public' then '' else place.nspname || '.' end || numbers.relname as shown,
        quote_ident(place.nspname) || '.' || quote_ident(numbers.relname) as sequence,
        quote_ident(of_table.nspname) || '.' || quote_ident(numbered.relname) as numbered,
        quote_ident(attname) as attribute, seqmax, has_sequence_privilege(numbers.oid, 'select') as readable
    from pg_sequence
        join pg_class numbers on numbers.oid = seqrelid join pg_namespace place on place.oid = numbers.relnamespace
        join pg_depend on classid = 'pg_class'::regclass and objid = seqrelid and refobjsubid > 0
            and refclassid = 'pg_class'::regclass and deptype in ('a', 'i')
        join pg_class numbered on numbered.oid = refobjid
        join pg_namespace of_table on of_table.oid = numbered.relnamespace
        join pg_attribute on attrelid = refobjid and attnum = refobjsubid
    where place.nspname in ('public', 'open')
    order by 1
    """
)


def position_problems(connection: Connection) -> Iterator[Problem]:
    """Every sequence that is behind the rows it numbered, or beyond half of all its numbers.

    Numbers that were given and undone leave gaps, which are none of this. Of a sequence that the connection's role may
    not read nothing is found: see :func:`may_see_positions`.
    """
    for row in connection.execute(_SEQUENCES).all():
        if not row.readable:
            continue
        # Rows first: what others add meanwhile has its number from the sequence already.
        newest = connection.scalar(text(f"select max({row.attribute}) from {row.numbered}"))  # noqa: S608  quoted
        last, called = connection.execute(text(f"select last_value, is_called from {row.sequence}")).one()  # noqa: S608
        if newest is not None and (newest > last or (newest == last and not called)):
            yield _problem(
                row.shown,
                f"被退回:表中已有 {newest} 号,它停在 {last}。",
                f"was set back: there is a row {newest}, and it stands at {last}.",
            )
        elif last > row.seqmax // 2:
            yield _problem(
                row.shown,
                f"被拨前:停在 {last},所余编号不及一半。",
                f"was set ahead: it stands at {last}, beyond half of its numbers.",
            )


def may_see_positions(connection: Connection) -> bool:
    """True if the connection's role may read every sequence; the service's own may not."""
    return all(row.readable for row in connection.execute(_SEQUENCES))


def _problem(name: str, zh: str, en: str) -> Problem:
    return Problem("guard_wrong", Message(f"序列 {name} {zh}", f"The sequence {name} {en}"), f"position {name}")
