"""What in a migration's way up holds a table for long, or fails on rows that are there: read from its source.

Every change of the schema runs in one transaction, with the service stopped or waiting: a large table that is written
anew, or read whole, is a stop of that length.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_SQL = {
    r"alter table (?:only )?(\S+) .*\btype\b": "type of a column of {}",
    r"alter table (?:only )?(\S+) .*\bset not null": "not null in {}",
    r"alter table (?:only )?(\S+) .*\badd column(?!.*\bdefault\b).*\bnot null": "not null in {}",
    r"alter table (?:only )?(\S+) .*\badd (?:constraint|check|foreign key|primary key|unique)(?!.*not valid)": (
        "constraint on {}"
    ),
    r"create (?:unique )?index (?:if not exists )?\S+ on (\S+)": "index on {}",
    r"drop table (?:if exists )?(\S+)": "rows of {}",
    r"alter table (?:only )?(\S+) .*\bdrop column": "column of {}",
    r"alter table (?:only )?(\S+) .*\brename\b": "name in {}",
    r"(?:^|;\s*)update (\S+)": "rows written in {}",
    r"(?:^|;\s*)delete from (\S+)": "rows of {}",
    r"lock table (\S+)": "lock on {}",
    r"(?:^|;\s*)(?:cluster|vacuum)\b": "table written anew",
}
_CALLS = {  # what an operation does, and at which place its table stands
    "create_index": ("index on {}", 1),
    "create_unique_constraint": ("constraint on {}", 1),
    "create_check_constraint": ("constraint on {}", 1),
    "create_foreign_key": ("constraint on {}", 1),
    "create_primary_key": ("constraint on {}", 1),
    "drop_table": ("rows of {}", 0),
    "drop_column": ("column of {}", 0),
    "rename_table": ("name in {}", 0),
}
_CREATED = re.compile(r"create (?:unlogged )?table (?:if not exists )?(\S+)", re.IGNORECASE)


def dangers(source: str) -> set[str]:
    """Each danger of the `upgrade` in `source` and of what it calls there, in tables that it does not itself create."""
    tree = ast.parse(source)
    texts = [" ".join(text.split()).lower() for text in _upward(tree)]
    calls = list(_calls(tree))
    created = {match[1].strip('"(').lower() for text in texts for match in _CREATED.finditer(text)}
    created |= {str(_argument(call, 0)) for name, call in calls if name == "create_table"}
    found = {(said, table) for said, table in (*_of_texts(texts), *_of_calls(calls))}
    return {said.format(table) for said, table in found if table not in created}


def _of_texts(texts: list[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        for pattern, said in _SQL.items():
            for match in re.finditer(pattern, text):
                yield said, (match[1].strip('"(;') if match.groups() else "")


def _of_calls(calls: list[tuple[str, ast.Call]]) -> Iterator[tuple[str, str]]:
    for name, call in calls:
        if name == "add_column" and len(call.args) > 1 and isinstance(call.args[1], ast.Call):
            column = _given(call.args[1])
            if column.get("nullable") == "False" and "server_default" not in column:
                yield "not null in {}", str(_argument(call, 0))
        elif name == "alter_column":
            given = _given(call)
            changed = {"type_": "type of a column of {}", "new_column_name": "name in {}"}
            yield from ((said, str(_argument(call, 0))) for option, said in changed.items() if option in given)
            if given.get("nullable") == "False":
                yield "not null in {}", str(_argument(call, 0))
        elif name in _CALLS:
            said, place = _CALLS[name]
            yield said, str(_argument(call, place))


def _given(call: ast.Call) -> dict[str, str]:
    """The named arguments of a call, as they are written."""
    return {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg}


def _upward(tree: ast.Module) -> Iterator[str]:
    """Every text outside of `downgrade`, with what is filled into it left out."""
    for part in tree.body:
        if isinstance(part, ast.FunctionDef) and part.name == "downgrade":
            continue
        skipped = {id(one) for node in ast.walk(part) if isinstance(node, ast.JoinedStr) for one in node.values}
        for node in ast.walk(part):
            if isinstance(node, ast.JoinedStr):
                yield "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
                yield node.value


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call of `op.something` outside of `downgrade`."""
    for part in tree.body:
        if isinstance(part, ast.FunctionDef) and part.name == "downgrade":
            continue
        for node in ast.walk(part):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and isinstance(called, ast.Attribute) and ast.unparse(called.value) == "op":
                yield called.attr, node


def _argument(call: ast.Call, place: int) -> object:
    given = call.args[place] if len(call.args) > place else None
    return given.value if isinstance(given, ast.Constant) else "…"
