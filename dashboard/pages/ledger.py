"""The ledger as a whole: its head, its keys, its epochs, the newest checkpoint, and how to check all of it oneself."""

from __future__ import annotations

from typing import Any

from dash import html
from flask import has_request_context, request

from dashboard.locale import _, count_text, instant_text, ngettext
from dashboard.pages.ledger_witnesses import witnesses_section
from dashboard.parts import empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.window.signer_note import refusal_words
from metrics.ledger.continuation import last_doubt
from metrics.ledger.epochs import BEGAN, Epoch, NamedHead, epochs
from metrics.queries.cosignatures import KnownCheckpoint
from metrics.queries.ledger import KnownKey, known_keys
from metrics.queries.ledger_state import LedgerState, ledger_state

Component = Any
_GROUP = 8  # hexadecimal digits that the eye takes at once


def ledger_page(reading: Reading) -> Content:
    """The page at `/ledger`: the same for everybody, and nothing of what entries say."""
    state = ledger_state(reading.session)
    body = html.Div(
        [
            page_head(_finding(state), reading, dated=False),
            html.P(
                _(
                    "Everything that is reported, checked or revised is one entry of the ledger, and nothing is ever "
                    "taken out. Keep a checkpoint yourself: whoever changes one letter afterwards cannot make the "
                    "ledger agree with it."
                ),
                className="lead",
            ),
            html.Dl(_facts(state), className="facts"),
            _checkpoint(state),
            _keys(reading),
            _epochs(reading),
            witnesses_section(reading),
            _how_to_check(),
        ],
        className="ledger-page",
    )
    return Content(title=_("Ledger"), body=body)


def _finding(state: LedgerState) -> str:
    if refusal_words() is not None:
        return _("The ledger is not signed at present")
    if state.signed is None:
        return _("The ledger has no signature yet")
    open_ended = state.size - state.signed.size
    if not open_ended:
        return ngettext("The ledger's one entry is signed", "All {n} entries of the ledger are signed", state.size)
    return _(
        "{signed} of the ledger's {size} entries are signed",
        signed=count_text(state.signed.size),
        size=count_text(state.size),
    )


def grouped(digits: str) -> Component:
    """A hash in groups, each of which stays in one line; copied it is one word."""
    groups = [html.Span(digits[at : at + _GROUP]) for at in range(0, len(digits), _GROUP)]
    return html.Code(groups, className="digest grouped")


def _facts(state: LedgerState) -> list[Component]:
    signed = state.signed
    facts: list[tuple[str, Component]] = [
        (_("Entries"), count_text(state.size)),
        (_("Root over all of them (SHA-256)"), grouped(state.root.hex())),
        (_("Epoch"), count_text(state.epoch)),
        (_("Signed up to entry"), _("none yet") if signed is None else count_text(signed.size)),
    ]
    if signed is not None and signed.size != state.size:
        facts.append((_("Root over what is signed"), grouped(signed.root.hex())))
    words = refusal_words()
    facts.append((_("Signer"), _("running") if words is None else html.B(words[1])))
    return [part for name, said in facts for part in (html.Dt(name), html.Dd(said))]


def _checkpoint(state: LedgerState) -> Component:
    title = _("The newest checkpoint")
    if state.signed is None:
        return section(title, empty(_("Nothing was signed yet"), _("The service signs when it starts.")))
    return section(
        title,
        html.P(
            _("Signed with Ed25519 over the number of entries and their root (C2SP tlog-checkpoint)."), className="note"
        ),
        scrolled(html.Pre(state.signed.note, className="checkpoint"), label=title),
        aside=_file(state.signed) if refusal_words() is None else None,
    )


def _file(signed: KnownCheckpoint) -> Component:
    return html.A(
        _("Sign now and keep the file"),
        href="/api/v1/ledger/checkpoint",
        className="quiet-link",
        download=f"biaochi-checkpoint-{signed.size}.txt",
    )


def _keys(reading: Reading) -> Component:
    found = known_keys(reading.session)
    title = _("Keys")
    if not found:
        return section(title, empty(_("There is no key yet"), _("It is made when something is first signed.")))
    rows = [
        [
            html.Code(key.key_id),
            instant_text(key.since, timezone=reading.timezone),
            _("until today") if key.until is None else instant_text(key.until, timezone=reading.timezone),
            _handed_over(key),
            html.Code(key.verifier_key, className="digest"),
        ]
        for key in found
    ]
    headings = [_("Key"), _("In use from"), _("In use until"), _("How it came into use"), _("Public key")]
    note = html.P(
        _("Compare the key with one that you got by another way, such as a letter; a service can show any."),
        className="note",
    )
    return section(title, note, scrolled(plain_table(title, headings, rows, labelled=True), name="texts as-cards"))


def _handed_over(key: KnownKey) -> Component:
    if key.handed_over is None:
        return _("the first key")
    if key.handed_over:
        return _("the key before it signed for it")
    sign = html.Span(className="sign sign-overdue", **{"aria-hidden": "true"})
    words = html.B(_("not handed over: the key before it did not sign"))
    return html.Span([sign, words], className="status")


def _epochs(reading: Reading) -> Component:
    title = _("Epochs")
    found = epochs(reading.session)
    if not found:
        said = _("The ledger has never been set back: all of it is one epoch.")
        return section(title, html.P(_("No restore was ever declared.") if last_doubt() is not None else said))
    rows = [
        [
            count_text(epoch.number),
            instant_text(epoch.recorded_at, timezone=reading.timezone),
            count_text(epoch.seq),
            _cause(epoch),
            _named(epoch.remembered),
            _named(epoch.found),
            html.Span(epoch.reason, lang="zh-CN"),
        ]
        for epoch in found
    ]
    headings = [
        _("Epoch"),
        _("Declared"),
        _("In entry"),
        _("Cause"),
        _("What the signer remembered"),
        _("What the database had"),
        _("Reason"),
    ]
    note = html.P(
        _(
            "A checkpoint of entries that a restore discarded no longer matches the ledger; "
            "it matches what is listed here."
        ),
        className="note",
    )
    return section(title, note, scrolled(plain_table(title, headings, rows, labelled=True), name="texts as-cards"))


def _cause(epoch: Epoch) -> str:
    return _("the signer began to remember") if epoch.cause == BEGAN else _("a backup was restored")


def _named(head: NamedHead | None) -> Component:
    if head is None:
        return _("not known")
    entries = ngettext("{n} entry", "{n} entries", head.size)
    return html.Span([entries, " ", html.Code(head.root, className="digest")])


def _how_to_check() -> Component:
    site = request.host_url.rstrip("/") if has_request_context() else "$BIAOCHI"
    by = '-H "Authorization: Bearer $TOKEN"'
    lines = (
        f'curl -sSf {by} "{site}/api/v1/verify.py" -o verify.py',
        f'curl -sSf {by} "{site}/api/v1/ledger/checkpoint" -o checkpoint.txt',
        f'curl -sSf {by} "{site}/api/v1/ledger/entries?limit=$(sed -n 2p checkpoint.txt)" -o entries.jsonl',
        f'curl -sSf {by} "{site}/api/v1/progress.csv?as_of=$(sed -n 2p checkpoint.txt)" -o progress.csv',
        "python verify.py progress.csv --entries entries.jsonl --checkpoint checkpoint.txt \\\n"
        '  --key "$KEY" --query "as_of=$(sed -n 2p checkpoint.txt)"',
    )
    title = _("How to check it yourself")
    words = _(
        "Works on any machine with Python; the last line needs no network. verify.py is one file that needs nothing "
        "installed; read it first. A release's archive carries all it takes, and needs the key alone."
    )
    ways = html.P([html.A("verify.py", href="/api/v1/verify.py", className="quiet-link", download="")])
    return section(
        title,
        html.P(words, className="note"),
        scrolled(html.Pre("\n".join(lines), className="commands"), label=title),
        ways,
    )
