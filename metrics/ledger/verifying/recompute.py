"""Tables of a pull or a release, recomputed from what the leaves tell, or from the facts that a release states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from metrics.ledger.verifying.checkpoint import text_of
from metrics.ledger.verifying.comparing import Proof, compare
from metrics.ledger.verifying.facts import METHOD, LeavesTold
from metrics.ledger.verifying.faults import Unchecked, Wrong
from metrics.ledger.verifying.observations import AS_DOWNLOADED, COLUMNS
from metrics.ledger.verifying.rates import Facts, Rates
from metrics.ledger.verifying.tables import TABLES, Reckoned

_MARK = b"\xef\xbb\xbf"


def table_of(heading: bytes) -> str:
    """The table whose columns a file begins with, empty for none; one byte that was changed spoils two at most."""
    names = set(re.split('[,;\\t"]', text_of(heading).strip()))
    tables = {"observations": COLUMNS, **TABLES}
    lacking = {table: len(set(columns) - names) for table, columns in tables.items()}
    nearest = min(lacking, key=lambda table: (lacking[table], -len(tables[table])))
    return nearest if lacking[nearest] <= 2 else ""


def recompute(
    table: str, content: bytes, told: LeavesTold, asked: Mapping[str, list[str]], *, released: bool = False
) -> Proof:
    """Hold a pull of `table` against what the leaves tell. Raises Wrong with every cell that is another.

    The settings are those in force at the place asked for or any stated since: a service computes by its present ones.
    """
    if content.startswith(_MARK) != (asked.get("bom") == ["1"]):
        raise Wrong(
            "文件开头的字节顺序标记与下载地址不符。", "The mark at its beginning is not as the address asks for."
        )
    verified, columns = asked.get("basis") == ["verified"], columns_asked(table, asked)
    refused = Wrong("", "")
    for settings in told.settings:
        try:
            with of_its_form():
                facts = told.facts(verified=verified, settings=settings)
            return recompute_from(facts, table, content, asked, columns=columns, released=released)
        except Unchecked:
            raise
        except Wrong as wrong:
            refused = wrong
    if told.method not in (None, METHOD):
        raise Unchecked(
            f"与按方法 {METHOD} 重算的不符;其时的计算方法是方法 {told.method},请用当时的 verify.py。",
            f"It is not what follows by method {METHOD}; then method {told.method} was: use that day's verify.py.",
        )
    hint = "" if released else f"\n{AS_DOWNLOADED}"
    raise Wrong(*str(refused).split("\n", 1), lines=hint)


def recompute_from(
    facts: Facts,
    table: str,
    content: bytes,
    asked: Mapping[str, list[str]],
    *,
    columns: Sequence[str],
    released: bool = False,
) -> Proof:
    """Hold a pull of `table` against what follows from `facts`. Raises Wrong."""
    language = asked.get("lang", ["zh"])[0]
    with of_its_form():
        rows: list[dict[str, Any]] = list(Reckoned(Rates(facts), language).rows(table, asked))
    return compare(table, content, rows, columns, released=released)


@contextmanager
def of_its_form() -> Iterator[None]:
    """Raise Wrong where what is computed within the block stumbles over a plan or figures of another form."""
    try:
        yield
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError, StopIteration) as odd:
        raise Wrong(
            f"账本所载的方案或数据不成形,无法重算({type(odd).__name__}: {odd})。",
            f"Nothing can be recomputed from such a plan or such figures ({type(odd).__name__}: {odd}).",
        ) from None


def columns_asked(table: str, asked: Mapping[str, list[str]]) -> list[str]:
    """The columns of a pull, in their order. Raises Unchecked for one that the table does not have."""
    wanted = list(dict.fromkeys(asked["columns"][0].split(","))) if "columns" in asked else TABLES[table]
    odd = [name for name in wanted if name not in TABLES[table]]
    if odd:
        raise Unchecked(f"{table} 没有 {odd[0]} 列。", f"{table} has no column {odd[0]}.")
    return list(wanted)
