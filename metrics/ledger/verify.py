"""标尺离线核验:不联网、不信任任何人,核对一个文件是否与账本一致。只用 Python 标准库,一个文件。

Check offline that a file says just what the ledger says, trusting nobody. One file, no libraries, Python ≥ 3.9.

    python verify.py observations.csv --entries entries.jsonl --checkpoint checkpoint.txt --key KEY [--query ADDRESS]
    python verify.py rates.csv --entries entry.jsonl --checkpoint checkpoint.txt --key KEY      (a release's archive)
    python verify.py receipt.json --key KEY

A pull of `observations` is written anew from the ledger's leaves, for the address it was pulled from, and compared byte
for byte. Any other file must be one whose SHA-256 a release in the ledger names; the release's entry alone, with its
proof, will do for that. A receipt must lead to its checkpoint.
KEY comes from the log's owner by another way (a bulletin, a letter): `biaochi ledger keys` prints it.

Exit code 0: right. 1: wrong. 2: nothing could be checked (a file cannot be read, an option is missing or mistaken).
"""

from __future__ import annotations

import argparse
import base64
import binascii
import codecs
import csv
import hashlib
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timezone
from itertools import islice
from typing import IO, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo


class Wrong(Exception):
    """Something is not what it should be; says so in both languages."""

    def __init__(self, zh: str, en: str, *, lines: str = "") -> None:
        super().__init__(f"{zh}\n{en}{lines}")


class Unchecked(Wrong):
    """Nothing is said of the file: something that is needed to check it is missing, mistaken or cannot be read."""


# The tree: RFC 9162, section 2.1.


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaf hashes; a node without a sibling is carried up as it is."""
    level = list(hashes) or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def root_by_inclusion(leaf: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of a tree of `size` that `path` leads to from the hash `leaf` at `index`; None if it leads nowhere."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = node_hash(sibling, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(*, first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """True if `path` shows that the tree of size `second` continues the one of size `first`."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = list(path) if first & (first - 1) else [first_root, *path]
    place, last = first - 1, second - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    if not steps:
        return False
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


# The signature: Ed25519, RFC 8032, section 5.1.7, in extended coordinates (x, y, z, t).

_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _PRIME - 2, _PRIME) % _PRIME
_ROOT_OF_MINUS_ONE = pow(2, (_PRIME - 1) // 4, _PRIME)
Point = tuple[int, int, int, int]


def _plus(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % _PRIME
    c = 2 * one[3] * other[3] * _D % _PRIME
    d = 2 * one[2] * other[2] % _PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _PRIME, g * h % _PRIME, f * g % _PRIME, e * h % _PRIME


def _times(factor: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while factor:
        if factor % 2:
            total = _plus(total, point)
        point, factor = _plus(point, point), factor >> 1
    return total


def _point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    odd, y = y >> 255, y % 2**255
    if y >= _PRIME:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _PRIME - 2, _PRIME) % _PRIME
    x = pow(square, (_PRIME + 3) // 8, _PRIME)
    if (x * x - square) % _PRIME:
        x = x * _ROOT_OF_MINUS_ONE % _PRIME
    if (x * x - square) % _PRIME or (x == 0 and odd):
        return None
    x = _PRIME - x if x % 2 != odd else x
    return x, y, 1, x * y % _PRIME


def is_signed(public_key: bytes, signature: bytes, text: bytes) -> bool:
    """True if `signature` (64 bytes) is that of the holder of `public_key` (32 bytes) under `text`."""
    base = _point((4 * pow(5, _PRIME - 2, _PRIME) % _PRIME).to_bytes(32, "little"))
    if len(public_key) != 32 or len(signature) != 64 or base is None:
        return False
    key, nonce, s = _point(public_key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or s >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + text).digest()
    left = _times(s, base)
    right = _plus(nonce, _times(int.from_bytes(digest, "little") % _ORDER, key))
    return all((left[i] * right[2] - right[i] * left[2]) % _PRIME == 0 for i in (0, 1))


# The checkpoint: C2SP signed-note and tlog-checkpoint.


class Checkpoint(NamedTuple):
    """A signed statement: the log called `origin` had `size` entries, and `root` is their tree's root.

    `more`: the lines below, by which it says that a restore was declared, or a key came without the old one's word.
    """

    origin: str
    size: int
    root: bytes
    more: str = ""


def read_key(key: str) -> tuple[str, bytes, bytes]:
    """Name, id (4 bytes) and public key of a verifier key, `name+id+base64`."""
    name, _, rest = key.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[0] != 1 or key_id != expected.hex():
        raise Unchecked(f"这不是一个公钥:{key[:80]}", f"This is not a verifier key: {key[:80]}")
    return name, expected, raw[1:]


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""


def _text(content: bytes) -> str:
    """What any editor's file says: UTF-8 or UTF-16 with or without a mark, else GB18030."""
    try:
        return content.decode("utf-16" if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig")
    except UnicodeError:
        return content.decode("gb18030", "replace")


def open_checkpoint(
    note: bytes, keys: Sequence[str], *, is_signed: Callable[[bytes, bytes, bytes], bool] = is_signed
) -> Checkpoint:
    """What a signed checkpoint says. Raises Wrong unless one of `keys` signed it, or if a signature of theirs fails.

    A mark at its beginning and line ends of Windows, which editors and mail leave in it, are not part of it.
    """
    text, blank, signatures = _text(note).replace("\r\n", "\n").encode().rpartition(b"\n\n")
    lines = re.findall("^— (\\S+) ([A-Za-z0-9+/=]+)\n", signatures.decode("utf-8", "replace"), re.MULTILINE)
    trusted = {(name, key_id): public for name, key_id, public in map(read_key, keys)}
    signed = False
    for name, encoded in lines:
        raw = _decoded(encoded)
        public = trusted.get((name, raw[:4]))
        if public is not None:
            if not is_signed(public, raw[4:], text + b"\n"):
                raise Wrong(f"检查点的签名不对({name})。", f"The checkpoint's signature by {name} is false.")
            signed = True
    if not signed:
        raise Unchecked("检查点没有所给公钥的签名。", "The checkpoint is signed by none of the keys given.")
    found = re.fullmatch(b"([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)((?:\n[^\n]+)*)", text)
    if found is None or not blank:
        raise Unchecked("这不是一个检查点。", "This is not a checkpoint.")
    origin, size, root, more = found.groups()
    return Checkpoint(origin.decode(), int(size), base64.b64decode(root), more.decode("utf-8", "replace").strip("\n"))


def hand_over_text(name: str, *, old: str, new: str) -> str:
    """What the old key signs when the new one takes its place; both as verifier keys. No checkpoint reads like it."""
    return f"{name}\nnew key {new}\nold key {old}\n"


def with_successors(keys: Sequence[str], entries: Iterable[bytes]) -> list[str]:
    """`keys`, and those that they handed over to: an entry has the old key's signature for the new one."""
    trusted = [key.strip() for key in keys]
    for line in entries:
        if b"handed_over" not in line:
            continue
        try:
            said = json.loads(json.loads(line)["leaf"])
            old, new = str(said["replaces"]), str(said["verifier_key"])
            name, key_id, public = read_key(old)
            read_key(new)
            signed = _decoded(said["handed_over"].strip().rpartition(" ")[2])
        except (ValueError, KeyError, TypeError, AttributeError, Wrong):
            continue
        text = hand_over_text(name, old=old, new=new).encode()
        if old in trusted and signed[:4] == key_id and is_signed(public, signed[4:], text):
            trusted.append(new)
    return trusted


# The ledger's leaves.


def read_leaves(lines: Iterable[bytes], checkpoints: Sequence[Checkpoint]) -> list[bytes | None]:
    """The leaves of an entries file up to the largest checkpoint, None where the reader was given the hash alone.

    Raises Wrong if one is not what its hash says, if one is missing, or if they do not have a checkpoint's root.
    """
    size = max(checkpoint.size for checkpoint in checkpoints)
    entries = [_read_entry(line, seq=seq) for seq, line in enumerate(islice(lines, size), start=1)]
    hashes, leaves = [hashed for hashed, _ in entries], [leaf for _, leaf in entries]
    for checkpoint in checkpoints:
        if len(hashes) < checkpoint.size or tree_root(hashes[: checkpoint.size]) != checkpoint.root:
            raise Wrong(
                f"账本条目与检查点(前 {checkpoint.size} 条)不符:账本被改写,或文件不全。",
                f"The entries do not have the root of the checkpoint over the first {checkpoint.size}: "
                "the ledger was rewritten, or the file is not whole.",
                lines="".join(f"\n{said}" for said, lost in restores(leaves) if checkpoint.size in lost),
            )
    return leaves


def restores(leaves: Iterable[bytes | None]) -> Iterator[tuple[str, range]]:
    """Restores that were declared, as a sentence each, with the sizes of what was lost: no checkpoint of them fits."""
    for leaf in leaves:
        if leaf is not None and b'"kind":"epoch"' in leaf:
            try:
                said = json.loads(leaf)
                found, known = said["found"]["size"], (said["remembered"] or {}).get("size")
                lost = range(found + 1, known + 1) if isinstance(known, int) else range(0)
                if said["cause"] == "restored":
                    yield (
                        (
                            f"第 {said['seq']} 条声明:账本恢复到前 {found} 条(原到 {known} 条),原因:{said['reason']}\n"
                            f"Entry {said['seq']} declares that the ledger was restored to its first {found} entries "
                            f"(of {known}): {said['reason']}"
                        ),
                        lost,
                    )
            except (ValueError, KeyError, TypeError, AttributeError):
                continue


def read_proved(line: bytes, checkpoints: Sequence[Checkpoint]) -> bytes | None:
    """The leaf of a line that brings its own proof; None if the line has none. Raises Wrong if the proof leads nowhere.

    Every checkpoint must be the one that the proof leads to.
    """
    try:
        entry = json.loads(line)
        if "inclusion" not in entry:
            return None
        seq, size = entry["seq"], entry["inclusion"]["size"]
        path = [bytes.fromhex(step) for step in entry["inclusion"]["path"]]
        known = isinstance(seq, int) and isinstance(size, int)
    except (ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        raise Wrong("账本条目无法读取。", "The entry cannot be read.")
    hashed, leaf = _read_entry(line, seq=seq)
    root = root_by_inclusion(hashed, index=seq - 1, size=size, path=path)
    if leaf is None or any((size, root) != (checkpoint.size, checkpoint.root) for checkpoint in checkpoints):
        raise Wrong("条目的路径不通向检查点。", "The entry does not lead to the checkpoint.")
    return leaf


def _read_entry(line: bytes, *, seq: int) -> tuple[bytes, bytes | None]:
    try:
        entry = json.loads(line)
        hashed, leaf = bytes.fromhex(entry["leaf_hash"]), entry.get("leaf")
        leaf = None if leaf is None else leaf.encode()
        placed = entry["seq"] == seq and (leaf is None or json.loads(leaf)["seq"] == seq)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Wrong(f"账本第 {seq} 条无法读取。", f"Entry {seq} cannot be read.") from None
    if not placed:
        raise Wrong(f"账本第 {seq} 条缺失或错位。", f"Entry {seq} is missing or out of its place.")
    if leaf is not None and leaf_hash(leaf) != hashed:
        raise Wrong(f"账本第 {seq} 条与其哈希不符。", f"Entry {seq} is not what its hash says.")
    return hashed, leaf


# The file: `observations` as the leaves have it.

COLUMNS = ["seq", "unit_code", "unit_name", "period", "element_code", "element_name", "value", "unit_of_measure"]
COLUMNS += ["revision", "state", "recorded_at", "submission_id", "reason"]
_TEXTS = [COLUMNS.index(name) for name in ("unit_name", "element_name", "unit_of_measure", "reason")]
_UTC = timezone.utc  # noqa: UP017  `datetime.UTC` is not there before Python 3.11
_SYNTHETIC = {"zh": "(合成演示)", "en": " (synthetic)"}
_MANY = ("unit", "period", "element")
_ONCE = ("period_from", "period_to", "basis", "history", "after_seq", "after_hash", "as_of", "lang", "bom")
_FORMS = {
    **dict.fromkeys(("period", "period_from", "period_to"), "[0-9]{4}-[0-9]{2}"),
    "basis": "submitted|verified",
    "history": "true|false",
    "after_seq": "[0-9]{1,16}",
    "after_hash": "[0-9a-f]{64}",
    "lang": "zh|en",
    "bom": "0|1",
}


def read_query(address: str) -> dict[str, list[str]]:
    """The parameters of a pull, from its address or from what stands behind the question mark of it. Raises Wrong."""
    try:
        query = urlsplit(address).query if "?" in address or "://" in address else address
        asked = parse_qs(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise Unchecked("--query 不是下载地址或其参数。", "--query is no address of a pull.") from None
    odd = [name for name in asked if name not in _MANY + _ONCE]
    if odd:
        raise Unchecked(f"带参数 {odd[0]} 的文件无法逐字节核验。", f"A pull with {odd[0]} cannot be written anew.")
    for name, values in asked.items():
        well_formed = all(re.fullmatch(_FORMS[name], value) for value in values) if name in _FORMS else True
        if not well_formed or (name in _ONCE and len(values) > 1):
            raise _not_answered(name)
    return asked


def _not_answered(name: str) -> Unchecked:
    return Unchecked(f"--query 的参数 {name} 有误。", f"No pull is answered with such a {name} as --query names.")


class Story:
    """What the leaves up to and with `seq` say of units, elements, submissions and their states."""

    def __init__(self, leaves: Sequence[bytes | None], *, seq: int) -> None:
        self.parts: dict[tuple[str, str], Any] = {}
        self.states: dict[int, str] = {}
        self.newest: dict[tuple[str, str, str], int] = {}
        self.submissions: list[Any] = []
        self.hashed = {place for place, leaf in enumerate(leaves[:seq], start=1) if leaf is None}
        self.synthetic = any(leaf is not None and b'"synthetic":true' in leaf for leaf in leaves)
        for place, leaf in enumerate(leaves[:seq], start=1):
            if leaf is not None:
                try:
                    self._tell(json.loads(leaf))
                except (KeyError, TypeError, ValueError, AttributeError):
                    raise Wrong(
                        f"账本第 {place} 条不成形。", f"Entry {place} is not of the form of its kind."
                    ) from None

    def _tell(self, said: Any) -> None:
        if said["kind"] == "plan":
            for part in said["records"]:
                self.parts[part["kind"], part["code"]] = {} if part["removed"] else part["content"]
        elif "submission" in said and "state" in said:
            self.states[said["submission"]] = said["state"]
            for code in said.get("changed", ()):
                self.newest[said["unit"], said["period"], code] = said["seq"]
            if "values" in said:
                self.submissions.append(said)

    def rows(self, asked: dict[str, list[str]]) -> Iterator[list[Any]]:
        """The rows of `observations` that a pull with these parameters answers, in its order."""
        language = asked.get("lang", ["zh"])[0]
        label = _SYNTHETIC[language] if self.synthetic else ""
        history, verified = asked.get("history") == ["true"], asked.get("basis") == ["verified"]
        for said in self.submissions:
            state, unit = self.states[said["submission"]], said["unit"]
            if not _is_wanted(said, asked) or (verified and state != "verified"):
                continue
            unit_name = self.parts.get(("unit", unit), {}).get("name", {}).get(language)
            at = datetime.fromisoformat(said["recorded_at"]).astimezone(_UTC).isoformat(timespec="microseconds")
            for code in sorted(said["changed"]):
                holds = self.newest[unit, said["period"], code] == said["seq"]
                if code not in asked.get("element", [code]) or not (history or holds):
                    continue
                element = self.parts.get(("element", code), {})
                name = element.get("name", {}).get(language, "")
                measure = element.get("unit_of_measure", {}).get(language, "")
                row = [said["seq"], unit, "" if unit_name is None else unit_name + label, said["period"], code, name]
                row += [said["values"][code], measure, said["revision"], state if holds else "superseded", at]
                yield [*row, said["submission"], said["reason"]]


def _is_wanted(said: Any, asked: dict[str, list[str]]) -> bool:
    period = said["period"]
    return (
        said["unit"] in asked.get("unit", [said["unit"]])
        and period in asked.get("period", [period])
        and asked.get("period_from", [period])[0] <= period <= asked.get("period_to", [period])[0]
        and said["seq"] > int(asked.get("after_seq", ["0"])[0])
    )


def as_of_seq(asked: dict[str, list[str]], leaves: Sequence[bytes | None]) -> int:
    """The place in the ledger at which the file was pulled; without `as_of`, the last one."""
    given = asked.get("as_of", [str(len(leaves))])[0]
    if re.fullmatch("[0-9]{1,16}", given):
        if int(given) > len(leaves):
            raise Unchecked(
                f"条目与检查点只到第 {len(leaves)} 条:请取得更新的。",
                f"Entries and checkpoint end at {len(leaves)}: get newer ones.",
            )
        return int(given)
    known = [json.loads(leaf) for leaf in leaves if leaf is not None]
    try:
        moment = moment_of(given.strip(), known)
    except (ValueError, LookupError, TypeError):  # no plan with a time zone: no local time
        raise _not_answered("as_of") from None
    if len(known) < len(leaves):
        raise Unchecked("部分条目只有哈希,as_of 须用序号。", "With entries withheld, as_of must be a sequence number.")
    return max((k["seq"] for k in known if datetime.fromisoformat(k["recorded_at"]) <= moment), default=0)


def moment_of(text: str, known: Sequence[Any]) -> datetime:
    """As the service reads it: a day stands for its end, a time without offset is local time of the plan."""
    text = re.sub(r"([T ][0-9:.]+) ([0-9]{2}:?[0-9]{2})$", r"\1+\2", text)  # the + of an address may be a blank
    text += "" if re.search("[T ]", text) else "T23:59:59.999999"
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo:
        return moment
    parts = [part for said in known if said.get("kind") == "plan" for part in said["records"]]
    zones = [part["content"]["timezone"] for part in parts if part["kind"] == "document"]
    return moment.replace(tzinfo=ZoneInfo(zones[-1]))


def _safe(cell: str) -> str:
    """As the export writes it: a text that a spreadsheet would run as a formula has an apostrophe before it."""
    return "'" + cell if cell.lstrip(" ").startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")) else cell


def check_observations(file: IO[bytes], story: Story, asked: dict[str, list[str]]) -> int:
    """The number of rows of the CSV `file`, every byte of which is as the leaves have it. Raises Wrong if not."""
    heading = set(re.split('[,;\\t"]', _text(file.readline(4096)).strip()))
    if len(heading.intersection(COLUMNS)) < len(COLUMNS) - 2:  # one byte that was changed spoils two names at most
        raise Unchecked(
            "能核验的是 observations 的 CSV、发布中的文件和回执。",
            "What can be checked is the CSV of observations, files of a release, and receipts.",
        )
    file.seek(0)
    return _count_same_rows(file, story, asked)


def _count_same_rows(file: IO[bytes], story: Story, asked: dict[str, list[str]]) -> int:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff" if asked.get("bom") == ["1"] else "")
    writer.writerow(COLUMNS)
    count = 0
    for row in story.rows(asked):
        _compare(file, buffer, story, row=count)
        for place in _TEXTS:
            row[place] = _safe(row[place])
        writer.writerow(row)
        count += 1
    _compare(file, buffer, story, row=count)
    if more := file.readline():
        _refuse_withheld(story, more)
        raise Wrong(f"多出一行:{_shown(more)}", f"A row too many: {_shown(more)}")
    return count


def _refuse_withheld(story: Story, line: bytes) -> None:
    """Raise Unchecked if the row was recorded in an entry of which only the hash is here: another unit's."""
    seq = _text(line).strip("\ufeff").partition(",")[0]
    if re.fullmatch("[0-9]{1,16}", seq) and int(seq) in story.hashed:
        raise Unchecked(
            f"第 {seq} 条只有哈希,其中的行无法核验:请只下载本单位的数据(unit=)。",
            f"Of entry {seq} only the hash is here, so its rows cannot be checked: pull your own units (unit=).",
        )


_AS_DOWNLOADED = (
    "请用下载的原件核验(表格软件另存过的必然不符),并用 --query 给出下载地址。\n"
    "Check the file as it was downloaded (saved again it cannot fit), and give its address as --query."
)


def _compare(file: IO[bytes], buffer: io.StringIO, story: Story, *, row: int) -> None:
    """Compare the next bytes with what is in `buffer`, and empty it. `row` 0 is the heading."""
    expected = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    given = file.read(len(expected))
    if given != expected:
        given += file.readline()
        if row:
            _refuse_withheld(story, given)
        raise Wrong(
            f"第 {row} 行(标题为第 0 行)与账本不符,前为文件,后为账本:",
            f"Row {row} (the heading is 0) is not as the ledger has it; the file first, then the ledger:",
            lines=f"\n  {_shown(given)}\n  {_shown(expected)}\n{_AS_DOWNLOADED}",
        )


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace").rstrip("\r\n")[:400] or "—"


def releases_naming(digest: str, leaves: Sequence[bytes | None]) -> list[str]:
    """The files of releases that have this SHA-256 (hex), each with its release and the entry of that."""
    named = [json.loads(leaf) for leaf in leaves if leaf is not None and json.dumps(digest).encode() in leaf]
    return [
        f"{file['name']} of release {said['number']} (entry {said['seq']}, basis {said['basis']})"
        for said in named
        if said["kind"] == "release"
        for file in said["files"]
        if file["sha256"] == digest
    ]


PROVED = ("seq", "id", "unit", "period", "revision", "actor", "values", "recorded_at")


def check_receipt(receipt: Any, keys: Sequence[str]) -> Checkpoint:
    """The checkpoint to which a receipt leads. Raises Wrong if it leads to none, or is not what its leaf says."""
    try:
        checkpoint = open_checkpoint(receipt["checkpoint"].encode(), keys)
        inclusion, leaf = receipt["inclusion"], receipt["leaf"].encode()
        said, path = json.loads(leaf), [bytes.fromhex(step) for step in inclusion["path"]]
        root = root_by_inclusion(leaf_hash(leaf), index=said["seq"] - 1, size=inclusion["size"], path=path)
        odd = [name for name in PROVED[:-1] if receipt[name] != said["submission" if name == "id" else name]]
        instants = [datetime.fromisoformat(at["recorded_at"].replace("Z", "+00:00")) for at in (receipt, said)]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Wrong("这不是一张回执。", "This is not a receipt.") from None
    if (inclusion["size"], root) != (checkpoint.size, checkpoint.root):
        raise Wrong("回执的路径不通向检查点。", "The receipt does not lead to its checkpoint.")
    if odd or receipt["leaf_hash"] != leaf_hash(leaf).hex() or instants[0] != instants[1]:
        named = (odd or ["recorded_at, leaf_hash"])[0]
        raise Wrong(f"回执与账本条目不符:{named}", f"The receipt does not say what its entry says: {named}")
    return checkpoint


# The command line.


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one file; exit code 0 if it is right, 1 if it is not, 2 if nothing could be checked."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console without Chinese
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="observations.csv / receipt.json / 发布中的文件")
    parser.add_argument("--entries", help="GET /api/v1/ledger/entries")
    parser.add_argument("--checkpoint", action="append", default=[], help="检查点,可多次:旧的也核对 / older ones too")
    parser.add_argument("--key", action="append", required=True, help="公钥,可多次 / verifier key, repeatable")
    parser.add_argument("--query", default="", help="文件的下载地址或其参数 / the address the file was pulled from")
    given = parser.parse_args(arguments)
    try:
        code, said = 0, verify(given.file, given.entries, given.checkpoint, keys=given.key, query=given.query)
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
    print(("", "不符 WRONG\n", "未能核验 NOT CHECKED\n")[code] + said, file=sys.stderr if code else sys.stdout)
    return code


def verify(file: str, entries: str | None, checkpoints: Sequence[str], *, keys: Sequence[str], query: str = "") -> str:
    """What was found right, in both languages. Raises Wrong."""
    if not (entries and checkpoints):
        return _verified_receipt(file, keys)
    with open(entries, "rb") as opened:
        keys = with_successors(keys, opened)
    opened_checkpoints = [open_checkpoint(_content(path), keys) for path in checkpoints]
    with open(entries, "rb") as opened:
        first = opened.readline()
        if not first:
            raise Unchecked("条目文件是空的。", "The entries file is empty.")
        alone = read_proved(first, opened_checkpoints)
        opened.seek(0)
        leaves = read_leaves(opened, opened_checkpoints) if alone is None else [alone]
    with open(file, "rb") as opened:
        digest = hashlib.sha256()
        while block := opened.read(1 << 20):
            digest.update(block)
        released = releases_naming(digest.hexdigest(), leaves)
        if released and not query:  # a question is answered by what it asks for, not by the file's being known
            listed = "; ".join(released)
            also = also_said(opened_checkpoints, leaves)
            return f"属实:内容与所列发布文件相同,请核对号数与文件名。\nRIGHT: it is, byte for byte, {listed}{also}"
        if alone is not None:
            raise Wrong("发布未列此文件(另存过的也会如此)。", "The release names no such file, nor one saved again.")
        opened.seek(0)
        asked = read_query(query)
        story = Story(leaves, seq=(seq := as_of_seq(asked, leaves)))
        count = check_observations(opened, story, asked)
    withheld = (
        f";{len(story.hashed)} 条只有哈希 / {len(story.hashed)} entries known by hash only" if story.hashed else ""
    )
    return (
        f"属实:{count} 行与账本前 {seq} 条逐字节一致{withheld}。\n"
        f"RIGHT: {count} rows are, byte for byte, what the first {seq} entries say."
        f"{also_said(opened_checkpoints, leaves)}"
    )


def _verified_receipt(file: str, keys: Sequence[str]) -> str:
    try:
        receipt = json.loads(_content(file))
    except ValueError:
        raise Unchecked("须给出 --entries 与 --checkpoint。", "--entries and --checkpoint are needed.") from None
    found = check_receipt(receipt, keys)
    return (
        f"属实:回执在账本前 {found.size} 条之内,所证明的是:{'、'.join(PROVED)}。\n"
        f"RIGHT: the receipt is within the first {found.size} entries, which prove {', '.join(PROVED)}.\n"
        f"按时与否、是否签发不在其内。On time or late, and a sign-off, are not proved here.{also_said([found])}"
    )


def also_said(checkpoints: Iterable[Checkpoint], leaves: Iterable[bytes | None] = ()) -> str:
    """What else a reader is to know: restores that were declared, a key that nobody handed over; each on its line."""
    lines = dict.fromkeys(line for checkpoint in checkpoints for line in checkpoint.more.splitlines())
    told = [f"检查点另注明 The checkpoint also says: {line}" for line in lines]
    return "".join(f"\n{said}" for said in (*told, *(said for said, _ in restores(leaves))))


def _content(path: str) -> bytes:
    with open(path, "rb") as opened:
        return opened.read()


if __name__ == "__main__":
    sys.exit(main())
