"""What kind of work a request is: it waits with its like, so that no kind takes the places of another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from metrics.limits.fair_places import Room
from metrics.settings import Settings


class Work(StrEnum):
    """The kinds, each with places and a time for its statements of its own."""

    LIGHT = "light"  # files of the pages, readiness
    READ = "read"  # pages, and reads of some units or months
    POST = "post"  # what changes something, except files
    UPLOAD = "upload"  # files that are read here
    PULL = "pull"  # whole datasets, workbooks, releases, the ledger
    SIGN_IN = "sign_in"  # what compares passwords
    ELSEWHERE = "elsewhere"  # what asks an identity provider, which may be slow: passwords do not wait for it


API = "/api/v1"
BULK = f"{API}/observations/bulk"
_LIGHT = ("/assets/", "/_dash-component-suites/", "/_favicon.ico", "/healthz", "/readyz", "/metrics")
WATCHED = frozenset({"/healthz", "/metrics"})
"""They wait for no place: each needs none of the threads and connections that others wait for, and whoever takes them
for signs of life (a balancer, an alarm) would take a crowd for a death."""
_SIGN_IN = ("/sign-in", f"{API}/session", "/account", f"{API}/account", f"{API}/users", "/users")
_ELSEWHERE = "/sign-in/oidc"  # signing in at an identity provider, which is asked for every one
_UPLOADS = re.compile(r"/(?:submissions/files|attachments|observations/bulk|samples/\d+/findings)")
_PULLED = re.compile(r"/[a-z_.]+\.(?:csv|json|xlsx|parquet)|/releases/.+|/ledger/entries|.+\.(?:xlsx|zip)")
_SENT_AS_IT_IS_READ = (f"{API}/releases/", f"{API}/ledger/entries", f"{API}/audit.")
_NARROW = {"unit", "period", "limit", "cursor"}  # a pull that names one of them is a read
_SMALL = frozenset(
    {"units", "elements", "indicators", "targets", "tasks", "milestones", "methods", "openapi"}
)  # the plan's parts
CALLBACKS = "/_dash-update-component"
_LARGE_CALLBACK = 200_000  # bytes: it brings a file along


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a request before anything is done for it. `parameters`: the names in its query."""

    method: str
    path: str
    parameters: frozenset[str]
    size: int  # bytes of its body


def work_of(asked: Asked) -> Work:
    """The kind of work that `asked` is; whatever changes something and is not known is a post."""
    path, reads = asked.path, asked.method in ("GET", "HEAD", "OPTIONS")
    if path.startswith(_LIGHT):
        return Work.LIGHT
    if not reads and path.startswith(_SIGN_IN) and asked.method != "DELETE":
        return Work.SIGN_IN
    if path.startswith(_ELSEWHERE):
        return Work.ELSEWHERE
    if path == CALLBACKS:
        return Work.UPLOAD if asked.size > _LARGE_CALLBACK else Work.READ
    if not path.startswith(API):
        return Work.READ if reads else Work.POST
    below = path.removeprefix(API)
    if not reads:
        return Work.UPLOAD if _UPLOADS.fullmatch(below) else Work.POST
    return Work.PULL if _is_pull(below, asked.parameters) else Work.READ


def _is_pull(below: str, parameters: frozenset[str]) -> bool:
    name, _, form = below.removeprefix("/").partition(".")
    if not _PULLED.fullmatch(below) or form.endswith("schema.json"):
        return False
    if form in ("xlsx", "parquet", "zip"):
        return True
    return name not in _SMALL and not _NARROW & parameters


def ends_when_it_answers(asked: Asked) -> bool:
    """True if the work is done when the answer begins: what is sent then lies in memory or in a file."""
    return not asked.path.startswith(_SENT_AS_IT_IS_READ)


_FEWEST_USUAL = 2  # places of reads and of changes, even where the connections are fewer
_STATEMENT_SECONDS = {Work.UPLOAD: 600, Work.PULL: 600}
_USUAL_STATEMENT_SECONDS = 30


def statement_seconds(settings: Settings, work: Work) -> float:
    """How long one statement of this kind of work may take."""
    return settings.statement_seconds.get(work.value, _STATEMENT_SECONDS.get(work, _USUAL_STATEMENT_SECONDS))


def rooms(settings: Settings) -> Mapping[Work, Room]:
    """How much of each kind one process does at the same time, all of them within its connections to the database.

    One client never has all places of a kind where there are several; of one place, everybody has it in turn.
    """
    special = {
        Work.UPLOAD: settings.upload_places,
        Work.PULL: settings.pull_places,
        Work.SIGN_IN: 3,
        Work.ELSEWHERE: 3,
    }
    usual = max(_FEWEST_USUAL, (2 * settings.pool_size - sum(special.values())) // 2)
    patience = settings.wait_seconds
    places = {Work.LIGHT: 8, Work.READ: usual, Work.POST: usual, **special}
    return {
        work: Room(
            places=count,
            of_one=max(1, count - 1),
            waiting=300,
            waiting_of_one=40 if work in (Work.SIGN_IN, Work.ELSEWHERE) else 100,
            patience=patience * (3 if work in (Work.UPLOAD, Work.PULL) else 1),
        )
        for work, count in places.items()
    }
