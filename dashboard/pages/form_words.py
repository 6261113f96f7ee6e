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
        "connection_unkept": _("No connection, and this browser keeps nothing: leave this page open until it is back."),
        "connection_back": _("The connection is back."),
        "put_back": _("What you typed by {time} and could not be saved is here again."),
        "unsent": _(
            "No answer, so it may not have been sent. Send again once the connection is back: "
            "the same return is never recorded twice."
        ),
        "explain": _("Write a reason for what is marked, or send again without one: the reviewer sees which it is."),
        "reason_missing": _("Write why the return is corrected."),
        "too_large": _("This page takes files of up to 4 MB."),
        "taken_over": _("Taken over {count} figures from the file."),
        "taken_as_written": _("{count} more are put in as they stand there and are to be corrected."),
        "discard": _("Discard the draft? What was typed and not sent is lost."),
    }


def pasting_words() -> dict[str, str]:
    """What is said of a paste; `lost_…` of one line of it, `paste_…` where nothing of it may be put in."""
    return _placed_words() | _refused_words()


def _placed_words() -> dict[str, str]:
    return {
        "pasted": _("Pasted {count} values, from “{first}” to “{last}”."),
        "pasted_converted": _("{count} were converted: {examples}."),
        "pasted_over": _("{count} replaced what stood there."),
        "pasted_by_template": _("Blank lines were taken for the template's block headings."),
        "pasted_counted": _("The column that counts the rows (1, 2, 3 …) was left out."),
        "undone_but": _("Taken back, except {count} typed over since, which keep what was typed: {names}."),
        "pasted_was": _(" (was {text})"),
        "not_placed": _("Not placed: {texts}"),
        "lost_no_name": _("“{text}” has no name beside it."),
        "lost_unknown_name": _("“{name}” is no element of this form ({text})."),
        "lost_several": _("“{name}” is the name of several elements ({text}); copy their codes as well."),
        "lost_names_differ": _("“{name}” are not one and the same element ({text})."),
        "lost_twice": _("“{name}” is there twice ({text})."),
        "lost_words": _("“{name}”: “{text}” is no figure."),
        "lost_joined": _(
            "“{name}” ({text}): the figure below has no name, so the name may be that of both. Fill in their sum."
        ),
        "lost_after": _("“{name}” ({text}) stands after the line “{divider}”."),
        "lost_other_line": _("“{name}” ({text}): beside it stands “{beside}”, which is not of this form."),
        "lost_measure": _("“{name}” is counted in {own}, pasted in {measure} ({text})."),
        "lay_meant": _("Yes, put them in"),
        "lay_template": _("Lines of the template: {text} → {name}"),
        "lay_dense": _("One cell after the other: {text} → {name}"),
    }


def _refused_words() -> dict[str, str]:
    return {
        "paste_no_figures": _("Nothing was put in: there is no figure in what was pasted."),
        "paste_no_names": _("Nothing was put in: “{text}” names no element of this form."),
        "paste_two_columns": _(
            "Nothing was put in: there are several columns of figures. Copy the row of headings as well, or one column."
        ),
        "paste_two_headed": _(
            "Nothing was put in: several columns may be this month's by their headings ({text}). Copy only one of them."
        ),
        "paste_two_rows": _(
            "Nothing was put in: several rows of figures stand below the names. Copy only one of them."
        ),
        "paste_counting": _(
            "Nothing was put in: “{text}” may be figures or only count the rows. Copy the column of figures alone."
        ),
        "paste_words_among": _(
            "Nothing was put in: “{text}” stands among the figures. Copy this month's figures alone."
        ),
        "paste_note_measure": _("Nothing was put in: “{text}” states another unit of measure than the form's."),
        "paste_no_heading": _(
            "Nothing was put in: a column has no heading, so which one is this month's cannot be told. Copy one column."
        ),
        "paste_other_heading": _(
            "Nothing was put in: the column is headed “{text}”, which is not this month's figures."
        ),
        "paste_other_unit": _("Nothing was put in: the table is that of “{text}”, this form is not."),
        "paste_other_period": _("Nothing was put in: the table is for {text}, this form is not."),
        "paste_does_not_fit": _(
            "Nothing was put in: these {text} lines do not fit the form from “{from}” on. Copy the names as well."
        ),
        "paste_too_long": _("Nothing was put in: {text} lines are too many."),
        "paste_which": _("Nothing is put in yet: the blank lines can mean two things. Which is it?"),
        "paste_doubted": _(
            "Nothing is put in yet. This was pasted as well and is not read: {texts}. "
            "Are the figures this unit's own of this month, all of them?"
        ),
    }
