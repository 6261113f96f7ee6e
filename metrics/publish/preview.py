"""What a release made now would change: shown before anybody publishes it."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.database import ReadSession
from metrics.publish.dataset import Row
from metrics.publish.differences import differences, first_rows, present_side, released_side
from metrics.publish.released import releasable_view
from metrics.queries.releases import newest_release
from metrics.results import Basis


@dataclass(frozen=True, slots=True)
class Preview:
    """`seq`: what the release would stand on; `since`: the release compared with, None if it would be the first.

    `rows`: the first of the `count` differences, as :data:`metrics.publish.differences.COLUMNS`.
    """

    seq: int
    since: int | None
    count: int
    rows: tuple[Row, ...]


def preview_release(session: ReadSession, *, basis: Basis, most: int) -> Preview:
    """What differs from the newest release. Raises Conflict `nothing_to_release`."""
    view = releasable_view(session, basis=basis)
    newest = newest_release(session)
    if newest is None:
        return Preview(view.seq, None, 0, ())
    rows, count = first_rows(differences(released_side(session, newest), present_side(session, view)), most)
    return Preview(view.seq, newest.number, count, tuple(rows))
