"""Valid files changed at random, one thing at a time: nothing is read differently without a word.

More of them: `make torture`, or `python -m tests.intake_mutations 2000 SEED`.
"""

from __future__ import annotations

import random
import secrets

from tests.intake_corpus.outcomes import Reader
from tests.intake_mutations.bases import draft
from tests.intake_mutations.campaign import CHANGES, changed_file, run
from tests.intake_mutations.drafts import visible

FILES = 60


def test_files_before_they_are_changed_are_read_as_they_stand() -> None:
    for number in range(40):
        made = draft(random.Random(number))
        outcome = Reader(f"{number}.{made.kind}", made.content).outcome()
        assert outcome.word == "read", (number, made.layout, made.kind, str(outcome))
        assert outcome.submissions == visible(made.book)


def test_changed_files_are_read_as_they_now_stand_or_refused_or_asked_about() -> None:
    seed = secrets.randbelow(1_000_000)
    campaign = run(FILES, seed)
    print(campaign.summary)  # noqa: T201  the seed makes a failure come again
    assert campaign.wrong == [], campaign.summary
    assert {"read", "refused"} <= {word for counted in campaign.words.values() for word in counted}


def test_every_kind_of_change_fits_some_file_and_is_the_same_again() -> None:
    assert len(CHANGES) >= 40
    for number in range(len(CHANGES)):
        first = changed_file(5, number)
        if number % 4 == 0:
            again = changed_file(5, number)
            assert (again[0], again[1].book) == (first[0], first[1].book)
