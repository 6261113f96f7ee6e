"""Marks on a sheet: cells coloured by a rule of conditional formatting, and a comment on each.

The cells themselves stay as they are: values, formulas with their results, formats. Marks of an earlier round are taken
away, so a workbook that comes back twice shows what is wrong now.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from metrics.intake.annotation.package import Package
from metrics.intake.annotation.xml_edits import Edit, NotXml, XmlElement, before_any, edited, into, removed
from metrics.intake.grid import column_letter
from metrics.intake.workbook.comments import ABOVE_OTHERS, AUTHOR, comment_of_others

_OURS = '"biaochi"="biaochi"'  # a condition that always holds, by which our rule is known again
_VML = "urn:schemas-microsoft-com:vml"
_SHAPE = re.compile(rb'<v:shape [^>]*id="biaochi_.*?</v:shape>', re.DOTALL)
# What follows in a worksheet, in the order of the standard (ECMA-376-1, 18.3.1.99).
_AFTER_LEGACY = ("legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
_AFTER_RULES = (
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks"),
    *("colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing"),
    *_AFTER_LEGACY,
)

Comments = Mapping[tuple[int, int], str]  # (row, column), both from 1 -> text


def mark_cells(package: Package, sheet: str, comments: Comments, *, look: int) -> None:
    """Colour and comment these cells of the sheet in part `sheet`, and no others.

    `look` is the number of the differential format.
    """
    root, xml = package.outline(sheet, depth=1), package.parts[sheet]  # the one time that a large part is gone through
    # Spliced in at byte offsets: loading and saving loses charts, pictures and results (decision 46).
    edits = [removed(xml, child) for child in root.children if _is_our_rule(xml, child)]
    _clear_comments(package, sheet)
    if comments:
        edits += [_rule(root, comments, look=look), *_comment(package, sheet, root, comments)]
    package.parts[sheet] = edited(xml, edits)


def _is_our_rule(xml: bytes, element: XmlElement) -> bool:
    if element.name != "conditionalFormatting":
        return False
    return _OURS.encode() in xml[element.start : element.end].replace(b"&quot;", b'"')


def _clear_comments(package: Package, sheet: str) -> None:
    """Take away the comments of an earlier round."""
    part, drawing = package.related(sheet, "comments"), package.related(sheet, "vmlDrawing")
    if part is not None and part in package.parts:
        root, xml = package.outline(part, depth=3), package.parts[part]
        package.parts[part] = edited(xml, _own_comments(root, xml))
    if drawing is not None and drawing in package.parts:
        package.parts[drawing] = _SHAPE.sub(b"", package.parts[drawing])


def _rule(root: XmlElement, comments: Comments, *, look: int) -> Edit:
    cells = " ".join(f"{column_letter(column)}{row}" for row, column in sorted(comments))
    rule = (
        f'<conditionalFormatting xmlns="{root.namespace}" sqref="{cells}"><cfRule type="expression" dxfId="{look}" '
        f'priority="1"><formula>{escape(_OURS)}</formula></cfRule></conditionalFormatting>'
    )
    place = before_any(root, _AFTER_RULES)
    return (place, place, rule.encode())


def _comment(package: Package, sheet: str, root: XmlElement, comments: Comments) -> list[Edit]:
    """Write the comments into their own parts; what the sheet itself needs for that."""
    part = package.related(sheet, "comments")
    if part is None or part not in package.parts:
        part = package.unused("xl/biaochiComments{}.xml")
        package.parts[part] = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{root.namespace}">'
            "<authors></authors><commentList></commentList></comments>"
        ).encode()
        package.relate(sheet, "comments", part)
        package.declare(part, "comments")
    boxed = _add_comments(package, part, comments)
    drawing, edits = _drawing(package, sheet, root)
    _add_shapes(package, drawing, boxed)
    return edits


def _add_comments(package: Package, part: str, comments: Comments) -> Comments:
    """Write the comments. On a cell that has somebody else's, theirs gets the text put before.

    Answers the cells that have no box yet.
    """
    root, xml = package.outline(part, depth=3), package.parts[part]
    authors, listed = root.child("authors"), root.child("commentList")
    if authors is None or listed is None:
        raise NotXml("no list of comments")
    theirs = {child.attributes.get("ref", ""): child for child in listed.children}
    edits: list[Edit] = into(xml, authors, f'<author xmlns="{root.namespace}">{AUTHOR}</author>'.encode())
    addition, boxed = "", dict(comments)
    for (row, column), text in sorted(comments.items()):
        reference, author = f"{column_letter(column)}{row}", str(len(authors.children))
        before = theirs.get(reference)
        if before is not None:
            edits.append(removed(xml, before))
            below = comment_of_others(_text_of(xml, before))
            text, author = f"{text}\n\n{ABOVE_OTHERS}\n{below}", before.attributes.get("authorId", author)
            del boxed[row, column]
        addition += (
            f'<comment xmlns="{root.namespace}" ref="{reference}" authorId="{author}"><text><r>'
            f'<rPr><sz val="9"/></rPr><t xml:space="preserve">{escape(text)}</t></r></text></comment>'
        )
    package.parts[part] = edited(xml, [*edits, *into(xml, listed, addition.encode())])
    return boxed


def _own_comments(root: XmlElement, xml: bytes) -> list[Edit]:
    authors, listed = root.child("authors"), root.child("commentList")
    if authors is None or listed is None:
        return []
    ours = {
        str(number)
        for number, author in enumerate(authors.children)
        if AUTHOR.encode() in xml[author.start : author.end]
    }
    return [removed(xml, child) for child in listed.children if child.attributes.get("authorId") in ours]


def _text_of(xml: bytes, comment: XmlElement) -> str:
    """The characters of a comment."""
    whole = xml[comment.start : comment.end].decode("utf-8", "replace")
    return unescape(re.sub(r"<[^>]*>", "", whole)).strip()


def _drawing(package: Package, sheet: str, root: XmlElement) -> tuple[str, list[Edit]]:
    """The part with the boxes of the sheet's comments, and how the sheet comes to have it if there was none."""
    drawing = package.related(sheet, "vmlDrawing")
    if drawing is not None and drawing in package.parts and root.child("legacyDrawing") is not None:
        return drawing, []
    drawing = package.unused("xl/drawings/biaochiDrawing{}.vml")
    package.parts[drawing] = (
        f'<xml xmlns:v="{_VML}" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
    ).encode()
    package.declare_drawings()
    identity = package.relate(sheet, "vmlDrawing", drawing)
    namespace = package.relationships_namespace(root)
    element = f'<legacyDrawing xmlns="{root.namespace}" xmlns:r="{namespace}" r:id="{identity}"/>'
    place = before_any(root, _AFTER_LEGACY)
    return drawing, [(place, place, element.encode())]


def _add_shapes(package: Package, drawing: str, comments: Comments) -> None:
    """A box for every comment, hidden until the cell is pointed at."""
    xml = package.parts[drawing]
    shapes = "".join(
        f'<v:shape xmlns:v="{_VML}" id="biaochi_{row}_{column}" type="#_x0000_t202" '
        'style="position:absolute;width:260pt;height:110pt;z-index:1;visibility:hidden" fillcolor="#ffffe1">'
        '<v:fill color2="#ffffe1"/><v:textbox style="mso-direction-alt:auto"/>'
        '<x:ClientData xmlns:x="urn:schemas-microsoft-com:office:excel" ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:Anchor>{column}, 15, {max(row - 2, 0)}, 10, {column + 4}, 15, {row + 6}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column>"
        "</x:ClientData></v:shape>"
        for row, column in sorted(comments)
    )
    place = xml.rfind(b"</xml>")  # Excel's own drawings are not always well-formed
    if place < 0:
        raise NotXml("no drawing")
    package.parts[drawing] = xml[:place] + shapes.encode() + xml[place:]
