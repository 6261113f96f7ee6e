"""The policy: which logs and witnesses are trusted, and whose word is enough. C2SP tlog-policy."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from metrics.ledger.verifying.checkpoint import OF_LOG, OF_WITNESS, read_key, text_of
from metrics.ledger.verifying.faults import Unchecked

_NOBODY = "none"
_WORDS = {"log": (1, 2), "witness": (2, 3), "group": (3, 4096), "quorum": (1, 1)}  # how many words follow each


class Trusted(NamedTuple):
    """A log or a witness: its verifier key, and where it is reached, if that is said."""

    key: str
    url: str


class Policy(NamedTuple):
    """Logs; witnesses, by names that only the policy uses; groups, of which so many members suffice; the quorum."""

    logs: tuple[Trusted, ...]
    witnesses: dict[str, Trusted]
    groups: dict[str, tuple[int, tuple[str, ...]]]
    quorum: str

    def is_met(self, signed: Collection[str]) -> bool:
        """True if cosignatures by the keys `signed` are enough."""
        return self.quorum == _NOBODY or self._said(self.quorum, signed)

    def _said(self, name: str, signed: Collection[str]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].key in signed
        least, members = self.groups[name]
        return sum(self._said(member, signed) for member in members) >= least


class _Unfit(Exception):
    """What is wrong with a line, in both languages."""


def read_policy(content: bytes) -> Policy:
    """The policy in a file. Raises Unchecked, with the line's number, if it is none.

    It is written by hand: the mark, the encoding and the line ends that an editor gave it are not part of it.
    """
    reader, number = _PolicyReader(), 0
    try:
        for line in text_of(content).replace("\r\n", "\n").split("\n"):
            number += 1
            odd = next((mark for mark in line if (ord(mark) < 0x20 and mark != "\t") or ord(mark) == 0x7F), None)
            if odd is not None:
                raise _Unfit(f"有控制字符 0x{ord(odd):02X}", f"it has the control character 0x{ord(odd):02X}")
            words = [word for word in line.replace("\t", " ").split(" ") if word]
            if words and not words[0].startswith("#"):
                reader.take(words)
        if not reader.quorum:
            raise _Unfit("缺少 quorum 行", "there is no quorum line")
    except _Unfit as unfit:
        zh, en = unfit.args
        raise Unchecked(f"策略文件第 {number} 行:{zh}。", f"The policy's line {number}: {en}.") from None
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


class _PolicyReader:
    """What the lines so far said."""

    def __init__(self) -> None:
        self.logs: list[Trusted] = []
        self.witnesses: dict[str, Trusted] = {}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.quorum = ""
        self._members: set[str] = set()
        self._keys: set[tuple[int, bytes]] = set()

    def take(self, words: list[str]) -> None:
        kind, given = words[0], words[1:]
        if kind not in _WORDS:
            raise _Unfit(f"不认识 {kind[:40]}", f"{kind[:40]} is unknown")
        least, most = _WORDS[kind]
        if not least <= len(given) <= most:
            raise _Unfit(f"{kind} 后面的项数不对", f"{kind} is followed by too few words or too many")
        if kind == "log":
            self.logs.append(self._trusted(given, OF_LOG))
        elif kind == "witness":
            self.witnesses[self._new(given[0])] = self._trusted(given[1:], OF_WITNESS)
        elif kind == "group":
            self._group(self._new(given[0]), given[1], given[2:])
        else:
            self._quorum(given[0])

    def _trusted(self, given: list[str], kind: int) -> Trusted:
        key = given[0]
        try:
            public = read_key(key, kind=kind)[2]
        except Unchecked:
            whose = ("日志", "a log's") if kind == OF_LOG else ("见证人", "a witness's")
            raise _Unfit(f"这不是{whose[0]}的公钥:{key[:80]}", f"this is not {whose[1]} key: {key[:80]}") from None
        if (kind, public) in self._keys:
            raise _Unfit("公钥重复", "the key was given before")
        self._keys.add((kind, public))
        return Trusted(key, given[1] if len(given) > 1 else "")

    def _new(self, name: str) -> str:
        if name == _NOBODY or name in self.witnesses or name in self.groups:
            raise _Unfit(f"名称 {name[:40]} 已被使用", f"the name {name[:40]} is taken")
        return name

    def _group(self, name: str, least: str, members: list[str]) -> None:
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise _Unfit(f"上文没有 {member[:40]}", f"{member[:40]} is not defined above")
            if member in self._members:
                raise _Unfit(f"{member[:40]} 已属于一个组", f"{member[:40]} is a member already")
            self._members.add(member)
        count = {"any": 1, "all": len(members)}.get(least)
        if count is None and least.isascii() and least.isdigit() and not least.startswith("0") and len(least) < 5:
            count = int(least)
        if count is None or count > len(members):
            raise _Unfit(
                f"{least[:40]} 不是 any、all 或 1 至 {len(members)}",
                f"{least[:40]} is not any, all, or 1 to {len(members)}",
            )
        self.groups[name] = count, tuple(members)

    def _quorum(self, name: str) -> None:
        if self.quorum:
            raise _Unfit("quorum 只能有一行", "there is a quorum line already")
        if name != _NOBODY and name not in self.witnesses and name not in self.groups:
            raise _Unfit(f"上文没有 {name[:40]}", f"{name[:40]} is not defined above")
        self.quorum = name
