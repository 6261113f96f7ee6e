"""T3 in full: `python -m benchmarks.flips [COUNT] [SEED]` flips one bit of a pull that many times; all must be caught.

Each flipped file goes through the verifier: the pull is written anew from the ledger's leaves and compared.
Exit code 1 if one passes.
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.databases import READER, own_database
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.database import read_session, write_session
from metrics.ledger.entry import newest_seq
from metrics.ledger.verifying.checkpoint import open_checkpoint
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import leaf_hash, tree_root
from metrics.ledger.verifying.observations import Story, check_observations
from metrics.ledger.verifying.question import read_query
from metrics.principal import Principal, Role
from metrics.publish.catalogue import DATASETS
from metrics.publish.pull import parse_pull
from metrics.publish.rendering import render
from metrics.queries.ledger import known_keys, ledger_entries
from metrics.queries.view import view_at
from seed.demonstration.load import load_demonstration

QUERY = "period=2019-09&history=true&lang=zh"
_READER = Principal(0, "assessor", "第三方", Role.ASSESSOR)


def main(count: int = 10_000, seed: int = 1) -> int:
    """Flip `count` bits, one at a time, and print the score."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with own_database(home):
            load_plan_folder(CITY_PLAN, actor="benchmarks")
            load_demonstration(home)
            right, leaves = _kept()
    asked = read_query(QUERY)
    story = Story(leaves, seq=len(leaves))
    rows = check_observations(io.BytesIO(right), story, asked)
    draw, passed = random.Random(seed), 0
    for _ in range(count):
        changed = bytearray(right)
        changed[draw.randrange(len(right))] ^= 1 << draw.randrange(8)
        try:
            check_observations(io.BytesIO(changed), story, asked)
            passed += 1
        except Wrong:
            continue
    sys.stdout.write(f"T3 {count - passed} of {count} flips caught in a pull of {rows} rows, {len(right)} bytes\n")
    return 1 if passed else 0


def _kept() -> tuple[bytes, list[bytes | None]]:
    """A pull, and the leaves, which have the root of a checkpoint signed by the key in use."""
    with write_session() as session:
        issued = issue_checkpoint(session)
    with read_session(READER) as session:
        keys = [key.verifier_key for key in known_keys(session)]
        entries = ledger_entries(session, principal=_READER, start=1, end=newest_seq(session))
        leaves = [None if entry.leaf is None else entry.leaf.encode() for entry in entries]
        if tree_root([leaf_hash(leaf or b"") for leaf in leaves]) != open_checkpoint(issued.note.encode(), keys).root:
            raise ValueError("the leaves do not have the checkpoint's root")
        asked = {name: list(values) for name, values in read_query(QUERY).items()}
        pull = parse_pull(DATASETS["observations"], asked, timezone=lambda: "Asia/Shanghai")
        view = view_at(session)
        with render(DATASETS["observations"], session=session, view=view, pull=pull, form="csv").file as file:
            return file.read(), leaves


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
