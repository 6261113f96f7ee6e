"""What exactness and CSV cost: pulling every observation through the dataset against COPY of the same rows."""

from __future__ import annotations

import time
from statistics import median

from metrics.database import read_session
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Pull
from metrics.publish.rendering import render
from metrics.queries.view import view_at

NAME = "P2 observations.csv, without HTTP, against COPY … TO STDOUT (bytes/s)"
REACH = "≥ 0.9 (at 1 M rows)"
_ROUNDS = 9
_COPY = "copy (select * from figures order by seq, element_code) to stdout (format csv)"


def ratio() -> float:
    """Median bytes per second of ours over that of COPY, taken in turns."""
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        ours.append(_ours())
        theirs.append(copied())
    return median(ours) / median(theirs)


def _ours() -> float:
    with read_session() as session:
        begun = time.perf_counter()
        rendered = render(DATASETS["observations"], session=session, view=view_at(session), pull=Pull(), form="csv")
        rendered.file.close()
        return rendered.size / (time.perf_counter() - begun)


def copied() -> float:
    """Bytes per second of COPY, over every figure in force."""
    with read_session() as session:
        raw = session.connection().connection.driver_connection
        if raw is None:
            raise RuntimeError("no connection")
        begun, size = time.perf_counter(), 0
        with raw.cursor() as cursor, cursor.copy(_COPY) as copy:
            for block in copy:
                size += len(block)
        return size / (time.perf_counter() - begun)
