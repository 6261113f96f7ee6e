"""What is wrong with a plan: where, with a stable code, and one sentence in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import BaseModel

from metrics.errors import Invalid, Message, Problem
from metrics.plan.model import Document, Target, Task
from metrics.plan.sentences import SENTENCES

# file of a plan folder -> the fields of Plan it holds, each under a key of that name
FILES: dict[str, tuple[str, ...]] = {
    "document.yaml": ("document",),
    "units.yaml": ("units",),
    "kinds.yaml": ("kinds",),
    "form.yaml": ("blocks", "elements"),
    "checks.yaml": ("checks",),
    "indicators.yaml": ("indicators",),
    "targets.yaml": ("targets",),
    "tasks.yaml": ("tasks",),
    "milestones.yaml": ("milestones",),
    "groups.yaml": ("groups",),
    "departments.yaml": ("departments",),
    "phases.yaml": ("phases",),
    "decisions.yaml": ("decisions",),
    "calendar.yaml": ("calendar",),
}
FILE_OF = {field: name for name, fields in FILES.items() for field in fields}

_LONGEST_GIVEN = 80


def may_be_source_file(name: str) -> bool:
    """Whether the text of the plan document may be called that: a file of the folder that is none of its parts."""
    return PurePath(name).name == name and name not in {"", ".", "..", *FILES} and name.isprintable()


@dataclass(frozen=True)
class PlanProblem(Problem):
    """One bad place in a plan: `file` ``targets.yaml``, `place` ``targets[TG-05A].due_on``.

    `pointer` is both together, as people are shown it.
    """

    file: str = ""
    place: str = ""


class PlanInvalid(Invalid):
    """A plan folder that cannot be read, with everything found wrong in it."""

    problems: tuple[PlanProblem, ...]

    def __init__(self, problems: Sequence[PlanProblem]) -> None:
        count = len(problems)
        message = Message(f"方案文件有 {count} 处错误。", f"The plan's files have {count} error{'s' * (count != 1)}.")
        super().__init__(code="plan_invalid", message=message, problems=tuple(problems))


def problem_at(code: str, file: str, place: str, **values: object) -> PlanProblem:
    """The problem `code` at a place of a file; `values` fill its sentence, `given` is the offending value."""
    zh, en = SENTENCES[code]
    shown = {name: _short(value) for name, value in values.items()}
    return PlanProblem(
        code=code,
        message=Message(zh.format(**shown), en.format(**shown)),
        pointer=f"{file}: {place}" if place else file,
        given=shown.get("given"),
        file=file,
        place=place,
    )


def problem_in(code: str, field: str, part: BaseModel | None = None, path: str = "", **values: object) -> PlanProblem:
    """The problem `code` in a part of the plan: `path` below the part `part` of the field `field` of Plan."""
    place = field if part is None or isinstance(part, Document) else f"{field}[{key_of(part)}]"
    return problem_at(code, FILE_OF[field], f"{place}.{path}" if path else place, **values)


def key_of(part: BaseModel) -> str:
    """What tells a part from its like: the number of a task, the code of anything else, with a target's revision."""
    if isinstance(part, Task):
        return str(part.number)
    code = str(getattr(part, "code", ""))
    return f"{code}@{part.revision}" if isinstance(part, Target) and part.revision > 1 else code


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_GIVEN else text[:_LONGEST_GIVEN] + "…"
