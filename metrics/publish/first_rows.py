"""The first rows of a pull and how many there are in all, without writing a file."""

from __future__ import annotations

from contextlib import closing
from itertools import islice

from metrics.database import ReadSession
from metrics.publish.dataset import Dataset, Pull, Row
from metrics.queries.view import View


def first_rows(session: ReadSession, dataset: Dataset, view: View, pull: Pull, *, most: int) -> tuple[list[Row], int]:
    """At most `most` rows, and the number of rows that a file of the whole pull has."""
    with closing(dataset.rows(session, view, pull)) as rows:
        first = list(islice(rows, most))
        if len(first) < most or dataset.count is None:
            return first, len(first) + sum(1 for _ in rows)
    return first, dataset.count(session, view, pull)
