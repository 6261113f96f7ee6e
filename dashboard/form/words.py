"""The words that the modules in assets/src put into the form; `{names}` are filled in there."""

from __future__ import annotations

from dashboard.locale import _


def form_words() -> dict[str, str]:
    """Name → words in the language being spoken."""
    return {
        "blank": _("To be filled in"),
        "undo": _("Undo the paste"),
        "sending": _("Sending …"),
        "send": _("Send"),
        "unsaved": _("Not saved yet"),
        "connection_lost": _("No connection: what you type stays in this browser and is saved when it is back."),
        "connection_unkept": _(
            "No connection, and this browser cannot keep what you type: leave this page open until the "
            "connection is back."
        ),
        "connection_waits": _("Not saved yet: what you type stays in this browser and is sent again by itself."),
        "connection_back": _("The connection is back."),
        "put_back": _("What you typed up to {time} and could not save is back."),
        "unsent": _(
            "No answer, so it may not have been sent. Send again once the connection is back: "
            "the same submission is never recorded twice."
        ),
        "explain": _("Write a reason for what is marked, or send again without one: the reviewer sees which it is."),
        "reason_missing": _("Write why the submission is corrected."),
        "too_large": _("This page takes files of up to 4 MB."),
        "taken_over": _("Copied {count} figures from the file."),
        "taken_as_written": _("{count} more were filled in as they are and need correcting."),
        "discard": _("Discard the draft? What was typed and not sent is lost."),
    }


def pasting_words() -> dict[str, str]:
    """What is said of a paste; `lost_…` of one line of it, `paste_…` where nothing of it may be put in."""
    return _placed_words() | _refused_words()


def _placed_words() -> dict[str, str]:
    return {
        "pasted": _("Pasted {count} values, from “{first}” to “{last}”."),
        "pasted_converted": _("{count} were converted: {examples}."),
        "pasted_over": _("{count} replaced earlier figures."),
        "pasted_by_template": _("Blank lines were read as the template's block headings."),
        "pasted_counted": _("The column of row numbers (1, 2, 3 …) was left out."),
        "undone_but": _("Undone, except {count} typed over since, which keep what was typed: {names}."),
        "pasted_was": _(" (was {text})"),
        "not_placed": _("Not filled in: {texts}"),
        "lost_no_name": _("“{text}” has no name beside it."),
        "lost_unknown_name": _("“{name}” is not an element of this form ({text})."),
        "lost_several": _("“{name}” is the name of several elements ({text}); copy their codes too."),
        "lost_names_differ": _("The lines named “{name}” are not all the same element ({text})."),
        "lost_twice": _("“{name}” appears twice ({text})."),
        "lost_words": _("“{name}”: “{text}” is not a figure."),
        "lost_joined": _(
            "“{name}” ({text}): the figure below it has no name, so the name may cover both. Fill in their sum."
        ),
        "lost_after": _("“{name}” ({text}) comes after the line “{divider}”."),
        "lost_other_line": _("“{name}” ({text}): “{beside}” beside it does not belong to this form."),
        "lost_measure": _("“{name}” is counted in {own}, pasted in {measure} ({text})."),
        "lay_meant": _("Yes, fill them in"),
        "lay_template": _("Lines of the template: {text} → {name}"),
        "lay_dense": _("Cell by cell: {text} → {name}"),
    }


def _refused_words() -> dict[str, str]:
    return {
        "paste_no_figures": _("Nothing was filled in: there are no figures in what was pasted."),
        "paste_no_names": _("Nothing was filled in: “{text}” is not an element of this form."),
        "paste_two_columns": _(
            "Nothing was filled in: there are several columns of figures. Copy the row of headings too, or one "
            "column only."
        ),
        "paste_two_headed": _(
            "Nothing was filled in: by their headings, several columns may be this month's ({text}). Copy only "
            "one of them."
        ),
        "paste_two_rows": _(
            "Nothing was filled in: there are several rows of figures below the names. Copy only one of them."
        ),
        "paste_counting": _(
            "Nothing was filled in: “{text}” may be figures or just row numbers. Copy only the column of figures."
        ),
        "paste_words_among": _("Nothing was filled in: “{text}” is among the figures. Copy only this month's figures."),
        "paste_note_measure": _("Nothing was filled in: “{text}” gives a different unit of measure from the form's."),
        "paste_no_heading": _(
            "Nothing was filled in: a column has no heading, so it is unclear which one is this month's. Copy "
            "one column."
        ),
        "paste_other_heading": _(
            "Nothing was filled in: the column is headed “{text}”; those are not this month's figures."
        ),
        "paste_other_unit": _("Nothing was filled in: the table is that of “{text}”; this form is not."),
        "paste_other_period": _("Nothing was filled in: the table is for {text}; this form is not."),
        "paste_does_not_fit": _(
            "Nothing was filled in: these {text} lines do not fit the form from “{from}” on. Copy the names too."
        ),
        "paste_too_long": _("Nothing was filled in: {text} lines are too many."),
        "paste_which": _("Nothing has been filled in yet: the blank lines can mean two things. Which is it?"),
        "paste_doubted": _(
            "Nothing has been filled in yet. This was pasted too and was not read: {texts}. Are all the "
            "figures this unit's own, for this month?"
        ),
    }
