"""The section of docs/new-city.md that is drawn from the plan's model: every field of every file."""

from __future__ import annotations

from metrics.plan.problems import FILES
from metrics.plan_workbook.field_texts import PART_TEXTS
from metrics.plan_workbook.tables import PlanField, PlanTable, tables

_KINDS = {
    "text": "文字 text",
    "integer": "整数 whole number",
    "number": "数 number",
    "date": "日期 date",
    "truth": "true / false",
    "sum": "式 form",
}


def plan_fields() -> str:
    """A table for every part of a plan, and one for every list within it."""
    found = []
    for name, parts in FILES.items():
        for part in parts:
            said = PART_TEXTS[part]
            found.append(f"### {part}\n\n`{name}`: {said.zh} · {said.en}.\n")
            found += [_table(table) for table in tables() if table.part == part]
    return "\n".join(found)


def _table(table: PlanTable) -> str:
    head = f"`{table.name}`,每项 each entry:\n\n" if table.path else ""
    lines = [
        f"| `{field.name}` | {_kind(field)} | {'✓' if field.needed and not field.nullable else ''} "
        f"| {field.text.zh} | {field.text.en} |"
        for field in table.fields
    ]
    return head + "\n".join(["| field | kind | ✓ | 中文 | meaning |", "|---|---|---|---|---|", *lines, ""])


def _kind(field: PlanField) -> str:
    kind = ", ".join(f"`{value}`" for value in field.values) or _KINDS[field.kind]
    return f"列表 list: {kind}" if field.list else kind
