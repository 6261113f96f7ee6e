"""Everything that is wrong with a file of history: counted whole, and named as far as an answer names places."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from metrics.errors import Invalid, Message, Problem

MOST_NAMED = 1000


@dataclass(slots=True)
class Places:
    """`found`: how many places are wrong; `named`: the first of them in the order in which they were met."""

    found: int = 0
    named: list[Problem] = field(default_factory=list)

    @property
    def are_enough(self) -> bool:
        """True if further ones are only counted."""
        return len(self.named) >= MOST_NAMED

    def add(self, problem: Problem, *, row: int, column: str | None = None) -> None:
        """Count a place, and name it unless enough are named."""
        self.found += 1
        if not self.are_enough:
            self.named.append(replace(problem, pointer="", row=row, column=column))

    def count(self, number: int) -> None:
        """Count places that are not named any more."""
        self.found += number

    def refuse(self) -> None:
        """Raise Invalid if anything is wrong, its places in the order of the file's rows."""
        if not self.found:
            return
        named = sorted(self.named, key=lambda problem: (problem.row or 0, problem.column or ""))
        message = Message(
            f"文件有 {self.found} 处不符合要求,全部未保存。",
            f"The file has {self.found} problem{'s' if self.found != 1 else ''}; nothing was stored.",
        )
        raise Invalid("file_invalid", message, named, problems_total=self.found)
