"""The file `observations` as the leaves have it, compared byte for byte."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import IO, Any

from metrics.ledger.verifying.checkpoint import text_of
from metrics.ledger.verifying.faults import Unchecked, Wrong

COLUMNS = ["seq", "unit_code", "unit_name", "period", "element_code", "element_name", "value", "unit_of_measure"]
COLUMNS += ["revision", "state", "recorded_at", "submission_id", "reason"]
_TEXTS = [COLUMNS.index(name) for name in ("unit_name", "element_name", "unit_of_measure", "reason")]
_UTC = timezone.utc  # `datetime.UTC` is not there before Python 3.11
_FORMS_OF = ("numerator", "denominator")
SYNTHETIC = {"zh": "(合成演示)", "en": " (synthetic)"}


class Story:
    """What the leaves up to and with `seq` say of units, elements, submissions and their states.

    `published_only`: as a release has it: the counts that rates are made of, without reasons.
    """

    def __init__(self, leaves: Sequence[bytes | None], *, seq: int, published_only: bool = False) -> None:
        self.published_only = published_only
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
        """The rows of `observations` that a pull with these parameters answers, in its order.

        Raises Wrong for an entry that makes none: whoever signs may sign anything.
        """
        published = self._published() if self.published_only else None
        for said in self.submissions:
            try:
                rows = list(self._rows_of(said, asked, published))
            except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
                seq = said["seq"]
                raise Wrong(f"账本第 {seq} 条不成形。", f"Entry {seq} is not of the form of its kind.") from None
            yield from rows

    def _rows_of(self, said: Any, asked: dict[str, list[str]], published: set[str] | None) -> Iterator[list[Any]]:
        language = asked.get("lang", ["zh"])[0]
        label = SYNTHETIC[language] if self.synthetic else ""
        history, verified = asked.get("history") == ["true"], asked.get("basis") == ["verified"]
        state, unit = self.states[said["submission"]], said["unit"]
        if not _is_wanted(said, asked) or (verified and state != "verified"):
            return
        unit_name = self.parts.get(("unit", unit), {}).get("name", {}).get(language)
        at = datetime.fromisoformat(said["recorded_at"]).astimezone(_UTC).isoformat(timespec="microseconds")
        for code in sorted(said["changed"]):
            holds = self.newest[unit, said["period"], code] == said["seq"]
            if code not in asked.get("element", [code]) or not (history or holds):
                continue
            if published is not None and code not in published:
                continue
            element = self.parts.get(("element", code), {})
            name = element.get("name", {}).get(language, "")
            measure = element.get("unit_of_measure", {}).get(language, "")
            row = [said["seq"], unit, "" if unit_name is None else unit_name + label, said["period"], code, name]
            row += [said["values"][code], measure, said["revision"], state if holds else "superseded", at]
            row += [said["submission"], "" if self.published_only else said["reason"]]
            for place in _TEXTS:
                row[place] = safe(row[place])
            yield row

    def _published(self) -> set[str]:
        """The elements of which some rate is made. Raises Wrong for a plan of another form."""
        indicators = [part for (kind, _), part in self.parts.items() if kind == "indicator" and part]
        try:
            return {term["element"] for part in indicators for name in _FORMS_OF for term in part[name]["terms"]}
        except (KeyError, TypeError, AttributeError):
            raise Wrong("账本所载的方案不成形。", "The plan in the ledger is not of its form.") from None


def _is_wanted(said: Any, asked: dict[str, list[str]]) -> bool:
    period = said["period"]
    return (
        said["unit"] in asked.get("unit", [said["unit"]])
        and period in asked.get("period", [period])
        and asked.get("period_from", [period])[0] <= period <= asked.get("period_to", [period])[0]
        and said["seq"] > int(asked.get("after_seq", ["0"])[0])
    )


def safe(cell: str) -> str:
    """As the export writes it: a text that a spreadsheet would run as a formula has an apostrophe before it."""
    return "'" + cell if cell.lstrip(" ").startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")) else cell


def check_observations(file: IO[bytes], story: Story, asked: dict[str, list[str]]) -> int:
    """The number of rows of the CSV `file`, every byte of which is as the leaves have it. Raises Wrong if not."""
    heading = set(re.split('[,;\\t"]', text_of(file.readline(4096)).strip()))
    if len(heading.intersection(COLUMNS)) < len(COLUMNS) - 2:  # one byte that was changed spoils two names at most
        raise Unchecked(
            "能核验的:observations、rates、progress、leaderboard 的 CSV,发布及其文件,回执(不带 --entries)。",
            "What can be checked: CSV of observations, rates, progress, leaderboard; releases, their files; receipts, "
            "without --entries.",
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
        writer.writerow(row)
        count += 1
    _compare(file, buffer, story, row=count)
    if more := file.readline():
        _refuse_withheld(story, more)
        raise Wrong(f"多出一行:{_shown(more)}", f"A row too many: {_shown(more)}")
    return count


def _refuse_withheld(story: Story, line: bytes) -> None:
    """Raise Unchecked if the row was recorded in an entry of which only the hash is here: another unit's."""
    seq = text_of(line).strip("\ufeff").partition(",")[0]
    if re.fullmatch("[0-9]{1,16}", seq) and int(seq) in story.hashed:
        raise Unchecked(
            f"第 {seq} 条只有哈希,其中的行无法核验:请只下载本单位的数据(unit=)。",
            f"Of entry {seq} only the hash is here, so its rows cannot be checked: pull your own units (unit=).",
        )


AS_DOWNLOADED = (
    "请用下载的原件核验(表格软件另存过的必然不符),并用 --query 给出下载地址(as_of 为下载时的序号)。\n"
    "Check the file as it was downloaded (saved again it cannot fit), and give its address as --query\n"
    "(with as_of, the sequence number of that moment)."
)


def _compare(file: IO[bytes], buffer: io.StringIO, story: Story, *, row: int) -> None:
    """Compare the next bytes with what is in `buffer`, and empty it. `row` 0 is the heading."""
    expected = buffer.getvalue().encode("utf-8", "surrogatepass")
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
            lines=f"\n  {_shown(given)}\n  {_shown(expected)}\n{AS_DOWNLOADED}",
        )


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace").rstrip("\r\n")[:400] or "—"
