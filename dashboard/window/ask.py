"""What a page asks to have done, as one text: read here and trusted in nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from metrics.errors import BadRequest, Message, Problem
from metrics.submissions import read_etag

_MOST_CHOSEN = 500
_MOST_FIELDS = 120  # a self-assessment has one for each target of the round, of which it takes 100


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds NUL, which no text does")
    return text


_Text = Annotated[str, AfterValidator(_without_nul)]  # how long, and of which characters: metrics/texts.py
_Name = Annotated[str, Field(max_length=40), AfterValidator(_without_nul)]


class Ask(BaseModel):
    """`do` names the act; `fields` are those of the form; `chosen` what was ticked; `nth` tells two asks apart."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    do: _Name
    fields: Annotated[dict[_Name, _Text], Field(max_length=_MOST_FIELDS)] = {}
    chosen: Annotated[list[_Name], Field(max_length=_MOST_CHOSEN)] = []
    nth: int = 0

    def field(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Refused:
    """What was asked and could not be done, with what is wrong in it, place by place."""

    ask: Ask
    problems: tuple[Problem, ...]


class Seen(BaseModel):
    """The version of a submission that a page showed."""

    model_config = ConfigDict(frozen=True)

    submission: int
    revision: int
    etag: str


def read_ask(text: str) -> Ask:
    """Raises BadRequest for what no page of ours sends."""
    try:
        return Ask.model_validate_json(text)
    except ValidationError as error:
        raise BadRequest(
            "asked_malformed",
            Message("无法理解该请求,未保存任何内容。", "The request cannot be understood; nothing was stored."),
        ) from error


def read_seen(text: str) -> Seen:
    """Raises BadRequest if `text` names no version of a submission."""
    found = read_etag(text)
    if found is None:
        raise BadRequest(
            "version_malformed",
            Message(
                "请求未写明所依据的月报版本。",
                "The request does not say which version of which submission it is about.",
            ),
        )
    return Seen(submission=found[0], revision=found[1], etag=f'"{text.strip(chr(34))}"')
