"""What every part of a plan is made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict


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
        raise ValueError(f"a code holds letters, digits, '.', '_' and '-' only: {value!r}")
    return value


Code = Annotated[str, AfterValidator(_plain_code)]


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
