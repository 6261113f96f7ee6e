"""What `/submissions/files` takes and answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.json_body import as_model
from metrics.commands.posted_file import FileRequest
from metrics.errors import Invalid, Message, Problem
from metrics.intake.file_questions import Opened
from metrics.intake.file_reading import Choice, FileNotice
from metrics.json_object import read_json_object
from metrics.queries.confirmed_layouts import ReadingConfirmation
from metrics.submissions import Posted
from metrics.texts import refuse_texts
from metrics.value_types import Untold

_Text = Annotated[str, Field(max_length=2000)]
_OPENED = re.compile(r"([^/\s]{1,40})/(\d{4}-\d{2})", re.ASCII)


class FileFields(BaseModel):
    """The texts that come with a file."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[_Text, Field(description="Why submissions that are there already are revised")] = ""
    note: _Text = ""
    acknowledged: Annotated[
        str,
        Field(
            description="JSON: check code → why the figures are right although the check warns; from a reviewer, also "
            "why a denominator of stocks may fall to 0"
        ),
    ] = ""
    versions: Annotated[
        str,
        Field(
            description="JSON: `unit/YYYY-MM` → the ETag of each submission revised. A dry run answers it; our own "
            "template carries it."
        ),
    ] = ""
    reading: Annotated[
        str,
        Field(
            max_length=100,
            description="The digest that a dry run answered: it confirms that reading, with these answers, for a day",
        ),
    ] = ""
    answers: Annotated[
        str, Field(description="JSON: the id of a question that the file raises → the value of one of its choices")
    ] = ""
    opened: Annotated[
        str,
        Field(
            max_length=100,
            description="The form beside which the file is sent, `unit/YYYY-MM`: another unit or month in the file is "
            "then asked about",
        ),
    ] = ""


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid")

    acknowledged: dict[str, _Text] = {}
    versions: dict[str, Annotated[str, Field(max_length=200)]] = {}
    answers: dict[str, Annotated[str, Field(max_length=200)]] = {}


class FileBody(FileFields):
    """The whole body, for the description of the API."""

    file: Annotated[bytes, Field(json_schema_extra={"format": "binary"}, description="CSV or .xlsx, at most 10 MiB")]


def file_request(fields: dict[str, str]) -> FileRequest:
    """What the texts say. Raises Invalid or BadRequest with a pointer to the field that cannot be read."""
    sent = as_model(FileFields, fields)
    for name, text in fields.items():
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            message = Message("含有不允许的字符。", "The text holds a character that no text may hold.")
            raise Invalid("field_invalid", message, [Problem("field_invalid", message, f"/{name}")])
    refuse_texts({name: text for name, text in fields.items() if name in FileFields.model_fields})
    given = {name: text for name in _Texts.model_fields if (text := getattr(sent, name).strip())}
    texts = as_model(_Texts, {name: _object(name, text) for name, text in given.items()})
    return FileRequest(
        reason=sent.reason,
        note=sent.note,
        acknowledged=texts.acknowledged,
        versions=texts.versions,
        reading=sent.reading.strip(),
        answers=texts.answers,
        opened=_opened(sent.opened.strip()),
    )


def _opened(text: str) -> Opened | None:
    if not text:
        return None
    found = _OPENED.fullmatch(text)
    if found is None:
        message = Message("写作 单位代码/年-月(YYYY-MM)。", "Write the unit's code and the month: unit/YYYY-MM.")
        raise Invalid("field_invalid", message, [Problem("field_invalid", message, "/opened", given=text)])
    return Opened(found[1], found[2])


def _object(name: str, text: str) -> dict[str, object]:
    try:
        return read_json_object(text.encode())
    except Invalid as error:
        inside = [replace(problem, pointer=f"/{name}{problem.pointer}") for problem in error.problems]
        problems = inside or [Problem(error.code, error.message, f"/{name}")]
        raise Invalid(error.code, error.message, problems) from None


class FileOut(BaseModel):  # a copy: of a reading, only which file it is of
    """The file as it was read. `encoding` is that of a CSV file."""

    name: str
    kind: Literal["csv", "xlsx"]
    encoding: str | None
    sha256: str


class CellReadOut(BaseModel):  # a copy: the place of its cell is three fields
    """One figure: as it is `written` and as it is `read`, beside `last` month's; `difference` is `read` less `last`."""

    element: str
    name: Message
    sheet: str | None
    row: int
    column: str
    written: str
    read: str | None
    last: str | None
    difference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSubmissionOut(Posted):
    """What became of one submission in the file, and the figures read for it. `cells`: of a dry run."""

    recorded: Annotated[bool, Untold] = True  # no answer holds it; PostedFile says it of the whole
    values: dict[str, str]
    cells: list[CellReadOut] | None = None


class ChangeOut(BaseModel):  # a copy: the place of its cell is three fields
    """Something that is recorded otherwise than it was written."""

    about: Literal["value", "unit", "period"]
    sheet: str | None
    row: int
    column: str
    read: str
    recorded: str


class QuestionOut(BaseModel):  # a copy: the place of its cell is three fields
    """What only the sender can say of the file. `id` names it in `answers`; `answer` is None while it is open."""

    id: str
    code: str
    sheet: str | None
    row: int
    column: str
    message: Message
    given: str
    choices: list[Choice]
    answer: str | None


class PostedFileOut(BaseModel):
    """What became of a file. `versions` is the ETag of every submission in it that was there before.

    A dry run says too: `reading`, the digest that confirms what was read; `confirmation`; and `questions`.
    """

    file: FileOut
    returns: list[FileSubmissionOut]
    versions: dict[str, str]
    changes: list[ChangeOut]
    notices: list[FileNotice]
    reading: str | None = None
    confirmation: ReadingConfirmation | None = None
    questions: list[QuestionOut] | None = None
