"""A release's archive as a whole: every file under the signature, every figure recomputed from what the release states.

`facts.json` states what the tables follow from beside `observations.csv`: the plan, settings, submissions without a
published figure, lights set by hand. Whoever has every entry of the ledger can do without it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from metrics.ledger.verifying.checkpoint import Checkpoint, open_checkpoint
from metrics.ledger.verifying.comparing import Proof
from metrics.ledger.verifying.facts import METHOD, LeavesTold
from metrics.ledger.verifying.faults import Unchecked, Wrong
from metrics.ledger.verifying.leaves import read_proved
from metrics.ledger.verifying.months import month_from
from metrics.ledger.verifying.observations import SYNTHETIC, Story, check_observations
from metrics.ledger.verifying.packing import archive_members
from metrics.ledger.verifying.plan import PlanAsKnown
from metrics.ledger.verifying.rates import Facts, Sent
from metrics.ledger.verifying.recompute import recompute, recompute_from
from metrics.ledger.verifying.tables import TABLES
from metrics.ledger.verifying.vouched import Released, is_of_a_release

_PACKAGE, _OF_RATES = "datapackage.json", "of rates"
_ENTRY, _CHECKPOINT, _FACTS, _FIGURES = "entry.jsonl", "checkpoint.txt", "facts.json", "observations.csv"
_LARGEST_PROOF = 1 << 24  # bytes of the entry and of the checkpoint, which are read before anything is known


def check_archive(path: str, keys: Sequence[str], leaves: Sequence[bytes | None] | None) -> tuple[str, Checkpoint]:
    """What the archive at `path` proves, in both languages, and its checkpoint; with all `leaves` down to these.

    Raises Wrong for a file that is not the one that the release's entry names, for one too many or too few, and for a
    table that does not follow from what is stated. Nothing is unpacked but what the entry names, and no more of it.
    """
    with _in_words(), ZipFile(path) as opened:
        members = archive_members(opened)
        proof = {name: opened.read(one) for name, one in members.items() if _may_be_proof(name, one)}
        said, checkpoint = _release(proof, keys)
        _refuse_other_members(members, said)
        files = {name: opened.read(one) for name, one in members.items()}
    _refuse_other_contents(files, said)
    proved = _what_follows(files, said, leaves)
    return "\n".join(
        [
            f"属实:第 {said['number']} 号发布 {len(said['files'])} 个文件均为签名检查点之下的原件。",
            f"RIGHT: all {len(said['files'])} files of release {said['number']} are those under the signed checkpoint "
            f"over {checkpoint.size} entries.",
            *proved,
        ]
    ), checkpoint


def _what_follows(files: dict[str, bytes], said: Any, leaves: Sequence[bytes | None] | None) -> Sequence[str]:
    """What is recomputed of a release, or why nothing is. Raises Wrong."""
    if said.get("method", 1) != METHOD:
        return _other_method(said)
    lacking = [name for name in (_PACKAGE, _FIGURES, *(f"{table}.csv" for table in TABLES)) if name not in files]
    if lacking:
        raise Wrong(f"发布未列 {lacking[0]}。", f"The release names no {lacking[0]}.")
    if leaves is not None:
        return [*_from_leaves(files, said, leaves), *_OF_OTHER_FILES]
    if _FACTS not in files:
        return _without_facts()
    facts = facts_stated(_json(_FACTS, files), files[_FIGURES])
    proofs = [
        recompute_from(facts, table, files[f"{table}.csv"], {}, columns=TABLES[table], released=True)
        for table in TABLES
    ]
    return [*map(_proved, proofs), *_WHAT_FACTS_PROVE, *_OF_OTHER_FILES]


def recompute_released(released: Released, content: bytes, leaves: Sequence[bytes | None]) -> str:
    """What more is proved of a file of a release by the leaves; nothing of one that no figures are in. Raises Wrong."""
    said, table = released.said, released.name[:-4]
    if table not in TABLES or said.get("method", 1) != METHOD or any(leaf is None for leaf in leaves):
        return ""
    return "\n" + _proved(
        recompute(table, content, LeavesTold(leaves, seq=said["stands_on"]), _asked(said), released=True)
    )


def _asked(said: Any) -> dict[str, list[str]]:
    """What a release asks of a table, as a pull would."""
    return {"basis": [said["basis"]]}


@contextmanager
def _in_words() -> Iterator[None]:
    """Raise Wrong where the archive cannot be read within the block."""
    try:
        yield
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as odd:
        raise Wrong(f"压缩包已损坏:{odd}", f"The archive is damaged: {odd}") from None


def _may_be_proof(name: str, member: ZipInfo) -> bool:
    return name in (_ENTRY, _CHECKPOINT) and member.file_size <= _LARGEST_PROOF


def _release(files: dict[str, bytes], keys: Sequence[str]) -> tuple[Any, Checkpoint]:
    """What the release's entry says, and the checkpoint that it leads to."""
    for name in (_ENTRY, _CHECKPOINT):
        if name not in files:
            raise Unchecked(f"压缩包中没有 {name}。", f"There is no {name} in the archive.")
    checkpoint = open_checkpoint(files[_CHECKPOINT], keys)
    leaf = read_proved(files[_ENTRY].split(b"\n", 1)[0], [checkpoint])
    said = None if leaf is None else json.loads(leaf)
    if not is_of_a_release(said):
        raise Wrong("entry.jsonl 不是数据发布的条目。", "entry.jsonl is not a release's entry.")
    return said, checkpoint


def _refuse_other_members(members: dict[str, ZipInfo], said: Any) -> None:
    """Raise Wrong for a file too many, one that is missing, and one of another size."""
    named = {file["name"]: file for file in said["files"]}
    odd = sorted(members.keys() - named.keys() - {_ENTRY, _CHECKPOINT}) or sorted(named.keys() - members.keys())
    if odd:
        raise Wrong(f"多出或缺少文件:{odd[0]}", f"A file too many, or one that is missing: {odd[0]}")
    for name, file in named.items():
        if members[name].file_size != file["bytes"]:
            raise _not_published(name)


def _refuse_other_contents(files: dict[str, bytes], said: Any) -> None:
    for file in said["files"]:
        if hashlib.sha256(files[file["name"]]).hexdigest() != file["sha256"]:
            raise _not_published(file["name"])


def _not_published(name: str) -> Wrong:
    return Wrong(f"{name} 不是发布的原件。", f"{name} is not the file that was published.")


def _json(name: str, files: dict[str, bytes]) -> Any:
    try:
        return json.loads(files[name])
    except ValueError as odd:
        raise Wrong(f"{name} 不成形:{odd}", f"{name} is not of its form: {odd}") from None


def facts_stated(said: Any, figures: bytes) -> Facts:
    """The facts that a release states: what is in `facts.json`, and the figures of its `observations.csv`."""
    sent: dict[tuple[str, int], Sent] = {}
    try:
        for row in csv.DictReader(io.StringIO(figures.decode(), newline="")):
            key = row["unit_code"], month_from(row["period"])
            values = dict(sent[key].values) if key in sent else {}
            sent[key] = Sent(row["state"], {**values, row["element_code"]: Fraction(row["value"])})
        for unit, period, state in said["submissions_without_figures"]:
            sent.setdefault((unit, month_from(period)), Sent(state, {}))
        first, last = said["sent"]
        return Facts(
            plan=PlanAsKnown((part["kind"], part["content"]) for part in said["plan"]),
            sent=sent,
            all_sent=(month_from(first), month_from(last)),
            set_by_hand={
                (month_from(one["period"]), one["unit"], one["target"]): one["light"] for one in said["set_by_hand"]
            },
            lights=said["settings"]["lights"],
            judged_share=Fraction(said["settings"]["judged_share"]),
            label=SYNTHETIC if said["synthetic"] else {},
        )
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, StopIteration) as odd:
        raise Wrong(
            f"{_FACTS} 或 {_FIGURES} 不成形:{odd}", f"{_FACTS}, or {_FIGURES}, is not of its form: {odd}"
        ) from None


def _from_leaves(files: dict[str, bytes], said: Any, leaves: Sequence[bytes | None]) -> list[str]:
    """What the leaves prove of the release: its tables and its figures, down to what units sent."""
    here = leaves[said["seq"] - 1] if len(leaves) >= said["seq"] else None
    if here is None or json.loads(here) != said:
        raise Wrong("所给账本条目中没有这一次发布。", "The entries given do not have this release.")
    told = LeavesTold(leaves, seq=said["stands_on"])
    proofs = [recompute(table, files[f"{table}.csv"], told, _asked(said), released=True) for table in TABLES]
    said_of_figures = _figures_from_leaves(files, said, leaves)
    return [
        *map(_proved, proofs),
        *said_of_figures,
        f"以上都由账本前 {said['stands_on']} 条重算,不凭 facts.json。",
        f"All of this follows from the first {said['stands_on']} entries of the ledger, without facts.json.",
    ]


def _figures_from_leaves(files: dict[str, bytes], said: Any, leaves: Sequence[bytes | None]) -> tuple[str, str]:
    """What the leaves prove of the figures; those before the rule of which counts are published are not compared."""
    if _json(_PACKAGE, files).get("counts") != _OF_RATES:
        return (
            f"{_FIGURES} 未与条目比较:早先的发布含全部填报数。",
            f"{_FIGURES} is not compared with the entries: an earlier release, with every count.",
        )
    story = Story(leaves, seq=said["stands_on"], published_only=True)
    count = check_observations(io.BytesIO(files[_FIGURES]), story, _asked(said))
    return (
        f"{_FIGURES}:{count} 行由账本条目逐字节写出,一致。",
        f"{_FIGURES}: {count} rows are, byte for byte, what the entries say.",
    )


def _proved(proof: Proof) -> str:
    return proof.told("均与重算一致", " are the same as recomputed")


_WHAT_FACTS_PROVE = (
    f"以上各表由同一发布的 observations.csv 与 facts.json 按方法 {METHOD} 重算;",
    "各单位是否报过这些数,须凭全部账本条目(--entries、--checkpoint)核验。",
    f"These tables follow by method {METHOD} from observations.csv and facts.json of the same release;",
    "that units sent these figures is proved with all entries of the ledger (--entries, --checkpoint), by whoever may",
    "read them.",
)


_OF_OTHER_FILES = (
    "其余文件只证明是公布的原件,内容未重算。",
    "Of every other file it is proved that it is the one published, not that what it says follows from anything.",
)


def _other_method(said: Any) -> tuple[str, str]:
    number = said.get("method", 1)
    return (
        f"未重算:它按方法 {number} 算出,本文件按方法 {METHOD}。",
        f"Not recomputed: it was made by method {number}, this file follows method {METHOD}.",
    )


def _without_facts() -> tuple[str, str]:
    return (
        "未重算:早先的发布没有 facts.json;可凭全部账本条目重算(--entries、--checkpoint)。",
        "Not recomputed: an earlier release without facts.json; with all entries it can be (--entries, --checkpoint).",
    )
