"""T3 in full: `python -m benchmarks.flips [COUNT] [SEED]` flips one bit of a pull that many times; all must be caught.

As many of a pull of `observations`, and as many again of pulls of `rates`, `progress` and `leaderboard` together. Each
flipped file goes through the verifier: it is held against what is written anew or recomputed from the ledger's leaves.
Exit code 1 if one passes.
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.databases import READER, own_database
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.database import ReadSession, read_session, write_session
from metrics.ledger.entry import newest_seq
from metrics.ledger.verifying.checkpoint import open_checkpoint
from metrics.ledger.verifying.comparing import compare
from metrics.ledger.verifying.facts import DEFAULT_SETTINGS, LeavesTold
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import leaf_hash, tree_root
from metrics.ledger.verifying.observations import Story, check_observations
from metrics.ledger.verifying.question import read_query
from metrics.ledger.verifying.rates import Rates
from metrics.ledger.verifying.tables import TABLES, Reckoned
from metrics.principal import Principal, Role
from metrics.publish.catalogue import DATASETS
from metrics.publish.pull import parse_pull
from metrics.publish.rendering import render
from metrics.queries.ledger import known_keys, ledger_entries
from metrics.queries.view import View, view_at
from seed.demonstration.load import load_demonstration

QUERIES = {
    "observations": "period=2019-09&history=true&lang=zh",
    "rates": "period=2019-09",
    "progress": "unit=441200&unit=441202&unit=441203",
    "leaderboard": "period=2020-06",
}
_READER = Principal(0, "assessor", "第三方", Role.ASSESSOR)


def main(count: int = 10_000, seed: int = 1) -> int:
    """Flip `count` bits of either, one at a time, and print the score."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with own_database(home):
            load_plan_folder(CITY_PLAN, actor="benchmarks")
            load_demonstration(home)
            right, leaves = _kept()
    story, draw = Story(leaves, seq=len(leaves)), random.Random(seed)
    asked = read_query(QUERIES["observations"])
    passed = _score(
        "observations",
        right["observations"],
        lambda content: check_observations(io.BytesIO(content), story, asked),
        count=count,
        draw=draw,
    )
    facts = LeavesTold(leaves, seq=len(leaves)).facts(verified=False, settings=DEFAULT_SETTINGS)
    for place, table in enumerate(TABLES):
        rows = [*Reckoned(Rates(facts)).rows(table, read_query(QUERIES[table], table))]
        check = partial(compare, table, rows=rows, columns=TABLES[table])
        passed += _score(table, right[table], check, count=(count + 2 - place) // len(TABLES), draw=draw)
    return 1 if passed else 0


def _score(name: str, right: bytes, check: Callable[[bytes], object], *, count: int, draw: random.Random) -> int:
    """How many of `count` flips of a pull pass the `check` that the pull itself passes."""
    check(right)
    passed = 0
    for _ in range(count):
        changed = bytearray(right)
        changed[draw.randrange(len(right))] ^= 1 << draw.randrange(8)
        try:
            check(bytes(changed))
            passed += 1
        except Wrong:
            continue
    sys.stdout.write(f"T3 {count - passed} of {count} flips caught in a pull of {name}, {len(right)} bytes\n")
    return passed


def _kept() -> tuple[dict[str, bytes], list[bytes | None]]:
    """The pulls, and the leaves, which have the root of a checkpoint signed by the key in use."""
    with write_session() as session:
        issued = issue_checkpoint(session)
    with read_session(READER) as session:
        keys = [key.verifier_key for key in known_keys(session)]
        entries = ledger_entries(session, principal=_READER, start=1, end=newest_seq(session))
        leaves = [None if entry.leaf is None else entry.leaf.encode() for entry in entries]
        if tree_root([leaf_hash(leaf or b"") for leaf in leaves]) != open_checkpoint(issued.note.encode(), keys).root:
            raise ValueError("the leaves do not have the checkpoint's root")
        view = view_at(session)
        return {table: _pulled(session, view, table) for table in QUERIES}, leaves


def _pulled(session: ReadSession, view: View, table: str) -> bytes:
    pull = parse_pull(DATASETS[table], read_query(QUERIES[table], table), timezone=lambda: "Asia/Shanghai")
    with render(DATASETS[table], session=session, view=view, pull=pull, form="csv").file as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
