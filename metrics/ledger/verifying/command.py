"""标尺离线核验:不联网、不信任任何人,核对一个文件是否与账本一致。只用 Python 标准库,一个文件。

Check offline that a file says just what the ledger says, trusting nobody. One file, no libraries, Python ≥ 3.9.

    python verify.py progress.csv --entries entries.jsonl --checkpoint checkpoint.txt --key KEY [--query ADDRESS]
    python verify.py biaochi-release-1.zip --key KEY [--entries entries.jsonl --checkpoint checkpoint.txt]
    python verify.py rates.csv --entries entry.jsonl --checkpoint checkpoint.txt --key KEY   (one file of a release)
    python verify.py receipt.json --key KEY
    python verify.py --printed "SIZE ROOT" --checkpoint later.txt --consistency proof.json --key KEY
    python verify.py … --policy policy.txt

A pull of `observations` is written anew from the ledger's leaves, for the address it was pulled from, and compared byte
for byte. A pull of `rates`, `progress` or `leaderboard` is recomputed from the leaves and compared cell by cell. Of a
release every file must be the one whose SHA-256 its entry names, and those tables are recomputed: from the figures and
facts that the release itself states, or, with all entries of the ledger, from what units sent. Of one file and the
release's entry alone the SHA-256 is compared. A receipt must lead to its checkpoint. The size and root that a bulletin
or a receipt prints are held against a later checkpoint, by a consistency proof or by all entries. A policy (C2SP
tlog-policy) names keys of logs and of witnesses, and how many of these have to have signed; it says who did, and when.
KEY comes from the log's owner by another way (a bulletin, a letter): `biaochi ledger keys` prints it.

Exit code 0: right. 1: wrong. 2: nothing could be checked (a file cannot be read, an option is missing or mistaken).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
import time
import unicodedata
from collections.abc import Sequence
from typing import IO, NamedTuple
from zipfile import is_zipfile

from metrics.ledger.verifying.archive import check_archive, recompute_released
from metrics.ledger.verifying.beside import (
    Beside,
    also_said,
    check_printed,
    opened_checkpoints,
    seen_later,
)
from metrics.ledger.verifying.checkpoint import Checkpoint, as_copied, open_checkpoint, with_successors
from metrics.ledger.verifying.comparing import Proof
from metrics.ledger.verifying.facts import METHOD, LeavesTold
from metrics.ledger.verifying.faults import Unchecked, Wrong
from metrics.ledger.verifying.files import content_of, opened_file
from metrics.ledger.verifying.later import read_printed
from metrics.ledger.verifying.leaves import read_leaves, read_proved
from metrics.ledger.verifying.observations import Story, check_observations
from metrics.ledger.verifying.policy import read_policy
from metrics.ledger.verifying.question import as_of_seq, read_query, table_asked
from metrics.ledger.verifying.recompute import recompute, table_of
from metrics.ledger.verifying.vouched import PROVED, check_receipt, read_receipt, releases_naming
from metrics.ledger.verifying.witnessed import signed_by_witnesses


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one file; exit code 0 if it is right, 1 if it is not, 2 if nothing could be checked."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console without Chinese
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", help="observations.csv / receipt.json / 发布中的文件")
    parser.add_argument("--entries", help="GET /api/v1/ledger/entries")
    parser.add_argument("--checkpoint", action="append", default=[], help="检查点,可多次:旧的也核对 / older ones too")
    parser.add_argument("--key", action="append", default=[], help="公钥,可多次 / verifier key, repeatable")
    parser.add_argument("--query", default="", help="文件的下载地址或其参数 / the address the file was pulled from")
    parser.add_argument("--policy", help="策略文件:账本与见证人的公钥 / keys of logs and witnesses, C2SP tlog-policy")
    parser.add_argument("--printed", help="纸上的条数与根 / size and root as they are printed")
    parser.add_argument("--consistency", help="GET /api/v1/ledger/consistency?from=&to=")
    given, began = parser.parse_args(arguments), time.monotonic()
    beside = Beside(given.policy, given.printed, given.consistency)
    try:
        code = 0
        said = verify(given.file, given.entries, given.checkpoint, keys=given.key, query=given.query, beside=beside)
    except Unchecked as unchecked:
        code, said = 2, str(unchecked)
    except Wrong as wrong:
        code, said = 1, str(wrong)
    except OSError as error:
        code, said = (
            2,
            f"无法读取 {error.filename}:{error.strerror}\nCannot be read: {error.filename}: {error.strerror}",
        )
    except RecursionError:
        code, said = 1, "嵌套过深。\nNested too deeply."
    said += f"\n({time.monotonic() - began:.1f} s)"
    said = "".join(character if _is_harmless(character) else ascii(character)[1:-1] for character in said)
    print(("", "不符 WRONG\n", "未能核验 NOT CHECKED\n")[code] + said, file=sys.stderr if code else sys.stdout)
    return code


def _is_harmless(character: str) -> bool:
    """False for what would move the cursor, hide text or turn it round: a file is not to say what is printed of it."""
    return character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def verify(
    file: str | None,
    entries: str | None,
    checkpoints: Sequence[str],
    *,
    keys: Sequence[str],
    query: str = "",
    beside: Beside | None = None,
) -> str:
    """What was found right, in both languages. Raises Wrong."""
    beside = beside or Beside()
    policy = None if beside.policy is None else read_policy(content_of(beside.policy))
    keys = [*keys, *(log.key for log in (policy.logs if policy else ()))]
    if not keys or (file is None) == (beside.printed is None):
        raise Unchecked(
            "须给出一个文件或 --printed,以及 --key 或有 log 行的 --policy。",
            "Give a file or --printed, and --key or a --policy with a log in it.",
        )
    if file is None:
        return check_printed(read_printed(beside.printed or ""), entries, checkpoints, keys, policy, beside)
    if query and (is_zipfile(file) or not (entries and checkpoints)):
        raise Unchecked(
            "--query 是所取的表的下载地址,与 --entries、--checkpoint 一起给出;"
            "回执和数据发布不用它,所属单位、月份、号数写在结果里。",
            "--query is for a table that was pulled, beside --entries and --checkpoint. Leave it out for a receipt or "
            "a release: the result says which it is.",
        )
    at_hand, seen = (_at_hand(entries, checkpoints, keys) if entries and checkpoints else None), ""
    if at_hand is not None and policy is not None:
        seen = signed_by_witnesses(opened_checkpoints(checkpoints, at_hand.keys), policy)
    if is_zipfile(file):
        every = None if at_hand is None or at_hand.alone else at_hand.leaves
        leaves = None if every is None or None in every else every
        found, opened = check_archive(file, keys if at_hand is None else at_hand.keys, leaves)
        if every is None:
            seen = seen_later(opened, checkpoints, keys, policy, beside)
        elif leaves is None:
            found += _within_hashes(opened, str(entries), every)
        return found + also_said([opened, *([] if at_hand is None else at_hand.checkpoints)], every or ()) + seen
    if at_hand is None:
        said, opened = _receipt(file, keys)
        return said + seen_later(opened, checkpoints, keys, policy, beside)
    return _of_table(file, at_hand, query) + also_said(at_hand.checkpoints, at_hand.leaves) + seen


def _within_hashes(release: Checkpoint, entries: str, leaves: Sequence[bytes | None]) -> str:
    """That the ledger goes on from the release, which takes no more than hashes. Raises Wrong where it does not."""
    with opened_file(entries) as lines:
        read_leaves(lines, [release])
    hashed = leaves.count(None)
    return (
        f"\n账本前 {len(leaves)} 条是这一发布(前 {release.size} 条)的续写。"
        f"其中 {hashed} 条只有哈希,各单位是否报过这些数未核验。\n"
        f"The first {len(leaves)} entries of the ledger continue those of the release, the first {release.size}. Of "
        f"{hashed} of them only the hash is here: that units sent these figures was not checked."
    )


class AtHand(NamedTuple):
    """What a file is held against. `alone`: one entry with its own proof. `keys`: with those they handed over to."""

    leaves: list[bytes | None]
    alone: bool
    checkpoints: list[Checkpoint]
    keys: list[str]


def _at_hand(entries: str, checkpoints: Sequence[str], keys: Sequence[str]) -> AtHand:
    with opened_file(entries) as opened:
        known = with_successors(keys, opened)
    found = [open_checkpoint(as_copied(content_of(path)), known) for path in checkpoints]
    with opened_file(entries) as opened:
        first = opened.readline()
        if not first:
            raise Unchecked("条目文件是空的。", "The entries file is empty.")
        alone = read_proved(first, found)
        opened.seek(0)
        return AtHand(read_leaves(opened, found) if alone is None else [alone], alone is not None, found, known)


def _of_table(file: str, at_hand: AtHand, query: str) -> str:
    leaves = at_hand.leaves
    released = releases_naming(_digest(file), leaves)
    if released and not query:  # a question is answered by what it asks for, not by the file's being known
        listed = "; ".join(map(str, released))
        proved = "" if at_hand.alone else "".join(recompute_released(one, content_of(file), leaves) for one in released)
        return f"属实:内容与所列发布文件相同,请核对号数与文件名。\nRIGHT: it is, byte for byte, {listed}{proved}"
    if at_hand.alone:
        raise Wrong("发布未列此文件(另存过的也会如此)。", "The release names no such file, nor one saved again.")
    with opened_file(file) as opened:
        table = table_asked(query) or table_of(opened.readline(4096))
        if table in ("", "observations"):
            opened.seek(0)
            return _observations(opened, leaves, query)
    asked = read_query(query, table)
    told = LeavesTold(leaves, seq=(seq := as_of_seq(asked, leaves)))
    return _said(recompute(table, content_of(file), told, asked), seq)


def _receipt(file: str, keys: Sequence[str]) -> tuple[str, Checkpoint]:
    try:
        receipt = read_receipt(content_of(file))
    except ValueError:
        raise Unchecked("须给出 --entries 与 --checkpoint。", "--entries and --checkpoint are needed.") from None
    found = check_receipt(receipt, keys)
    size, opened = found.checkpoint.size, found.checkpoint
    said = (
        f"属实:回执({found.told('zh')})在账本前 {size} 条之内,所证明的是:{'、'.join(PROVED)}。"
        "请与所称的单位、月份核对。\n"
        f"RIGHT: the receipt ({found.told('en')}) is within the first {size} entries, which prove "
        f"{', '.join(PROVED)}. Compare unit and month with what it is claimed to be.\n"
        f"按时与否、是否签发不在其内。On time or late, and a sign-off, are not proved here.{also_said([opened])}"
    )
    return said, opened


def _observations(file: IO[bytes], leaves: Sequence[bytes | None], query: str) -> str:
    asked = read_query(query)
    story = Story(leaves, seq=(seq := as_of_seq(asked, leaves)))
    count = check_observations(file, story, asked)
    withheld = _of_withheld(len(story.hashed)) if story.hashed else ""
    return (
        f"属实:{count} 行与账本前 {seq} 条逐字节一致。\n"
        f"RIGHT: {count} rows are, byte for byte, what the first {seq} entries say.{withheld}"
    )


def _of_withheld(count: int) -> str:
    return (
        f"\n其中 {count} 条只有哈希:这些行是否被其中某条更正、退回,仅当条目是您自己下载的才有定论。\n"
        f"Of {count} entries only the hash is here: that none of them corrects or returns these rows is certain only "
        "if you pulled the entries yourself."
    )


def _said(proof: Proof, seq: int) -> str:
    zh, _, en = proof.told(
        f"与由账本前 {seq} 条按方法 {METHOD} 重算的一致",
        f" are the same as recomputed by method {METHOD} from the first {seq} entries",
    ).partition("\n")
    return f"属实:{zh}\nRIGHT: {en}"


def _digest(path: str) -> str:
    digest = hashlib.sha256()
    with opened_file(path) as opened:
        while block := opened.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
