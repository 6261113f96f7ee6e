"""Files that were refused and are still kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message, NotFound, Problem
from metrics.intake.file_problems import problem_from_json
from metrics.models import RefusedFile
from metrics.principal import Principal, Role, Scope


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A refused file as it was sent, and what is wrong in it."""

    id: int
    name: str
    kind: str
    content: bytes
    problems: tuple[Problem, ...]
    recorded_at: datetime


def refused_file(session: ReadSession, file_id: int, *, principal: Principal) -> KeptFile:
    """One refused file, for whoever sent it and for reviewers. Raises NotFound for everybody else's."""
    principal.require(Scope.POST_SUBMISSION)
    asked = select(RefusedFile).where(RefusedFile.id == file_id)
    if principal.role is not Role.REVIEWER:
        asked = asked.where(RefusedFile.user_id == principal.user_id)
    kept = session.scalars(asked).one_or_none()
    if kept is None:
        raise NotFound(
            code="file_unknown",
            message=Message(
                f"没有编号为 {file_id} 的文件,或已过保存期限。", f"There is no file {file_id}, or it is no longer kept."
            ),
        )
    problems = tuple(problem_from_json(problem) for problem in kept.problems)
    return KeptFile(kept.id, kept.name, kept.kind, kept.content, problems, kept.recorded_at)
