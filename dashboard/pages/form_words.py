"""The words that the modules in assets/src put into the form; `{names}` are filled in there."""

from __future__ import annotations

from dashboard.locale import _


def form_words() -> dict[str, str]:
    """Name → words in the language being spoken."""
    return {
        "blank": _("To be filled in"),
        "pasted": _("Pasted {count} values, from “{first}” to “{last}”."),
        "pasted_converted": _("{count} were converted: {examples}."),
        "not_placed": _("Not placed: {texts}."),
        "not_columns": _("Copy one column of numbers, or two columns: name or code, and number."),
        "undo": _("Undo the paste"),
        "sending": _("Sending …"),
        "send": _("Send"),
        "no_answer": _("No answer yet. Send again: the same return is never recorded twice."),
        "explain": _("Write a reason for what is marked, or send again without one: the reviewer sees which it is."),
        "reason_missing": _("Write why the return is corrected."),
        "too_large": _("This page takes files of up to 4 MB."),
        "taken_over": _("Taken over {count} figures from the file."),
        "discard": _("Discard the draft? What was typed and not sent is lost."),
    }
