"""What is known against the versions in the locks: `make advisories OSV=folder`, a folder of files in OSV's format.

The folder is, for instance, `all.zip` of OSV's PyPI data, unpacked: https://ossf.github.io/osv-schema/. Nothing is
fetched. Exit codes: 0 nothing known, 1 something is, 2 the folder cannot be read. Without a folder: "not checked".
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.serving import ROOT

LOCKS = ("requirements.lock", *(f"requirements-{name}.lock" for name in ("dev", "generator", "datasette")))
ACCEPTED: dict[str, str] = {}
"""Advisory → why its package stays as it is, with the day on which that is looked at again."""

_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
Pins = dict[str, tuple[str, ...]]
_EVENTS = ("introduced", "fixed", "last_affected", "limit")


class UnreadableAdvisory(ValueError):
    """A file that is no advisory in OSV's format; the message names it."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A pinned package that an advisory is about. `fixed`: the versions that are not affected any more, if any."""

    lock: str
    package: str
    version: str
    advisory: str
    summary: str
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        fixed = f"fixed in {', '.join(self.fixed)}" if self.fixed else "no fix known"
        return f"{self.lock}: {self.package} {self.version}: {self.advisory} ({fixed}) {self.summary}".rstrip()


def pinned(lock: str) -> Pins:
    """Package, its name as indexes compare it → its version, or one for each platform, of the text of a lock."""
    found: Pins = {}
    for name, version in _PINNED.findall(lock):
        found[canonicalize_name(name)] = (*found.get(canonicalize_name(name), ()), version)
    return found


def advisories_in(folder: Path) -> Iterator[dict[str, Any]]:
    """Every advisory about a package of PyPI that was not withdrawn. Raises UnreadableAdvisory."""
    for path in sorted(folder.rglob("*.json")):
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            advisory = {"id": str(found["id"]), "affected": list(found.get("affected", ())), **found}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnreadableAdvisory(f"{path.name} is no advisory in OSV's format ({type(error).__name__})") from error
        if not advisory.get("withdrawn") and any(_package(entry) for entry in advisory["affected"]):
            yield advisory


def affected_by(advisories: Iterable[dict[str, Any]], locks: dict[str, Pins]) -> tuple[Affected, ...]:
    """What of `locks` (name → package → versions) the advisories are about, those that were accepted left out."""
    return tuple(
        Affected(lock, name, version, advisory["id"], str(advisory.get("summary", "")), _fixed(entry))
        for advisory in advisories
        if advisory["id"] not in ACCEPTED
        for entry in advisory["affected"]
        for name in (_package(entry),)
        for lock, versions in locks.items()
        for version in versions.get(name, ())
        if is_affected(version, entry)
    )


def is_affected(version: str, entry: dict[str, Any]) -> bool:
    """True if `version` is listed, or lies in a range of an entry of `affected` (OSV schema, "Evaluation")."""
    here = Version(version)
    listed = any(_same(version, other) for other in entry.get("versions", ()))
    ranges = (known for known in entry.get("ranges", ()) if known.get("type") == "ECOSYSTEM")
    return listed or any(_lies_in(here, known.get("events", ())) for known in ranges)


def _lies_in(here: Version, events: Sequence[dict[str, str]]) -> bool:
    steps = [(_version(event[kind]), kind) for event in events for kind in _EVENTS if kind in event]
    if any(kind == "limit" and here >= at for at, kind in steps):
        return False
    inside = False
    for at, kind in sorted(steps, key=lambda step: (step[0], _EVENTS.index(step[1]))):
        if kind == "introduced" and here >= at:
            inside = True
        elif (kind == "fixed" and here >= at) or (kind == "last_affected" and here > at):
            inside = False
    return inside


def _version(text: str) -> Version:
    """`0` is before every version, pre-releases included."""
    return Version("0.dev0" if text == "0" else text)


def _same(version: str, other: str) -> bool:
    try:
        return Version(version) == Version(other)
    except InvalidVersion:  # of long ago; what is pinned is none
        return version == other


def _package(entry: dict[str, Any]) -> str:
    """The package of PyPI that an entry is about; empty for another ecosystem's."""
    package = entry.get("package") or {}
    return canonicalize_name(package["name"]) if package.get("ecosystem") == "PyPI" else ""


def _fixed(entry: dict[str, Any]) -> tuple[str, ...]:
    events = [event for known in entry.get("ranges", ()) for event in known.get("events", ())]
    return tuple(dict.fromkeys(event["fixed"] for event in events if "fixed" in event))


def main(arguments: Sequence[str]) -> int:
    """Print what is known against the locks; answer the exit code."""
    say = sys.stdout.write
    if not arguments or not arguments[0]:
        say("安全公告:未检查 · advisories: not checked (OSV=folder names a folder of OSV files)\n")
        return 0
    try:
        known = list(advisories_in(Path(arguments[0])))
    except UnreadableAdvisory as unreadable:
        say(f"安全公告:未检查 · advisories: not checked: {unreadable}\n")
        return 2
    if not known:
        say(f"安全公告:未检查 · advisories: not checked: no advisory about PyPI in {arguments[0]}\n")
        return 2
    locks = {name: pinned((ROOT / name).read_text(encoding="utf-8")) for name in LOCKS}
    found = affected_by(known, locks)
    for one in found:
        say(f"{one}\n")
    idle = sorted(ACCEPTED.keys() - {advisory["id"] for advisory in known})
    for advisory in idle:
        say(f"ACCEPTED names {advisory}, which is no advisory (any more)\n")
    count = sum(len(versions) for lock in locks.values() for versions in lock.values())
    read = f"{len(known)} read, {count} pinned packages in {len(locks)} locks, {len(found)} affected"
    say(f"安全公告 · advisories: {read}\n")
    return 1 if found or idle else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
