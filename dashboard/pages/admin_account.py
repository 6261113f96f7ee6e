"""One account, for administrators: what it is and may, its sessions and tokens, and what can be done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, press, slots
from dashboard.locale import _, instant_text, language, pgettext
from dashboard.pages.admin_lists import sessions_table, tokens_table
from dashboard.pages.refusals import for_administrators, not_found
from dashboard.parts import page_head, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.window.shell import role_word
from dashboard.words.figures import NOTHING, unit_name
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_done
from metrics.errors import NotFound
from metrics.present_act import doing
from metrics.principal import BOUND_TO_UNITS, Role, Scope
from metrics.queries.accounts import AccountListed, account

Component = Any


def admin_account_page(reading: Reading, username: str) -> Content:
    """The page at `/admin/accounts/{username}`."""
    if reading.principal is None or not reading.principal.may(Scope.ADMINISTER):
        return for_administrators(reading)
    try:
        one = account(reading.session, username)
    except NotFound as refused:
        return not_found(reading, what=refused.message.in_language(language()))
    with doing(AuditAction.LIST_ACCOUNTS, one.username):
        note_done()
    title = _("Account {name}", name=one.username)
    back = dcc.Link(_("All accounts"), href=reading.address.at_desk("/admin", show="accounts"), className="quiet-link")
    body = html.Div(
        [
            page_head(title, reading, html.P(back, className="screen-only"), dated=False),
            html.Div([_facts(reading, one), _acts(reading, one)], className="account-columns"),
            section(_("Sessions"), sessions_table(reading, of=one.username)),
            section(_("Tokens"), tokens_table(reading, of=one.username)),
        ]
    )
    return Content(title=title, body=body, desk=True)


def _facts(reading: Reading, one: AccountListed) -> Component:
    def moment(at: datetime | None, never: str) -> str:
        return never if at is None else instant_text(at, timezone=reading.timezone)

    facts = [
        (_("Name"), one.display_name),
        (pgettext("account", "Role"), role_word(one.role)),
        (_("Units"), _unit_names(reading, one) or NOTHING),
        (
            pgettext("account", "State"),
            (_("active") if one.active else _("disabled")) + (_(", demonstration") if one.demonstration else ""),
        ),
        (_("E-mail address"), one.email or NOTHING),
        (_("Second factor"), _("set up") if one.second_factor else _("not set up")),
        (_("Password set"), moment(one.password_set_at, NOTHING)),
        (_("Last seen"), moment(one.last_seen_at, _("not signed in"))),
        (_("Added"), moment(one.created_at, NOTHING)),
    ]
    if one.password_until is not None:
        facts.insert(7, (_("To be changed by"), moment(one.password_until, NOTHING)))
    rows = [html.Div([html.Dt(word), html.Dd(value)]) for word, value in facts]
    search = reading.address.at_desk("/admin/audit", user=one.username)
    audit = html.P(dcc.Link(_("What this account did, in the audit"), href=search, className="quiet-link"))
    return html.Div([html.Dl(rows, className="account-facts"), audit])


def _unit_names(reading: Reading, one: AccountListed) -> str:
    known = reading.plan.unit_by_code
    return _(", ").join(unit_name(known[code]) if code in known else code for code in one.units)


def _acts(reading: Reading, one: AccountListed) -> Component:
    """Each behind its name; what ends something says so and names the account."""
    own = reading.principal is not None and reading.principal.username == one.username
    warned = html.P(_("This is your own account: you may be signed out with it."), className="note") if own else None
    acts = slots(
        warned,
        _role(reading, one),
        _units(reading, one) if one.role in BOUND_TO_UNITS else None,
        _email(reading, one),
        _password(one) if one.active else None,
        _link(one) if one.active and one.email else None,
        _factor(one) if one.second_factor else None,
        _disable(one) if one.active else _enable(one),
    )
    return html.Section([html.H2(_("Change the account")), *acts], className="decide account-acts")


def _role(reading: Reading, one: AccountListed) -> Component:
    chosen = reading.typed("user.role", "role") or one.role.value
    roles = sorted(Role, key=lambda role: role.value != chosen)
    options = [html.Option(role_word(role), value=role.value) for role in roles]
    hint = _(
        "What {name} may do changes at once: all its sessions end, and its tokens are revoked for good (valid now: "
        "{tokens}).",
        name=one.username,
        tokens=one.tokens,
    )
    form = asking_form(
        "user.role",
        html.P(hint, className="note"),
        html.Label(pgettext("account", "Role"), htmlFor="account-role"),
        html.Select(options, name="role", id="account-role", className="entry", key=chosen),
        *_entry(
            reading, "user.role", "units", _("Units of a clerk or leader, by name or code"), _unit_names(reading, one)
        ),
        press(_("Change the role of {name}", name=one.username), main=True),
        fields={"username": one.username},
    )
    return folded(_("Another role …"), form, opened=bool(reading.refusals("user.role")))


def _units(reading: Reading, one: AccountListed) -> Component:
    hint = _(
        "From then on {name} acts for these units alone: all its sessions end, and its tokens are revoked for good "
        "(valid now: {tokens}).",
        name=one.username,
        tokens=one.tokens,
    )
    form = asking_form(
        "user.units",
        html.P(hint, className="note"),
        *_entry(reading, "user.units", "units", _("Units, by name or code"), _unit_names(reading, one)),
        press(_("Change the units of {name}", name=one.username), main=True),
        fields={"username": one.username},
    )
    return folded(_("Other units …"), form, opened=bool(reading.refusals("user.units")))


def _email(reading: Reading, one: AccountListed) -> Component:
    form = asking_form(
        "user.email",
        html.P(
            _(
                "Links to set a password are sent there; left empty, none can be. "
                "Those sent earlier to another address stop working."
            ),
            className="note",
        ),
        *_entry(reading, "user.email", "email", _("E-mail address"), one.email),
        press(_("Record the address"), main=True),
        fields={"username": one.username},
    )
    return folded(_("E-mail address …"), form, opened=bool(reading.refusals("user.email")))


def _entry(reading: Reading, do: str, name: str, label: str, value: str) -> list[Component]:
    """A field with what stands or was typed, and what is wrong with it."""
    identity = f"{do.replace('.', '-')}-{name}"
    wrong = [one.message.in_language(language()) for one in reading.refusals(do) if one.pointer == f"/{name}"]
    entry = dcc.Input(
        id=identity,
        name=name,
        type="text",
        value=reading.typed(do, name) if wrong else value,
        maxLength=2000,
        className="entry",
        autoComplete="off",
    )
    said = [html.P(sentence, className="field-problem") for sentence in wrong]
    return [html.Label(label, htmlFor=identity), html.Div([entry, *said], className="field", role="group")]


def _password(one: AccountListed) -> Component:
    """A form of the page itself: its answer shows the password once and is kept by no script."""
    hint = _(
        "The present password of {name} stops working at once, all its sessions end, and its "
        "tokens are revoked for good (valid now: {tokens}). A new one is shown once; it can only "
        "be used to choose another at the next sign-in.",
        name=one.username,
        tokens=one.tokens,
    )
    form = html.Form(
        [
            html.P(hint, className="note"),
            dcc.Input(type="hidden", name="username", value=one.username),
            press(_("Reset the password of {name}", name=one.username), main=True),
        ],
        method="post",
        action=f"/admin/password?lang={language()}",
        className="asking",
    )
    return folded(_("Reset the password …"), form)


def _link(one: AccountListed) -> Component:
    hint = _(
        "A link to set a password goes to {address}. Until it is used nothing changes; with it all sessions of {name} "
        "end and its tokens are revoked for good (valid now: {tokens}).",
        address=one.email,
        name=one.username,
        tokens=one.tokens,
    )
    form = asking_form(
        "password.reset",
        html.P(hint, className="note"),
        press(_("Send {name} the link", name=one.username), main=True),
        fields={"username": one.username},
    )
    return folded(_("Send a link to set a password …"), form)


def _factor(one: AccountListed) -> Component:
    hint = _(
        "First make sure that it really is {person} who is asking. The authenticator and the "
        "recovery codes of {name} stop working, all its sessions end, and its tokens are revoked "
        "for good (valid now: {tokens}); the next sign-in sets up another.",
        person=one.display_name,
        name=one.username,
        tokens=one.tokens,
    )
    form = asking_form(
        "second_factor.change",
        html.P(hint, className="note"),
        press(_("Remove the second factor of {name}", name=one.username), main=True),
        fields={"username": one.username},
    )
    return folded(_("Remove the second factor …"), form)


def _disable(one: AccountListed) -> Component:
    hint = _(
        "{name} ({person}) can no longer sign in: all its sessions end (open now: {sessions}), "
        "and its tokens are revoked for good (valid now: {tokens}). What it did stays on record.",
        name=one.username,
        person=one.display_name,
        sessions=one.sessions,
        tokens=one.tokens,
    )
    form = asking_form(
        "user.disable",
        html.P(hint, className="note"),
        press(_("Disable {name}", name=one.username), main=True),
        fields={"username": one.username},
    )
    return folded(_("Disable the account …"), form)


def _enable(one: AccountListed) -> Component:
    form = asking_form(
        "user.enable",
        html.P(_("{name} may sign in again; the tokens stay revoked.", name=one.username), className="note"),
        press(_("Enable {name}", name=one.username), main=True),
        fields={"username": one.username},
    )
    return folded(_("Enable the account …"), form)
