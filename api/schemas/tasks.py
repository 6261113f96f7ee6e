"""What `/tasks/{number}/reports` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.commands.report_task import TaskReported, TaskReportGiven
from metrics.periods import format_period
from metrics.task_reports import LONGEST_TEXT, TaskState

_State = Literal["not_started", "in_progress", "done", "blocked"]


class TaskReportBody(BaseModel):
    """What a unit reports on a task for one month."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "period": "plan:month",
                    "state": "in_progress",
                    "text": "已完成方案编制,正在联调。",
                    "evidence": "https://www.example.gov.cn/report",
                }
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    period: Annotated[str, Field(max_length=100, description="YYYY-MM")]
    state: _State
    text: Annotated[str, Field(max_length=LONGEST_TEXT, description="What was done in that month")]
    evidence: Annotated[str, Field(max_length=2000, description="An http or https address")] = ""
    reason: Annotated[str, Field(max_length=2000, description="Why a report that is there already is revised")] = ""

    def as_given(self) -> TaskReportGiven:
        """The body as the command takes it."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return TaskReportGiven(**given | {"state": TaskState(self.state)})


class TaskReportOut(BaseModel):
    """The report that stands and its place in the ledger; `recorded` false: it stood so before."""

    task: int
    unit: str
    period: str
    state: _State
    revision: int
    seq: int
    recorded_at: datetime
    leaf_hash: str
    recorded: bool
    etag: str


def task_report_out(done: TaskReported) -> dict[str, Any]:
    """`done` in the shape of :class:`TaskReportOut`, ready to be written as JSON."""
    return {
        "task": done.task,
        "unit": done.unit,
        "period": format_period(done.period),
        "state": done.state.value,
        "revision": done.revision,
        "seq": done.seq,
        "recorded_at": done.recorded_at.isoformat(),
        "leaf_hash": done.leaf_hash,
        "recorded": done.recorded,
        "etag": done.etag,
    }
