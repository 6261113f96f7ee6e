"""Many files, each with one change, and what the reader made of them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType

from tests.intake_corpus.outcomes import Reader, differences
from tests.intake_mutations import changes_of_cells, changes_of_headings, changes_of_words
from tests.intake_mutations.bases import draft
from tests.intake_mutations.drafts import Change, Draft, Unfit


def _changes(*modules: ModuleType) -> dict[str, Change]:
    return {
        name.replace("_", " "): change
        for module in modules
        for name, change in vars(module).items()
        if not name.startswith("_") and getattr(change, "__module__", "") == module.__name__ and callable(change)
    }


HARMLESS = (
    *("blank row", "blank column", "note below", "title in other words", "column with heading", "typed"),
    *("format harmless", "unit in other words", "group in other words", "row deleted", "total row"),
)  # changes after which everything is still plain
CHANGES = _changes(changes_of_headings, changes_of_words, changes_of_cells)


@dataclass
class Campaign:
    """`words`: kind of change → how often read, refused, asked; `wrong`: what was read differently without a word."""

    seed: int
    files: int = 0
    words: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        of = Counter[str]()
        for counted in self.words.values():
            of += counted
        counts = ", ".join(f"{of[word]} {word}" for word in ("read", "refused", "asked"))
        return (
            f"{self.files} changed files of {len(self.words)} kinds, seed {self.seed}: {counts}; "
            f"{len(self.wrong)} silently different"
        )

    @property
    def kinds(self) -> str:
        return "\n".join(f"{kind}: {dict(counted)}" for kind, counted in sorted(self.words.items()))


def run(count: int, seed: int, *, step: Callable[[Campaign], None] | None = None) -> Campaign:
    """`count` files, the kinds in turn; file N of a seed is the same in every run."""
    campaign = Campaign(seed)
    for number in range(count):
        kind, changed = changed_file(seed, number)
        campaign.files += 1
        word, wrong = judged(changed, f"{number}.{changed.kind}")
        campaign.words.setdefault(kind, Counter())[word] += 1
        if wrong:
            campaign.wrong.append(f"seed {seed} file {number} ({kind}, {changed.layout} {changed.kind}): {wrong}")
        if step is not None:
            step(campaign)
    return campaign


def changed_file(seed: int, number: int) -> tuple[str, Draft]:
    """The kind of change and the changed file; in every third one, something harmless was changed before."""
    kind = list(CHANGES)[number % len(CHANGES)]
    for attempt in range(200):
        chance = random.Random(f"{seed}/{number}/{attempt}")
        made = draft(chance)
        try:
            if chance.random() < 1 / 3:
                CHANGES[chance.choice(HARMLESS)](made)
            CHANGES[kind](made)
        except Unfit:
            continue
        return kind, made
    raise AssertionError(f"{kind} fits no file")


def judged(changed: Draft, name: str) -> tuple[str, str]:
    """What became of it in a word, and what was read differently without one. A reader that breaks is as wrong."""
    try:
        reader = Reader(name, changed.content)
        outcome = reader.outcome()
    except Exception as error:  # whatever it is: no file that a program wrote may break the reader
        return "broken", f"{type(error).__name__}: {error}"
    if outcome.word == "asked" and changed.as_read is not None:
        for after in reader.after_every_answer(outcome.questions):
            if not after.problems and after.submissions not in changed.as_read:
                return "asked", "after an answer " + "; ".join(differences(changed.as_read[0], after.submissions)[:4])
    if outcome.word != "read":
        return outcome.word, ""
    right = changed.right
    if right is None:
        return "read", f"{outcome}, to be refused or asked about"
    return "read", "; ".join(differences(right, outcome.submissions)[:4])
