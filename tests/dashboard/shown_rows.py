"""Which table stands on which page, whose file it is, and which columns of the file stand in which cell of a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from dashboard.locale import _
from dashboard.words.tasks import task_kind_word
from metrics.results import Status
from tests.dashboard.drawn import nodes, of_class, said
from tests.dashboard.read_back import Row
from tests.dashboard.shown_compared import COMPARED
from tests.dashboard.shown_ranks import RANKS
from tests.dashboard.shown_slides import SLIDES
from tests.dashboard.shown_tables import (
    Draw,
    Pull,
    ShownCell,
    ShownRow,
    ShownTable,
    body,
    day,
    explained,
    instant,
    led_to,
    month,
    month_of_day,
    seen,
    span,
    state,
    status,
    task_status,
    together,
)


def _entry(cell: Any) -> str:
    """The sequence number of the entry that a moment's title names."""
    title = next(str(n["props"]["title"]) for n in nodes(cell) if n["props"].get("title"))
    (seq,) = re.findall(r"\d+", title)
    return str(seq)


def _changed(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    """A section is of one kind. What is the same of all its rows is no column of it, and a fold is of one target."""
    (kind,) = {row["kind"] for row in file}
    for part in [node for node in nodes(section) if node["type"] == "Details"] or [section]:
        for unit, *others in body(part):
            cells = {cell["props"]["data-label"]: cell for cell in others}
            what = cells.get(_("What"), part)
            code, target, element = led_to(unit, "/units/"), led_to(what, "/targets/"), led_to(what, "/elements/")
            shown = [
                ShownCell(seen(cells[label]), (), {column: write})
                for label, column, write in (
                    (_("Month"), "period", month),
                    (_("Recorded"), "recorded_at", instant),
                    (_("Reason"), "reason", str),
                )
                if label in cells and not (kind == "status" and column == "reason")
            ]
            sides = [seen(cells[label]) for label in (_("Before"), _("After"))]
            if element:
                key = {"unit_code": code, "element_code": element, "seq": _entry(cells[_("Recorded")])}
                found = [ShownCell(sides[0], ("before",)), ShownCell(sides[1], ("after",))]
            elif target:
                entry = {} if kind == "status" else {"seq": _entry(cells[_("Recorded")])}
                key = {"unit_code": code, "target_code": target, **entry}
                found = [
                    ShownCell(sides[0], ("value_before",), {"before": status}),
                    ShownCell(sides[1], ("value_after",), {"after": status}),
                ]
            elif code:
                said_of_all = seen(cells.get(_("Month"), section))
                key = {
                    "unit_code": code,
                    "period": next(r["period"] for r in file if month(r["period"]) in said_of_all),
                }
                found = [ShownCell(sides[0], (), {"before": state}), ShownCell(sides[1], (), {"after": state})]
            else:
                continue
            yield ShownRow({"kind": kind, **key}, (*found, *shown))


def _moved(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    added = ("contribution", "rate_effect", "denominator_effect")
    counts = (("numerator_before", "denominator_before"), ("value_before",))
    later = (("numerator_after", "denominator_after"), ("value_after",))
    for head, *cells, _state in body(section):
        unit = led_to(head, "/units/")
        if unit:
            columns = [*((name,) for name in added), *counts, *later]
            yield ShownRow(
                {"unit_code": unit}, [ShownCell(seen(c), names) for c, names in zip(cells, columns, strict=True)]
            )
            continue
        sums = {name: str(sum((Decimal(row[name]) for row in file if row[name]), Decimal("0.00"))) for name in added}
        more = {"part": sums["contribution"], "rate": sums["rate_effect"], "denominator": sums["denominator_effect"]}
        yield ShownRow(  # any row of the file has the rolled-up values; the parts together are their sums
            {"unit_code": file[0]["unit_code"]},
            [
                *(ShownCell(seen(cell), (name,)) for cell, name in zip(cells[:3], more, strict=True)),
                ShownCell(seen(cells[0]), ("change",)),
                ShownCell(seen(cells[4]), ("under_before",)),
                ShownCell(seen(cells[6]), ("under_after",)),
            ],
            more,
            together=True,
        )


def _peers(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    rows = {row["target_code"]: row for row in file}
    for cells in body(section):
        unit, target = explained(cells[1])
        row = rows[target]
        if row["bands"] == "0":
            band: tuple[str, ...] = ("fewest",)
        else:
            band = ("band", *span(row, "band_worse", "band_better")) if row["band"] else ()
        yield ShownRow(
            {"unit_code": unit, "target_code": target},
            (
                ShownCell(seen(cells[1]), ("value",)),
                ShownCell(seen(cells[2]), ("group_value",)),
                ShownCell(seen(cells[3]), span(row, "middle_worse", "middle_better")),
                ShownCell(seen(cells[4]), span(row, "end_worse", "end_better")),
                ShownCell(seen(cells[5]), ("rank", "ranked") if row["rank"] else ()),
                ShownCell(seen(cells[6]), band),
            ),
            {"fewest": "4"},
        )


def _history(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    for cells in body(section):
        period = next((row["period"] for row in file if month(row["period"]) == seen(cells[0])), "")
        revision = seen(cells[3])
        of_month = [row for row in file if row["period"] == period]
        earlier = [row for row in of_month if int(row["revision"]) < int(revision)]
        before = max(earlier, key=lambda row: int(row["revision"]))["value"] if earlier else ""
        yield ShownRow(
            {"unit_code": draw.unit, "element_code": draw.element, "period": period, "revision": revision},
            (
                ShownCell(seen(cells[1]), ("value",)),
                ShownCell(seen(cells[2]), ("value before",)),
                ShownCell(seen(cells[6]), (), {"recorded_at": instant}),
                ShownCell(seen(cells[7]), (), {"reason": str}),
            ),
            {"value before": before},
        )


def _counts(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    every = pull("observations", unit=draw.unit, history="true")
    for name, beside in body(of_class(section, "unit-counts")):
        element = led_to(name, "/elements/")
        said = "".join(seen(note) for note in of_class(beside, "note"))
        parts = [part for part in said.split(" · ") if part]
        months = {month(row["period"]): row["period"] for row in file}
        versions = parts.pop() if parts and re.fullmatch(r"\d+(版| versions?)", parts[-1]) else "1"
        period = months.get(parts[0], "") if parts else max(months.values())
        sent = [row["period"] for row in every if row["element_code"] == element and row["period"] <= draw.month]
        known = sum(1 for row in every if (row["element_code"], row["period"]) == (element, period))
        yield ShownRow(
            {"unit_code": draw.unit, "element_code": element, "period": period},
            (
                ShownCell(seen(beside).removesuffix(said), ("value",)),
                ShownCell(versions, ("versions",)),
                ShownCell(month(period) if period else "", (), {"newest": month}),
            ),
            {"versions": str(known), "newest": max(sent)},
        )


def _units_of_target(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    ended: Sequence[Sequence[str]] = (("value",), (), ("gap",), ("shortfall",), ("present_pace",), ())
    ahead = (
        *ended[:5],
        ("required_pace",),
        ("projected_value", "range_low", "range_high"),
        (),
        (),
        ("projected_shortfall",),
    )
    for head, *cells in body(section):
        columns = ended if len(cells) == len(ended) else ahead
        texts = [
            ShownCell(" ".join(seen(part) for part in _parts(cell)), tuple(names))
            for cell, names in zip(cells, columns, strict=True)
        ]
        texts[1] = ShownCell(seen(cells[1]), (), {"status": status})
        if columns is ahead:
            texts[7] = ShownCell(seen(cells[7]), (), {"projected_on": month_of_day})
        yield ShownRow({"unit_code": led_to(head, "/units/")}, texts)


def _parts(cell: Any) -> list[Any]:
    """What stands below each other in a cell."""
    inside = cell["props"]["children"]
    return inside if isinstance(inside, list) else [inside]


def _targets(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    below = Counter((row["target_code"], row["status"]) for row in pull("progress", on=draw.on) if _reports(draw, row))
    for cells in body(section):
        target = seen(cells[6])
        counts = {one.value: str(below[target, one.value]) for one in Status if below[target, one.value]}
        yield ShownRow(
            {"target_code": target},
            (
                ShownCell(seen(cells[1]), ("threshold",)),
                ShownCell(seen(cells[2]), (), {"due_on": day}),
                ShownCell(seen(cells[3]), ("value",)),
                ShownCell(seen(cells[4]), (), {"status": status}),
                ShownCell(" ".join(map(seen, of_class(cells[5], "status"))), tuple(f"units {one}" for one in counts)),
            ),
            {f"units {one}": count for one, count in counts.items()},
        )


def _reports(draw: Draw, row: Row) -> bool:
    return any(unit.code == row["unit_code"] for unit in draw.plan.reporting_units)


def _tasks(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    for cells in body(section):
        words: tuple[dict[str, Callable[[str], str]], ...] = (
            {"status": task_status},
            {"group_code": str},
            {"kind": task_kind_word},
            {"lead_units": together},
            {"responsible_units": together},
        )
        yield ShownRow(
            {"task_number": seen(cells[0])},
            (
                *(ShownCell(seen(cell), (), said_so) for cell, said_so in zip(cells[2:7], words, strict=True)),
                ShownCell(seen(cells[8]), (), {"deadline": str}),
            ),
        )


def _units(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    """The signs of the level's units under the core targets; the level's own unit is in no file of it."""
    statuses = {(row["unit_code"], row["target_code"]): row["status"] for row in pull("progress", on=draw.on)}
    listed = {row["unit_code"] for row in file}
    for cells in body(section):
        code = seen(cells[-1])
        signs = [(explained(cell)[1], cell) for cell in cells if explained(cell)[1]]
        more = {f"status {target}": statuses.get((code, target), "") for target, _sign in signs}
        yield ShownRow(
            {"unit_code": code if code in listed or code != draw.plan.root.code else file[0]["unit_code"]},
            (
                *(ShownCell(said(cell), (), {f"status {target}": status}) for target, cell in signs),
                *([ShownCell(code, (), {"unit_code": str})] if code in listed else []),
            ),
            more,
            together=code == draw.plan.root.code,
        )


TABLES: dict[str, ShownTable] = {
    **COMPARED,
    "changes": ShownTable("changes", lambda d: ("/changes", {}), _changed, frozenset({0, 1})),
    "moved": ShownTable("contributions", lambda d: (f"/targets/{d.target}/moved", {}), _moved, frozenset({0, 8})),
    "peers": ShownTable("peers", lambda d: (f"/units/{d.unit}", {}), _peers),
    "count": ShownTable("observations", lambda d: (f"/units/{d.unit}/elements/{d.element}", {}), _history),
    "counts": ShownTable("observations", lambda d: (f"/units/{d.unit}", {}), _counts),
    "units of a target": ShownTable("progress", lambda d: (f"/targets/{d.target}", {}), _units_of_target),
    "targets": ShownTable("progress", lambda d: ("/targets", {}), _targets, frozenset({0})),
    "tasks": ShownTable("task_standings", lambda d: ("/tasks", {"show": "table"}), _tasks, frozenset({1, 7})),
    **RANKS,
    **SLIDES,
    "units": ShownTable("units", lambda d: ("/units", {}), _units, frozenset({0, 1})),
}
