"""A pull as Power Query reads it: the text (M) that Excel and Power BI take, for one address."""

from __future__ import annotations

from metrics.publish.dataset import AnyDataset, Kind

TOKEN = "biaochi_…"  # noqa: S105  where the reader's own goes
_TYPES = {
    Kind.TEXT: "type text",
    Kind.CODE: "type text",
    Kind.PERIOD: "type text",
    Kind.INTEGER: "Int64.Type",
    Kind.NUMBER: "type number",
    Kind.BOOLEAN: "type logical",
    Kind.DATE: "type date",
    Kind.INSTANT: "type datetimezone",
}


def power_query(dataset: AnyDataset, address: str, *, token: str = TOKEN) -> str:
    """The query for the CSV at `address`: every column with the type that it has, none guessed.

    The token goes in a header, which Power Query sends where the source is connected to anonymously.
    """
    typed = ", ".join(f"{{{_text(column.name)}, {_TYPES[column.kind]}}}" for column in dataset.columns)
    return "\n".join(
        (
            "let",
            f"    Token = {_text(token)},",
            f"    Answer = Web.Contents({_text(address)}, [Headers = [Authorization = " + '"Bearer " & Token]]),',
            '    Rows = Csv.Document(Answer, [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),',
            "    Named = Table.PromoteHeaders(Rows, [PromoteAllScalars = true]),",
            '    Missing = Table.ReplaceValue(Named, "", null, Replacer.ReplaceValue, Table.ColumnNames(Named)),',
            f"    Typed = Table.TransformColumnTypes(Missing, {{{typed}}}, " + '"en-US")',
            "in",
            "    Typed",
        )
    )


def _text(value: str) -> str:
    """A text of M: in quotes, a quote in it twice, and nothing taken for an escape."""
    return '"' + value.replace('"', '""').replace("#(", "#(#)(") + '"'
