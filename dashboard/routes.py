"""Every page in the window, and which of them answers a path."""

from __future__ import annotations

from functools import partial

from dashboard.locale import _
from dashboard.pages.admin import PARTS, admin_page
from dashboard.pages.admin_account import admin_account_page
from dashboard.pages.assess import assess_page
from dashboard.pages.attention_panel import means_reason
from dashboard.pages.audit import audit_page
from dashboard.pages.collect import collect_page
from dashboard.pages.data import data_page
from dashboard.pages.data_choice import FIRST
from dashboard.pages.leaderboard import COUNTIES, PILOTS, ZONES, leaderboard_page
from dashboard.pages.ledger import ledger_page
from dashboard.pages.my import my_page
from dashboard.pages.overview import overview
from dashboard.pages.overview_matrix import MATRIX_KEEPS
from dashboard.pages.receipt import receipt_page
from dashboard.pages.release import release_page
from dashboard.pages.releases import releases_page
from dashboard.pages.review import review_page
from dashboard.pages.review_detail import review_detail_page
from dashboard.pages.sign_off import sign_off_page, sign_off_sheet_page
from dashboard.pages.task_choice import CHOSEN
from dashboard.route import (
    SEARCHED_ACCOUNTS,
    Keeps,
    Route,
    a_core_target,
    a_page,
    a_period,
    a_release,
    a_reporting_unit,
    a_revision,
    a_unit,
    an_indicator,
    may,
    one_of,
    refused_by_the_page,
)
from dashboard.supervision_routes import SUPERVISION
from dashboard.target_routes import TARGETS
from dashboard.unit_routes import UNIT_PAGES
from dashboard.window.address import PULL, plain_path
from dashboard.window.rail import RailLink, is_clerk
from dashboard.window.reading import Reading
from dashboard.words.submissions import QUEUE_PARTS
from metrics.principal import Principal, Role, Scope
from metrics.publish.catalogue import DATASETS
from metrics.publish.rendering import MEDIA_TYPES
from metrics.publish.shape import SHAPE
from metrics.queries.audit import FILTERS, is_place
from metrics.results import Basis


def _the_dataset_takes(name: str, reading: Reading, _value: str) -> bool:
    """What it says is the page's to understand; that the dataset has no such choice is said here."""
    return name in DATASETS.get(reading.address.keeps("dataset") or FIRST, DATASETS[FIRST]).parameters


_DATA: Keeps = dict.fromkeys((*PULL, *CHOSEN), refused_by_the_page) | {
    "dataset": one_of(*DATASETS),
    "format": one_of(*MEDIA_TYPES),
    **{name: partial(_the_dataset_takes, name) for name in SHAPE},
}
_CODE = r"(?P<code>[\w.-]{1,64})"
_SUBMISSION = r"(?P<submission_id>[0-9]{1,9})"


def _reviews(principal: Principal) -> bool:
    return principal.may_look_at_review


def _leads(principal: Principal) -> bool:
    return principal.role is Role.LEADER


ROUTES = (
    Route(
        r"/my",
        my_page,
        line="我的 My months: the clerk's units by month, what to send next, what came back, what awaits a signature",
        example=("clerk", "/my"),
        rail=RailLink("my", lambda: _("My months"), first_for=frozenset({Role.CLERK})),
        concerns=is_clerk,
        present=True,
    ),
    Route(
        r"/sign-off",
        sign_off_page,
        line="签发 Sign-off: submissions of the leader's units, those that await a signature first",
        example=("leader", "/sign-off"),
        rail=RailLink("sign-off", lambda: _("Sign-off"), first_for=frozenset({Role.LEADER})),
        concerns=_leads,
        present=True,
    ),
    Route(
        rf"/sign-off/{_SUBMISSION}",
        sign_off_sheet_page,
        line="签发一份月报 One submission to sign: figures beside last month's, warnings, reason and note, one button",
        example=("leader", "/sign-off/3"),
        rail="opened from the list",
        concerns=_leads,
        present=True,
    ),
    Route(
        r"/",
        overview,
        line="总览 Overview: every unit against every core target, the map, what calls for attention",
        example=("evaluator", "/"),
        rail=RailLink("overview", lambda: _("Overview")),
        public=True,
        embeds=True,
        keeps={"targets": one_of("all"), "map": a_core_target, "page": a_page, "reason": means_reason, **MATRIX_KEEPS},
    ),
    Route(
        r"/review",
        review_page,
        line="审核 Review: submissions that wait to be verified or sent back",
        example=("reviewer", "/review"),
        rail=RailLink("review", lambda: _("Review")),
        concerns=_reviews,
        keeps={"state": one_of(*QUEUE_PARTS), "page": a_page},
    ),
    Route(
        rf"/review/{_SUBMISSION}",
        review_detail_page,
        line="审核一份月报 One submission under review: figures, changes, checks, signature, verify or send back",
        example=("reviewer", "/review/3"),
        rail="opened from the queue",
        concerns=_reviews,
        keeps={"base": a_revision, "show": one_of("differences")},
    ),
    Route(
        r"/collect",
        collect_page,
        line="填报 Collect: the month's form: typed, pasted or from a file",
        example=("clerk", "/collect"),
        rail=RailLink("collect", lambda: _("Collect"), first_for=frozenset({Role.CLERK})),
        concerns=may(Scope.POST_SUBMISSION),
        present=True,
        keeps={"unit": refused_by_the_page, "period": a_period},
    ),
    Route(
        r"/collect/receipt/(?P<number>[1-9][0-9]{0,8})",
        receipt_page,
        line="回执 Receipt: what was received, signed by the ledger, and whether a leader signed",
        example=("clerk", "/collect/receipt/1"),
        rail="opened from what was sent",
        unwalked="figures are put into the tests' database without being sent, so there is no receipt",
        concerns=may(Scope.POST_SUBMISSION),
        present=True,
    ),
    *TARGETS,
    *UNIT_PAGES,
    *SUPERVISION,
    Route(
        r"/leaderboard",
        leaderboard_page,
        line="榜单 Leaderboard: scores, how they are made, and ranks over time",
        example=("evaluator", "/leaderboard"),
        rail=RailLink("leaderboard", lambda: _("Leaderboard")),
        public=True,
        embeds=True,
        keeps={"show": one_of(COUNTIES, ZONES, PILOTS), "page": a_page, "unit": a_reporting_unit},
    ),
    Route(
        r"/releases",
        releases_page,
        line="数据发布 Releases: what was released, and making a release",
        example=("reviewer", "/releases"),
        rail=RailLink("releases", lambda: _("Releases")),
        public=True,
        keeps={"compare": one_of(*Basis)},
    ),
    Route(
        r"/releases/(?P<number>[1-9][0-9]{0,8})",
        release_page,
        line="一次发布 One release: its files with their digests, and what changed since another",
        example=("evaluator", "/releases/1"),
        rail="opened from the list",
        unwalked="the tests' database has no release",
        public=True,
        keeps={"since": a_release},
    ),
    Route(
        r"/ledger",
        ledger_page,
        line="账本 Ledger: how long it is, its root, keys, epochs, the newest checkpoint, and how to check it oneself",
        example=("assessor", "/ledger"),
        rail=RailLink("ledger", lambda: _("Ledger")),
        public=True,
        blind=True,
        present=True,
    ),
    Route(
        r"/data",
        data_page,
        line="数据 Data: every dataset: choose, look, take the address or the file",
        example=("evaluator", "/data"),
        rail=RailLink("data", lambda: _("Data")),
        keeps=_DATA,
    ),
    Route(
        r"/assess",
        assess_page,
        line="评估 Assess: measured beside reported, and drawn samples",
        example=("assessor", "/assess"),
        rail=RailLink("assess", lambda: _("Assess")),
        blind=True,
        keeps={"unit": a_unit, "show": an_indicator, "sample": refused_by_the_page},
    ),
    Route(
        r"/admin",
        admin_page,
        line="系统管理 Administration: health, accounts, sessions, tokens, units, settings, plan, reminders",
        example=("admin", "/admin"),
        rail=RailLink("admin", lambda: _("Admin")),
        concerns=may(Scope.ADMINISTER),
        present=True,
        keeps={"show": one_of(*PARTS), **SEARCHED_ACCOUNTS},
    ),
    Route(
        r"/admin/accounts/(?P<username>[a-z][a-z0-9._-]{1,63})",
        admin_account_page,
        line="一个账号 One account: what it is and may, its sessions and tokens; role, units, password, disabling",
        example=("admin", "/admin/accounts/admin"),
        rail="opened from the list",
        concerns=may(Scope.ADMINISTER),
        present=True,
    ),
    Route(
        r"/admin/audit",
        audit_page,
        line="审计 Audit: who did or tried what, from where, and what became of it: searched, newest first",
        example=("admin", "/admin/audit"),
        rail=RailLink("audit", lambda: _("Audit")),
        concerns=may(Scope.ADMINISTER),
        present=True,
        keeps=dict.fromkeys(FILTERS, refused_by_the_page) | {"before": lambda _reading, value: is_place(value)},
    ),
)


def is_known(path: str) -> bool:
    """True if some page may answer `path`; a slash at its end is none of it."""
    return any(route.match(plain_path(path)) for route in ROUTES)


def embeds(path: str) -> bool:
    """True if the page at `path` may stand in somebody else's."""
    return any(route.embeds for route in ROUTES if route.match(plain_path(path)))
