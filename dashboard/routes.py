"""Which page answers which path."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dashboard import keeping
from dashboard.pages.assess import assess_page
from dashboard.pages.blind import blind_page
from dashboard.pages.collect import collect_page
from dashboard.pages.content import Content
from dashboard.pages.data import data_page
from dashboard.pages.leaderboard import leaderboard_page
from dashboard.pages.lists import targets_page, units_page
from dashboard.pages.my import my_page
from dashboard.pages.not_found import not_found
from dashboard.pages.overview import overview
from dashboard.pages.period import period_page
from dashboard.pages.receipt import receipt_page
from dashboard.pages.release import release_page
from dashboard.pages.releases import releases_page
from dashboard.pages.review import review_page
from dashboard.pages.review_detail import review_detail_page
from dashboard.pages.sign_in_first import sign_in_first
from dashboard.pages.sign_off import sign_off_page, sign_off_sheet_page
from dashboard.pages.target import target_page
from dashboard.pages.task import task_page
from dashboard.pages.tasks import tasks_page
from dashboard.pages.unit import unit_page
from dashboard.place import Place, plain_path
from dashboard.reading import Reading
from metrics.queries.blindness import is_blind


@dataclass(frozen=True, slots=True)
class Route:
    """`answer` gets the reading and what the pattern's groups matched.

    `public`: shown to anyone where released data is open; it must show nothing of single returns.
    `blind`: shown to an assessor while reported figures are kept from it (无感评估).
    `present`: the page knows no other time than now; a time in its address means nothing to it.
    `keeps`: what the page keeps in its address for itself; nothing else there means anything to it.
    """

    pattern: re.Pattern[str]
    answer: Callable[..., Content]
    public: bool = False
    blind: bool = False
    present: bool = False
    keeps: keeping.Keeps = field(default_factory=dict)


_CODE = r"[\w.-]{1,64}"

ROUTES = (
    Route(re.compile(r"/"), overview, public=True, keeps=keeping.OVERVIEW),
    Route(re.compile(rf"/targets/(?P<code>{_CODE})"), target_page, public=True, keeps=keeping.TARGET),
    Route(re.compile(r"/targets"), targets_page, public=True),
    Route(re.compile(rf"/units/(?P<code>{_CODE})"), unit_page, public=True),
    Route(re.compile(r"/units"), units_page, public=True),
    Route(re.compile(r"/tasks"), tasks_page, public=True, blind=True, keeps=keeping.TASKS),
    Route(re.compile(r"/tasks/(?P<number>[1-9]\d{0,3})", re.ASCII), task_page, public=True, keeps=keeping.TASK),
    Route(re.compile(r"/leaderboard"), leaderboard_page, public=True, keeps=keeping.LEADERBOARD),
    Route(
        re.compile(r"/releases/(?P<number>[1-9]\d{0,8})", re.ASCII), release_page, public=True, keeps=keeping.RELEASE
    ),
    Route(re.compile(r"/releases"), releases_page, public=True, keeps=keeping.RELEASES),
    Route(re.compile(r"/data"), data_page, keeps=keeping.DATA),
    Route(re.compile(r"/assess"), assess_page, blind=True, keeps=keeping.ASSESS),
    Route(re.compile(r"/periods"), period_page),
    Route(re.compile(r"/sign-off"), sign_off_page, present=True),
    Route(re.compile(r"/sign-off/(?P<submission_id>[0-9]{1,9})", re.ASCII), sign_off_sheet_page, present=True),
    Route(re.compile(r"/review"), review_page, keeps=keeping.REVIEW),
    Route(re.compile(r"/review/(?P<submission_id>[0-9]{1,9})", re.ASCII), review_detail_page, keeps=keeping.RETURN),
    Route(re.compile(r"/my"), my_page, present=True),
    Route(re.compile(r"/collect"), collect_page, present=True, keeps=keeping.COLLECT),
    Route(re.compile(r"/collect/receipt/(?P<number>[1-9][0-9]{0,8})"), receipt_page, present=True),
)


def read_now(place: Place) -> Place:
    """`place`; where the page knows no other time than now, its times are what was not understood."""
    for route in ROUTES:
        if route.present and route.pattern.fullmatch(place.path):
            return replace(place, month=None, as_of=None, release=None, misread=(*place.misread, *place.times))
    return place


def answer(reading: Reading) -> Content:
    """The page at the reading's path."""
    for route in ROUTES:
        found = route.pattern.fullmatch(reading.place.path)
        if found is not None and reading.principal is None and not route.public:
            return sign_in_first(reading)
        if found is not None and is_blind(reading.principal) and not route.blind:
            return blind_page(reading)
        if found is not None:
            return route.answer(reading, **found.groupdict())
    return not_found(reading)


def not_understood(reading: Reading) -> tuple[tuple[str, str], ...]:
    """The parameters of the address, name and value, that mean nothing on the page which answers it."""
    place = reading.place
    for route in ROUTES:
        if route.pattern.fullmatch(place.path):
            return (*place.misread, *keeping.without_meaning(reading, route.keeps))
    return place.misread


def is_known(path: str) -> bool:
    """True if some page may answer `path`; a slash at its end is none of it."""
    return any(route.pattern.fullmatch(plain_path(path)) for route in ROUTES)
