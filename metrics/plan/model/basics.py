"""What every part of a plan is made of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError


class PlanPart(BaseModel):
    """Base of every part: frozen, and a field nobody declared is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with the fields of `update` changed; what was derived from the fields before is derived anew."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


def _plain_code(value: str) -> str:
    if not value or not all(character.isalnum() or character in "._-" for character in value):
        problem = "a code holds letters, digits, '.', '_' and '-' only: {given}"
        raise PydanticCustomError("code_form", problem, {"given": repr(value)})
    return value


def _figure(value: object) -> object:
    """As pydantic reads a Decimal, but for 1_0, which Python reads as ten and whoever wrote it meant otherwise."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise PydanticCustomError("decimal_type", "Decimal input should be an integer, float, string or Decimal object")
    try:
        return value if isinstance(value, Decimal) else Decimal("" if "_" in str(value) else str(value))
    except InvalidOperation:
        raise PydanticCustomError("decimal_parsing", "Input should be a valid decimal") from None


Code = Annotated[str, AfterValidator(_plain_code)]
Figure = Annotated[Decimal, BeforeValidator(_figure)]


class Text(PlanPart):
    """One text in both languages, Chinese first."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class Citation(PlanPart):
    """Where the plan says it: section, 1-based line of the source text, and the clause word for word."""

    where: str
    line: int
    quote: str
    task: int | None = None
