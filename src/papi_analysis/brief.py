"""The papers that follow a report: the proposal to the chairman and the draft dispatch.

Both are Word files in the form that Decree 30/2020/NĐ-CP gives administrative documents, to be
edited before they are signed; what they say comes from the findings and nothing else.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from papi_analysis import places
from papi_analysis.data import codebook
from papi_analysis.errors import ParameterError
from papi_analysis.findings import ask, collect
from papi_analysis.i18n import mark, number, say
from papi_analysis.places import registry
from papi_analysis.plans import criteria, targets
from papi_analysis.runner import request
from papi_analysis.workbook.plan import put

FONT = "Times New Roman"
#: Margins of Decree 30/2020/NĐ-CP in centimetres: top, bottom, left, right.
MARGINS = (2.0, 2.0, 3.0, 2.0)
#: Most criteria that the papers name; the workbook holds all.
MOST = 5
LEFT, CENTRE, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip
#: Columns of the annex and their widths in centimetres.
ANNEX = (
    (mark("No."), 1.2), (mark("Dimension"), 3.4), (mark("Criterion"), 4.3), (mark("Score"), 1.6),
    (mark("Target"), 2.0), (mark("Lead agency"), 3.6), (mark("Co-operating"), 3.6),
    (mark("Deadline"), 2.9), (mark("Product"), 3.1),
)  # fmt: skip
PRODUCT = mark("Plan; report with evidence")
_BLANK = "…"


@dataclass(frozen=True)
class Issuer:
    """The province that exists today and signs: its name, and the former one that was surveyed."""

    place: str
    surveyed: str
    city: bool
    merged: bool

    def organ(self, lang: str) -> str:
        """The People's Committee."""
        sentence = ("People's Committee of {place} City" if self.city
                    else "People's Committee of {place} Province")  # fmt: skip
        return say(lang, sentence, place=self.place)


@dataclass(frozen=True)
class Row:
    """One criterion as the papers name it."""

    dimension: str
    name: str
    asked: str
    lever: str
    score: float
    target: targets.Target
    lead: str
    helpers: str


def issuer(findings: dict, lang: str) -> Issuer:
    """Who issues the papers: since July 2025 the province that the surveyed one went into."""
    province = places.find(findings["province"]["code"])
    successor = province.successor_name_vi
    place = successor if lang == "vi" else places.without_accents(successor)
    return Issuer(place, province.name(lang), province.successor_code in registry.cities(),
                  places.plain(successor) != places.plain(province.name_vi))  # fmt: skip


def rows(findings: dict, lang: str) -> list[Row]:
    """The criteria that the papers name: those of the list that are behind their benchmark."""
    names = codebook.names(lang)
    asked = criteria.what_is_asked(lang).set_index("code")["text"]
    levers = criteria.levers(lang).drop_duplicates("code").set_index("code")["text"]
    behind = [row for row in findings.get("priorities", []) if row["points_behind"] > 0]
    chosen = [row for row in behind if row.get("tier") in ("A", "B")] or (
        behind if not findings.get("tiers_given", True) else []
    )
    key = "agency" if lang == "vi" else "agency_en"
    helpers = "coordinating" if lang == "vi" else "coordinating_en"
    return [
        Row(names[row["dimension"]], names[row["code"]], asked.get(row["code"], ""),
            levers.get(row["code"], ""), row["score"],
            targets.of_criterion(row, findings.get("headline", "same")), row.get(key, ""),
            row.get(helpers, ""))
        for row in chosen[:MOST]
    ]  # fmt: skip


def standing(findings: dict, lang: str) -> list[str]:
    """Where the province stands and how it moved, in the sentences of the report."""
    told = findings["sentences"][lang]
    sections = ([line["text"] for line in told if line["section"] == name]
                for name in ("position", "change"))  # fmt: skip
    return [" ".join(lines) for lines in sections if lines]


def paragraphs(findings: dict, lang: str, *, order: bool) -> list[str]:
    """The text of the proposal or, with `order`, of the dispatch; without a criterion to name it
    asks to keep what was reached.
    """
    year, known, by = str(findings["year"]), rows(findings, lang), issuer(findings, lang)
    shown = {step: f"{when:%d/%m/%Y}"
             for step, when in criteria.proposed_days(findings["year"]).items()}  # fmt: skip
    told = [*standing(findings, lang)]
    if by.merged:
        told.append(say(lang, "{surveyed} is a part of {place} since 1 July 2025; the results are "
                        "those of the former province.", surveyed=by.surveyed, place=by.place))
    if not known:
        return [*told, say(lang, "No published criterion is behind its benchmark: no order is "
                           "proposed, only to keep what was reached.")]
    told.append(say(lang, "To be improved first ({n} {n:criterion|criteria}), each with the score "
                    "of {year}, the score expected without new action and the target:",
                    n=len(known), year=year))
    told += [_line(count, row, lang, order=order) for count, row in enumerate(known, start=1)]
    plan, report = shown["plan"], shown["report"]
    if order:
        told += [
            say(lang, "1. Each lead agency of the annex makes a plan with its co-operating "
                "agencies and sends it to the Department of Home Affairs before {day}.", day=plan),
            say(lang, "2. First results are reached before the interviews of the next survey "
                "begin, that is before {day}.", day=shown["first_results"]),
            say(lang, "3. The Department of Home Affairs follows up, urges and reports to the "
                "Chairman before {day}. Heads are judged against the target and the score "
                "expected without new action, not against the rank.", day=report),
        ]  # fmt: skip
    else:
        told.append(say(lang, "The Department of Home Affairs proposes that the Chairman:"))
        told += [
            say(lang, "1. Assign the lead and co-operating agencies of the annex."),
            say(lang, "2. Let the lead agencies make their plans and send them to the Department "
                "of Home Affairs before {day}.", day=plan),
            say(lang, "3. Let the Department of Home Affairs follow up and report before {day}.",
                day=report),
            say(lang, "The draft of the dispatch is attached."),
        ]  # fmt: skip
    return told


def _line(count: int, row: Row, lang: str, *, order: bool) -> str:
    """One criterion: for the chairman what is asked, for an agency a measure seen elsewhere."""
    words = say(
        lang, "{count}) {name} ({dimension}): {score:0.00} points; expected {forecast:0.00}; "
        "target {target:0.00} ({aim}).",
        count=str(count), name=row.name, dimension=row.dimension, score=row.score,
        forecast=row.target.forecast, target=row.target.value,
        aim=say(lang, targets.AIMS[row.target.aim]),
    )  # fmt: skip
    if row.asked and not order:
        words += " " + say(lang, "Asked: {asked}", asked=row.asked)
    if row.lever and order:
        words += " " + say(lang, "Seen in a plan or report: {lever}", lever=row.lever)
    return words


def annex(findings: dict, lang: str) -> list[list[str]]:
    """The rows of the annex as text, one for each criterion; leads of dimension and criterion."""
    plan = criteria.proposed_days(findings["year"])["plan"].strftime("%d/%m/%Y")
    table = criteria.agencies(findings["province"]["slug"], findings["year"])
    table = table[table["level"].eq("dimension") & table["role"].eq("lead")]
    names = table["code"].map(codebook.names(lang))
    heads = dict(zip(names, table["agency_vi" if lang == "vi" else "agency_en"], strict=True))
    return [
        [str(count), say(lang, "{dimension} (co-ordinated by: {agency})", dimension=row.dimension,
                         agency=heads[row.dimension]), row.name, number(lang, row.score),
         number(lang, row.target.value), row.lead, row.helpers, plan, say(lang, PRODUCT)]
        for count, row in enumerate(rows(findings, lang), start=1)
    ]  # fmt: skip


def write(findings: dict, *, lang: str = "vi") -> dict[str, bytes]:
    """The papers as Word files by name: the same findings give the same bytes.

    Parameters
    ----------
    findings : dict
        See `findings.collect`, or what `findings.json` of a report holds.
    lang : {"vi", "en"}
        Language; the form is that of Vietnamese papers in either.

    Returns
    -------
    dict
        "to-trinh" (the proposal) and "cong-van" (the draft dispatch), each with the annex.
    """
    return {"to-trinh": _proposal(findings, lang), "cong-van": _dispatch(findings, lang)}


def _proposal(findings: dict, lang: str) -> bytes:
    by = issuer(findings, lang)
    book = paper(_subject(findings, lang), date(findings["year"], 12, 31), lang)
    home = say(lang, "Department of Home Affairs")
    _head(book, lang, by, organs=(by.organ(lang), home), symbol="TTr-SNV")
    centred(book, say(lang, "PROPOSAL"), bold=True, size=14)
    centred(book, say(lang, "On {subject}", subject=_subject(findings, lang)), bold=True,
             size=14, after=2)  # fmt: skip
    _rule(book)
    _addressed(book, lang, [say(lang, "the Chairman of the {organ}", organ=by.organ(lang))])
    for words in paragraphs(findings, lang, order=False):
        body(book, words)
    _end(book, lang, [say(lang, "As above"), say(lang, "Filed: office, PAR")],
         [say(lang, "DIRECTOR")])  # fmt: skip
    return _with_annex(book, findings, lang)


def _dispatch(findings: dict, lang: str) -> bytes:
    by = issuer(findings, lang)
    book = paper(_subject(findings, lang), date(findings["year"], 12, 31), lang)
    _head(book, lang, by, organs=("", by.organ(lang)), symbol="UBND-NC",
          about=_subject(findings, lang))  # fmt: skip
    leads = list(dict.fromkeys(row.lead for row in rows(findings, lang) if row.lead))
    helpers = [name for row in rows(findings, lang) for name in row.helpers.split("; ") if name]
    helpers = [name for name in dict.fromkeys(helpers) if name not in leads]
    _addressed(book, lang, [*leads, *helpers] or [say(lang, "the departments")])
    for words in paragraphs(findings, lang, order=True):
        body(book, words)
    _end(book, lang, [say(lang, "As above"), say(lang, "The Chairman and Vice-Chairmen"),
                      say(lang, "Filed: office, PAR")],
         [say(lang, "FOR THE PEOPLE'S COMMITTEE"), say(lang, "CHAIRMAN")])  # fmt: skip
    return _with_annex(book, findings, lang)


def _subject(findings: dict, lang: str) -> str:
    by, year = issuer(findings, lang), findings["year"]
    return say(lang, "improving the PAPI criteria that are behind, after the results of {year} of "
               "{surveyed}", year=str(year), surveyed=by.surveyed)  # fmt: skip


def paper(title: str, made: date, lang: str) -> Document:
    """An empty A4 paper with the font, margins and page numbers of the decree."""
    book = Document()
    style = book.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.element.rPr.append(_element("w:lang", val="vi-VN" if lang == "vi" else "en-GB"))
    style.paragraph_format.space_after = Pt(6)
    core = book.core_properties
    core.author, core.title = "papi-analysis", title[:1].upper() + title[1:]
    core.created = core.modified = datetime(made.year, made.month, made.day)
    section = book.sections[0]
    sized(section, landscape=False)
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run._r.append(_element("w:fldChar", fldCharType=kind) if kind else _text(text))
    return book


def sized(section, *, landscape: bool) -> None:
    """Make a section A4 with the margins of the decree."""
    short, long = Cm(21.0), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    top, bottom, left, right = (2.0, 2.0, 2.0, 2.0) if landscape else MARGINS
    section.top_margin, section.bottom_margin = Cm(top), Cm(bottom)
    section.left_margin, section.right_margin = Cm(left), Cm(right)


def _element(name: str, **attributes: str):
    found = OxmlElement(name)
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), value)
    return found


def _text(words: str):
    found = _element("w:instrText")
    found.text = words
    return found


def _write(paragraph, words: str, *, bold: bool = False, italic: bool = False,
           size: float | None = None):  # fmt: skip
    run = paragraph.add_run(words)
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    return paragraph


def centred(where, words: str, *, after: float = 0, **look) -> None:
    """Put a centred line into a paper or a cell."""
    paragraph = _write(where.add_paragraph(), words, **look)
    paragraph.alignment = CENTRE
    paragraph.paragraph_format.space_after = Pt(after)


def _rule(where, share: float = 0.33) -> None:
    """A short line under a title, drawn as the border of an indented paragraph."""
    paragraph = where.add_paragraph()
    width = 16.0 if not hasattr(where, "width") or where.width is None else where.width.cm
    side = Cm(width * (1 - share) / 2)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = side
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(6), Pt(3)
    border = _element("w:pBdr")
    border.append(_element("w:top", val="single", sz="6", space="1", color="000000"))
    paragraph._p.get_or_add_pPr().append(border)


def _head(book: Document, lang: str, by: Issuer, *, organs: Sequence[str], symbol: str,
          about: str = "") -> None:  # fmt: skip
    """Organ and motto side by side, under them number and place."""
    table = book.add_table(rows=2, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _widths(table, (6.0, 10.2))
    left, right = table.rows[0].cells
    above, own = organs
    _cell(left, [(above.upper(), False, 12), (own.upper(), True, 12)])
    _rule(left)
    _cell(right, [(say(lang, "SOCIALIST REPUBLIC OF VIET NAM"), True, 12),
                  (say(lang, "Independence - Freedom - Happiness"), True, 13)])  # fmt: skip
    _rule(right, 0.55)
    left, right = table.rows[1].cells
    numbered = say(lang, "No.: {blank}/{symbol}", blank=_BLANK * 4, symbol=symbol)
    _cell(left, [(numbered, False, 13)])
    if about:
        centred(left, say(lang, "Re: {subject}", subject=about), size=12)
    dated = say(lang, "{place}, day {blank} month {blank} year {blank}", place=by.place,
                blank=_BLANK)  # fmt: skip
    _cell(right, [(dated, False, 13)], italic=True)


def _widths(table, centimetres: Sequence[float]) -> None:
    """Widths of columns, also of their cells, which some programs look at alone."""
    for column, width in zip(table.columns, centimetres, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _cell(cell, lines: Iterable[tuple[str, bool, float]], *, italic: bool = False) -> None:
    first = True
    for words, bold, size in lines:
        if not words:
            continue
        paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
        first = False
        _write(paragraph, words, bold=bold, size=size, italic=italic).alignment = CENTRE
        paragraph.paragraph_format.space_after = Pt(0)


def _addressed(book: Document, lang: str, names: list[str]) -> None:
    to = say(lang, "To:")
    if len(names) == 1:
        centred(book, f"{to} {names[0]}.", after=6)
        return
    paragraph = _write(book.add_paragraph(), to)
    paragraph.paragraph_format.left_indent = Cm(3)
    paragraph.paragraph_format.space_after = Pt(0)
    for place, name in enumerate(names):
        ending = "." if place == len(names) - 1 else ";"
        paragraph = _write(book.add_paragraph(), f"- {name[:1].upper() + name[1:]}{ending}")
        paragraph.paragraph_format.left_indent = Cm(4.5)
        paragraph.paragraph_format.space_after = Pt(6 if ending == "." else 0)


def body(book: Document, words: str) -> None:
    """Put a paragraph of text into a paper."""
    paragraph = _write(book.add_paragraph(), words)
    paragraph.alignment = BOTH
    paragraph.paragraph_format.first_line_indent = Cm(1.27)
    paragraph.paragraph_format.line_spacing = 1.1


def _end(book: Document, lang: str, receivers: list[str], signs: list[str]) -> None:
    """Where copies go, and who signs."""
    book.add_paragraph().paragraph_format.space_after = Pt(0)
    table = book.add_table(rows=1, cols=2)
    table.autofit = False
    _widths(table, (7.5, 8.5))
    left, right = table.rows[0].cells
    _write(left.paragraphs[0], say(lang, "Copies to:"), bold=True, italic=True, size=12)
    left.paragraphs[0].paragraph_format.space_after = Pt(0)
    for place, words in enumerate(receivers):
        ending = "." if place == len(receivers) - 1 else ";"
        paragraph = _write(left.add_paragraph(), f"- {words}{ending}", size=11)
        paragraph.paragraph_format.space_after = Pt(0)
    _cell(right, [(words, True, 14) for words in signs])
    centred(right, say(lang, "(draft, not signed)"), italic=True, size=12)
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:cantSplit"))


def _with_annex(book: Document, findings: dict, lang: str) -> bytes:
    known = annex(findings, lang)
    if known:
        section = book.add_section()
        ended = book.paragraphs[-1].paragraph_format
        ended.space_after, ended.line_spacing = Pt(0), Pt(1)
        sized(section, landscape=True)
        section.different_first_page_header_footer = False
        centred(book, say(lang, "Annex"), bold=True, size=14)
        centred(book, say(lang, "Criteria, targets and agencies"), bold=True, size=14)
        told = say(lang, "(attached to No. {blank} of {blank}/{blank}/{blank}; agencies are "
                   "proposed from their functions)", blank=_BLANK)  # fmt: skip
        centred(book, told, italic=True, size=13, after=6)
        grid(book, [say(lang, words) for words, _ in ANNEX], known,
             [width for _, width in ANNEX], middle=(0, 3, 4, 7))  # fmt: skip
    return saved(book)


def saved(book: Document) -> bytes:
    """The file of a paper."""
    file, again = io.BytesIO(), io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as parts, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as made:
        for part in parts.namelist():  # without the clock that the library writes
            made.writestr(zipfile.ZipInfo(part), parts.read(part), zipfile.ZIP_DEFLATED)
    return again.getvalue()


def grid(book: Document, heads: list[str], cells: list[list[str]], widths: Sequence[float],
         middle: Sequence[int] = ()) -> None:  # fmt: skip
    """A table with lines, its head on every page; widths in centimetres."""
    table = book.add_table(rows=1 + len(cells), cols=len(heads))
    table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
    _widths(table, widths)
    for place, (row, words) in enumerate(zip(table.rows, [heads, *cells], strict=True)):
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        for column, (cell, text) in enumerate(zip(row.cells, words, strict=True)):
            paragraph = _write(cell.paragraphs[0], text, bold=place == 0, size=12)
            paragraph.alignment = CENTRE if place == 0 or column in middle else LEFT
            paragraph.paragraph_format.space_after = Pt(0)
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))


def load(report: str | Path) -> dict:
    """The findings of a finished report, from its folder or one of its files.

    Raises
    ------
    ParameterError
        Where no findings are there.
    """
    path = Path(report)
    path = (path if path.is_dir() else path.parent) / "findings.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ParameterError(
            "{folder} holds no findings of a report. Name the folder of a report.",
            folder=str(report)[:80],
        ) from error


def findings_of(province: str, year: int | None = None) -> dict:
    """The findings of a province and year, as its report holds them."""
    asked = request.one(province, year)
    return collect(ask(asked.province.slug, asked.year))


def make(findings: dict, out: str | Path, *, lang: str = "vi") -> list[Path]:
    """Write the papers into a folder, each in one step; their paths."""
    name = f"{findings['province']['slug']}-{findings['year']}"
    ending = "" if lang == "vi" else f".{lang}"
    made = []
    for kind, content in write(findings, lang=lang).items():
        path = Path(out) / f"{kind}-{name}{ending}.docx"
        put(path, content)
        made.append(path)
    return made
