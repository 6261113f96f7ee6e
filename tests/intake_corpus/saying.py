"""Whether a refusal can be acted on: it says where, what stood there, and what to write or do instead."""

from __future__ import annotations

import re

from metrics.errors import Problem

_DO_ZH = re.compile(r"请|须|应(?:填|写|为|改|在)|改正|改为|改成|删除|删去|取消隐藏|另存|下载|补填|补上|需要|写明|拆")
_DO_EN = re.compile(
    r"\b(?:add|ask|change|check|choose|correct|delete|download|drop|enter|export|fill|give|leave|move|must|name"
    r"|keep|need|needed|needs|open|put|remove|rename|save|send|set|show|split|unhide|use|write)\b",
    re.IGNORECASE,
)
_NOTHING_THERE = ("_missing", "_blank")  # codes of what does not stand where it should


def unsaid(problem: Problem, *, kind: str) -> list[str]:
    """What the refusal leaves open, in either language."""
    said = []
    whole = problem.code.startswith("file_")  # a file that is none may name a line or a cell of it
    if not whole and (problem.row is None or problem.column is None or (kind == "xlsx") != (problem.sheet is not None)):
        said.append(f"place is {problem.sheet}, {problem.row}, {problem.column}")
    if not whole and problem.given is None and not problem.code.endswith(_NOTHING_THERE):
        said.append("not what stood there")
    message, expected = problem.message, problem.expected
    if not message.zh or not message.en or message.zh == message.en:
        said.append("not in both languages")
    if expected is not None and not (expected.zh and expected.en):
        said.append("expected is empty")
    if expected is None and not _DO_ZH.search(message.zh):
        said.append(f"not what to do: {message.zh}")
    if expected is None and not _DO_EN.search(message.en):
        said.append(f"not what to do: {message.en}")
    return said
