"""What is wrong with a submission of a file, said of the file's cells; and problems as JSON, to be kept beside a
refused file and handed to the process that marks its cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from metrics.errors import BiaochiError, Invalid, Message, Problem, VersionMissing
from metrics.intake.file_reading import CellPlace, FileSubmission
from metrics.intake.grid import column_letter

_VALUES = "/values/"


def file_problems(sent: FileSubmission, error: BiaochiError) -> list[Problem]:
    """The problems of `error`, a refusal of one submission, each with the cell it is about.

    What is said of the submission as a whole stands at its first cell; what is said of the request keeps its pointer.
    Cells that were refused already when the file was read are left out.
    """
    if not error.problems:
        return [_at(sent.cells[0].place, Problem(error.code, _words(sent, error), given=sent.key))]
    problems = []
    for problem in error.problems:
        if problem.pointer.startswith(("/reason", "/acknowledged")):
            problems.append(problem)
            continue
        cell = sent.cell_by_element.get(problem.pointer.removeprefix(_VALUES))
        if cell is None:
            problems.append(_at(sent.cells[0].place, problem))
        elif cell.recorded is not None:
            problems.append(_at(cell.place, problem))
    return problems


def refuse_file_content(problems: Sequence[Problem]) -> Invalid:
    """The refusal that lists `problems`."""
    message = Message(
        f"文件有 {len(problems)} 处不符合要求,全部未保存。",
        f"The file has {len(problems)} problem{'s' if len(problems) != 1 else ''}; nothing was stored.",
    )
    return Invalid("file_invalid", message, problems)


def _words(sent: FileSubmission, error: BiaochiError) -> Message:
    if isinstance(error, VersionMissing):
        return Message(
            f"{sent.unit} {sent.period} 的月报已存在,更正时须写明所依据的版本:"
            "请重新下载模板填写,或在 versions 中写明(试运行会给出)。",
            f"There is a submission of {sent.unit} for {sent.period} already; a revision names the version it revises: "
            "use a template downloaded now, or name it in `versions` (a dry run says which).",
        )
    return error.message


def _at(place: CellPlace, problem: Problem) -> Problem:
    return replace(problem, pointer="", sheet=place.sheet, row=place.row, column=column_letter(place.column))


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
