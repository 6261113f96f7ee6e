"""A file of submissions as it is asked for and answered: what is said with it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from metrics.commands.confirm_reading import asked_of
from metrics.intake.file_questions import Opened
from metrics.intake.file_reading import FileReading
from metrics.queries.cells_read import CellRead
from metrics.queries.confirmed_layouts import ReadingConfirmation
from metrics.submissions import Posted
from metrics.value_types import as_json_object


@dataclass(frozen=True, slots=True)
class FileRequest:
    """What is said with a file. `reason` goes before the one that a template says.

    `versions`: `441202/2019-09` → entity tag of the submission that is revised. `reading`: the digest of the reading
    that is confirmed; `answers`: question id → choice, and `opened`: the form beside which the file was sent, both as
    they went into the reading.
    """

    reason: str = ""
    note: str = ""
    acknowledged: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    reading: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    opened: Opened | None = None

    def as_dict(self) -> dict[str, Any]:
        """What makes two requests with a file the same. The digest does not: it says that the file was looked over."""
        opened = None if self.opened is None else f"{self.opened.unit}/{self.opened.period}"
        said = {"answers": dict(self.answers), "opened": opened}
        return {
            "reason": self.reason,
            "note": self.note,
            "acknowledged": dict(self.acknowledged),
            "versions": dict(self.versions),
        } | {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What a dry run says beside: the digest that confirms this reading, whether it has to be, and every figure."""

    digest: str
    confirmation: ReadingConfirmation
    cells: Mapping[str, tuple[CellRead, ...]]


@dataclass(frozen=True, slots=True)
class PostedFile:
    """What became of a file. `versions`: key → entity tag of each submission that is there now: the version that a
    revision has to name. `looked_over`: of a dry run.
    """

    reading: FileReading
    submissions: tuple[Posted, ...]
    versions: Mapping[str, str]
    looked_over: LookedOver | None = None

    @property
    def recorded(self) -> bool:
        """True if at least one submission changed something."""
        return any(posted.recorded for posted in self.submissions)

    def as_dict(self) -> dict[str, Any]:
        """The answer as JSON. It is no dataclass's own: a cell's place and a submission's figures are flat in it."""
        reading, looked_over = self.reading, self.looked_over
        figures: dict[str, dict[str, Any]] = {sent.key: {"values": sent.values} for sent in reading.submissions}
        answer: dict[str, Any] = {
            "file": {
                "name": reading.name,
                "kind": reading.kind,
                "encoding": reading.encoding or None,
                "sha256": reading.sha256,
            },
            "versions": dict(self.versions),
            "changes": [change.as_dict() for change in reading.changes],
            "notices": [as_json_object(notice) for notice in reading.notices],
        }
        if looked_over is not None:
            answer["reading"] = looked_over.digest
            answer["confirmation"] = as_json_object(looked_over.confirmation)
            answer["questions"] = asked_of(reading)
            for key, cells in looked_over.cells.items():
                figures[key]["cells"] = [cell.as_dict() for cell in cells]
        answers = [as_json_object(posted) for posted in self.submissions]
        return answer | {"returns": [each | figures[f"{each['unit']}/{each['period']}"] for each in answers]}
