"""Problems as JSON, to be kept beside a refused file and handed to the process that marks its cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metrics.errors import Message, Problem


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """Everything that a problem says."""
    return {
        "code": problem.code,
        "message": problem.message.as_dict(),
        "pointer": problem.pointer,
        "row": problem.row,
        "column": problem.column,
        "given": problem.given,
        "sheet": problem.sheet,
        "expected": problem.expected.as_dict() if problem.expected else None,
    }


def problem_from_json(kept: Mapping[str, Any]) -> Problem:
    """The problem that :func:`problem_to_json` wrote."""
    expected = kept["expected"]
    return Problem(
        code=kept["code"],
        message=Message(**kept["message"]),
        pointer=kept["pointer"],
        row=kept["row"],
        column=kept["column"],
        given=kept["given"],
        sheet=kept["sheet"],
        expected=Message(**expected) if expected else None,
    )
