"""What a criterion asks, measures that raised it, who leads it, and when the PAPI year asks for it.

All of it are rows of `data/criteria/`. The texts describe the questions in the project's own words
and name their source. Leads are proposed from the functions of agencies, the same for every
province, until a province decides: its `data/<province>/agencies.csv` holds the rows it decided.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from papi_analysis import places, schemas, settings
from papi_analysis.data import codebook, context
from papi_analysis.i18n import mark, say
from papi_analysis.places import registry
from papi_analysis.schemas import Rule

__all__ = ["agencies", "calendar", "leads", "levers", "plans_seen", "what_is_asked"]


def __dir__() -> list[str]:
    return __all__


#: How sure a row is of its source; a row of low confidence has no text and is not shown.
CONFIDENCES = ("high", "medium", "low")
#: Who does what: one lead answers for a criterion, others lead with it or help.
ROLES = ("lead", "co_lead", "cooperate")
#: What is known of a lead.
STATUSES = ("proposed", "confirmed")
LEVELS = ("dimension", "criterion", "indicator")
#: The agency that follows PAPI up, and co-ordinates a dimension that no agency mostly leads.
COORDINATOR = "Sở Nội vụ"
#: The steps of a PAPI year, in their order.
STEPS = {
    "publication": mark("PAPI publishes the results"),
    "plan": mark("The province issues its plan"),
    "first_results": mark("First results, before the survey begins"),
    "fieldwork": mark("Interviews of the next survey"),
    "report": mark("The agencies report their results"),
    "next_publication": mark("PAPI publishes the next results"),
}
COLUMNS = ["code", "level", "indicator", "role", "agency_vi", "agency_en", "status", "basis",
           "former_names", "person"]  # fmt: skip
LEADS = ["code", "agency", "agency_en", "coordinating", "coordinating_en", "agency_status",
         "agency_basis", "former_names"]  # fmt: skip

_FUNCTION = mark("general statutory function")
_MOST = mark("leads most criteria of the dimension")
_NONE = mark("no agency leads most criteria; follows PAPI up for the province")
_A_CODE = mark("a code of data/papi/subdimensions.csv")
_A_CODE_OR_DIMENSION = mark("a code of data/papi/subdimensions.csv, or a dimension from 1 to 8")
_A_TEXT, _A_DOCUMENT = mark("a text"), mark("the document that confirms it")
_ONE_LEAD = mark("exactly one lead agency for each criterion")
_SEVERAL = mark("several agencies lead")
_NO_DOCUMENT = mark("confirmed, but no document is named")
_KEEP_ONE = mark("keep one as lead and give the others the role co_lead or cooperate")
_A_DAY = mark("a day as YYYY-MM-DD, MM-DD or YYYY-MM")


def folder_of(province: places.Province) -> str:
    """The folder that holds a province's own tables: `tra_vinh` for `tra-vinh`."""
    return province.slug.replace("-", "_")


def _table(name: str, columns: str, data: str | Path | None, *rules) -> pd.DataFrame:
    """A table of `data/criteria` held to rules: functions of the table that give `Rule`s."""
    path = settings.data_folder(data) / "criteria" / name
    table = schemas.read(path, columns)
    known = {*codebook.subdimensions(data)["code"], "all"}
    told = [rule for make in rules for rule in make(table)]
    if "code" in columns.split():
        odd = ~table["code"].isin(known)
        told.append(Rule("E-CRITERION", "code", odd, schemas.UNKNOWN_CODE, _A_CODE))
    if "source_url" in columns.split() and "confidence" in columns.split():
        odd = ~table["confidence"].isin(CONFIDENCES)
        told.append(Rule("E-CRITERION", "confidence", odd, schemas.UNKNOWN_WORD,
                         ", ".join(CONFIDENCES)))  # fmt: skip
    schemas.require(path, table, told)
    return table


def _filled(*names: str):
    """The rule that cells are filled in, in rows that are sure enough to be shown."""

    def rules(table: pd.DataFrame) -> list[Rule]:
        shown = table.get("confidence", pd.Series("", index=table.index)).ne("low")
        return [Rule("E-CRITERION", name, shown & table[name].eq(""), schemas.EMPTY, _A_TEXT)
                for name in names]  # fmt: skip

    return rules


def _once(*names: str):
    """The rule that a row is there once."""

    def rules(table: pd.DataFrame) -> list[Rule]:
        twice = table.duplicated(list(names))
        return [Rule("E-CRITERION", names[0], twice, schemas.TWICE, schemas.ONCE)]

    return rules


def asked_rows(data: str | Path | None = None) -> pd.DataFrame:
    """All rows of what is asked, also those that are not sure enough to be shown."""
    columns = ("code what_is_asked_en what_is_asked_vi indicators valid_years source_url "
               "confidence note")  # fmt: skip
    texts = ("what_is_asked_en", "what_is_asked_vi", "source_url")
    return _table("what_is_asked.csv", columns, data, _filled(*texts), _once("code"))


def what_is_asked(lang: str = "vi") -> pd.DataFrame:
    """What citizens are asked behind each criterion, described in the project's own words.

    Returns
    -------
    DataFrame
        code, text, source (pages), confidence ("high" or "medium"; rows that are less sure are
        left out).
    """
    table = asked_rows()
    table = table[table["confidence"].ne("low")].reset_index(drop=True)
    return table[["code"]].assign(text=table[f"what_is_asked_{lang}"], source=table["source_url"],
                                  confidence=table["confidence"])  # fmt: skip


def lever_rows(data: str | Path | None = None) -> pd.DataFrame:
    """The rows of `levers` in both languages."""
    columns = "code measure_vi measure_en source_url"
    return _table("levers.csv", columns, data, _filled(*columns.split()[1:]))


def levers(lang: str = "vi") -> pd.DataFrame:
    """Measures that plans of provinces or reports name, no proof of an effect.

    Returns
    -------
    DataFrame
        code ("all": for every criterion), text, source; several rows for some criteria.
    """
    table = lever_rows()
    return table[["code"]].assign(text=table[f"measure_{lang}"], source=table["source_url"])


def plans_seen(data: str | Path | None = None) -> pd.DataFrame:
    """Leads that plans of provinces name, as far as they were read.

    Columns: province, year, code_or_dimension, lead ("" where the page does not go that far), note,
    source_url.
    """
    columns = "province year code_or_dimension lead note source_url"
    return _table("plans_seen.csv", columns, data, _filled("province", "year", "source_url"))


def calendar_rows(data: str | Path | None = None) -> pd.DataFrame:
    """Days of a PAPI year that were read in a source, and those that are proposed.

    Columns: step (key of `STEPS`), kind ("read" or "proposed"), province, first, last (ISO; without
    a year where proposed, without a day where only the month was read), source_url.
    """

    def rules(table: pd.DataFrame) -> list[Rule]:
        day = r"(\d{4}-)?\d{2}-\d{2}|\d{4}-\d{2}"
        sourceless = table["kind"].eq("read") & table["source_url"].eq("")
        odd = {
            "step": (~table["step"].isin(STEPS), schemas.UNKNOWN_WORD, ", ".join(STEPS)),
            "kind": (~table["kind"].isin(["read", "proposed"]), schemas.UNKNOWN_WORD,
                     "read, proposed"),
            "first": (~table["first"].str.fullmatch(day), schemas.EMPTY, _A_DAY),
            "last": (~table["last"].str.fullmatch(day), schemas.EMPTY, _A_DAY),
            "source_url": (sourceless, schemas.EMPTY, _A_TEXT),
        }  # fmt: skip
        return [Rule("E-CALENDAR", name, *claim) for name, claim in odd.items()]

    return _table("calendar.csv", "step kind province first last source_url", data, rules)


def calendar(lang: str = "vi", year: int | None = None) -> pd.DataFrame:
    """The PAPI year that follows the results of `year`: what happens when, from sources.

    Parameters
    ----------
    lang : {"vi", "en"}
    year : int, optional
        Year of the results; the latest with scores by default.

    Returns
    -------
    DataFrame
        In the order of time: step (key of `STEPS`), text, first and last (dates; for what was read
        in other years the span of it, moved to this one), kind ("read", "proposed"), years (those
        it was read for), source.
    """
    year = codebook.years()[-1] if year is None else year
    samples = context.survey_samples()
    samples = samples[samples["published"].str.fullmatch(r"\d{4}-\d{2}-\d{2}")]
    known = samples[samples["year"].eq(year)]
    published = pd.DataFrame({"kind": "read", "first": samples["published"],
                              "last": samples["published"], "source_url": samples["source_url"]})
    rows = pd.concat([
        published.loc[known.index if len(known) else samples.index].assign(step="publication"),
        calendar_rows(), published.assign(step="next_publication"),
    ], ignore_index=True)  # fmt: skip
    turn = rows["step"].eq("next_publication").astype(int) + year + 1
    for name in ("first", "last"):
        days = [_moved(text, to, name) for text, to in zip(rows[name], turn, strict=True)]
        rows[f"{name}_day"] = pd.to_datetime(days)
    rows["year"] = rows["first"].str.extract(r"^(\d{4})-")[0].fillna("")
    spans = [
        {
            "step": step, "text": say(lang, STEPS[step]), "first": part["first_day"].min().date(),
            "last": part["last_day"].max().date(), "kind": kind,
            "years": tuple(sorted({int(y) for y in part["year"] if y})),
            "source": " ; ".join(dict.fromkeys(filter(None, part["source_url"].fillna("")))),
        }
        for (step, kind), part in rows.groupby(["step", "kind"], sort=False)
    ]  # fmt: skip
    return pd.DataFrame(spans).sort_values(["first", "last"], ignore_index=True)


def proposed_days(year: int) -> dict[str, date]:
    """The days proposed for the PAPI year after the results of `year`, by step."""
    table = calendar(year=year)
    table = table[table["kind"].eq("proposed")]
    return dict(zip(table["step"], table["last"], strict=True))


def _moved(text: str, year: int, end: str) -> str:
    """A day or month moved into a year, as ISO; a month begins or ends with its span."""
    parts = text.split("-")
    parts = parts[1:] if len(parts[0]) == len("2025") else parts
    if len(parts) == 1:
        last = pd.Period(f"{year}-{parts[0]}").days_in_month
        parts.append("01" if end == "first" else str(last))
    return f"{year}-{parts[0]}-{parts[1]}"


def proposed_leads(data: str | Path | None = None) -> pd.DataFrame:
    """The functional default: code, lead, helpers (";" between them), former, basis, confidence."""
    columns = ("code lead_agency_2025_vi agency_en coordinating_2025_vi former_name_vi basis "
               "source_url confidence")  # fmt: skip
    filled = _filled("lead_agency_2025_vi", "agency_en", "basis", "source_url")
    table = _table("agencies_2025.csv", columns, data, filled, _once("code"))
    return table.rename(columns={
        "lead_agency_2025_vi": "lead", "coordinating_2025_vi": "helpers",
        "former_name_vi": "former"})  # fmt: skip


def agency_names(data: str | Path | None = None) -> pd.DataFrame:
    """English names of agencies, and how those that bear "tỉnh" are called in a city.

    Columns: agency_vi, agency_en, city_vi, city_en ("" where a city has the same name).
    """
    columns = "agency_vi agency_en city_vi city_en"
    filled = _filled("agency_vi", "agency_en")
    return _table("agency_names.csv", columns, data, filled, _once("agency_vi"))


def own_leads(data: str | Path | None = None, folder: str = "") -> pd.DataFrame:
    """What a province decided: its rows of `data/<folder>/agencies.csv`; none without a file.

    Returns
    -------
    DataFrame
        code (criterion or dimension), indicator ("" for the whole criterion), role (one of
        `ROLES`), agency_vi, status, basis, person.

    Raises
    ------
    SourceError
        With every fault of the file: an unknown criterion, no lead or several, an unknown role or
        status, a confirmation without its document.
    """
    columns = "code indicator role agency_vi status basis person"
    path = settings.data_folder(data) / folder / "agencies.csv"
    if not path.is_file():
        return pd.DataFrame(columns=columns.split(), dtype=str)
    table = schemas.read(path, columns)
    known = {*codebook.subdimensions(data)["code"], *codebook.dimensions(data)["dimension"]}
    lead, key = table["role"].eq("lead"), ["code", "indicator"]
    led = lead.groupby([table["code"], table["indicator"]]).transform("any")
    unnamed = table["status"].eq("confirmed") & table["basis"].str.contains("to be confirmed|^$")
    first = ~table.duplicated(key)
    rules = {
        "code": (~table["code"].isin(known), schemas.UNKNOWN_CODE, _A_CODE_OR_DIMENSION),
        "role": (~table["role"].isin(ROLES), schemas.UNKNOWN_WORD, ", ".join(ROLES)),
        "agency_vi": (table["agency_vi"].eq(""), schemas.EMPTY, _ONE_LEAD),
        "status": (~table["status"].isin(STATUSES), schemas.UNKNOWN_WORD, ", ".join(STATUSES)),
        "basis": (unnamed, _NO_DOCUMENT, _A_DOCUMENT),
    }
    again = table[lead].duplicated(key).reindex(table.index, fill_value=False)
    told = [Rule("E-AGENCY", name, *claim) for name, claim in rules.items()]
    told += [
        Rule("E-AGENCY", "role", again, _SEVERAL, _ONE_LEAD, _KEEP_ONE),
        Rule("E-AGENCY", "role", first & ~led, schemas.EMPTY, _ONE_LEAD, _KEEP_ONE),
        Rule("E-AGENCY", "agency_vi", table.duplicated([*key, "agency_vi"]), schemas.TWICE,
             schemas.ONCE),
    ]  # fmt: skip
    schemas.require(path, table, told)
    return table


def agencies(province: places.Province | str, year: int | None = None) -> pd.DataFrame:
    """Who leads and who helps, by dimension, criterion and indicator, under present names.

    The lead of a criterion is proposed from the functions of agencies since July 2025. A dimension
    is co-ordinated by the agency that leads more than half of its criteria, else by `COORDINATOR`.
    What the province decided in its own table stands in place of the proposal for that code.

    Parameters
    ----------
    province : Province or str
    year : int, optional
        Year of the index whose criteria are wanted; the latest with scores by default.

    Returns
    -------
    DataFrame
        code (dimension "1".."8" or criterion), level (one of `LEVELS`), indicator, role (one of
        `ROLES`; one "lead" for each code), agency_vi, agency_en (the Vietnamese name where none is
        on file), status, basis (for a proposal a sentence of the catalogue), former_names (";"
        between them: who had the function before July 2025), person.
    """
    one = places.find(province) if isinstance(province, str) else province
    book = codebook.subdimensions(year=codebook.years()[-1] if year is None else year)
    names = agency_names()
    here = names["city_vi"].ne("") & ((one.successor_code or one.code) in registry.cities())
    called = names["agency_vi"].mask(here, names["city_vi"])
    in_place = dict(zip(names["agency_vi"], called, strict=True))
    english = dict(zip(called, names["agency_en"].mask(here, names["city_en"]), strict=True))
    decided = _decided(own_leads(folder=folder_of(one)))
    rows = pd.concat([_proposed(book, in_place), decided], ignore_index=True)
    replaced = rows["basis_rank"].eq(0) & rows["code"].isin(
        decided.loc[decided["indicator"].eq(""), "code"]
    )
    rows = rows[~replaced]
    criteria = rows[rows["level"].eq("criterion") & rows["role"].eq("lead")]
    dimensions = [
        _coordinator(dimension, criteria[criteria["code"].isin(part["code"])])
        for dimension, part in book.groupby("dimension", sort=False)
        if dimension not in set(rows["code"])
    ]
    rows = pd.concat([rows, pd.DataFrame(dimensions)], ignore_index=True)
    known = {*book["code"], *book["dimension"]}
    order = {code: place for place, code in enumerate(dict.fromkeys(
        code for pair in zip(book["dimension"], book["code"], strict=True) for code in pair))}
    rows = rows[rows["code"].isin(known)]
    rows = rows.assign(place=rows["code"].map(order), turn=rows["role"].map(ROLES.index))
    rows = rows.sort_values(["place", "indicator", "turn"], kind="stable", ignore_index=True)
    return rows.assign(agency_en=rows["agency_vi"].map(english).fillna(rows["agency_vi"]))[
        COLUMNS
    ].fillna("")


def _proposed(book: pd.DataFrame, in_place: dict[str, str]) -> pd.DataFrame:
    """The functional default for the criteria of a year, one row for each agency."""
    rows = []
    for row in proposed_leads().itertuples():
        helpers = [(name.strip(), "cooperate") for name in row.helpers.split(";") if name.strip()]
        for name, role in [(row.lead, "lead"), *helpers]:
            rows.append({"code": row.code, "role": role, "agency_vi": in_place.get(name, name),
                         "former_names": _former(row) if role == "lead" else ""})  # fmt: skip
    table = pd.DataFrame(rows)
    table = table[table["code"].isin(book["code"])]
    return table.assign(level="criterion", indicator="", status="proposed", basis=_FUNCTION,
                        person="", basis_rank=0)  # fmt: skip


def _decided(own: pd.DataFrame) -> pd.DataFrame:
    """A province's own rows in the form of the proposal."""
    level = pd.Series("criterion", index=own.index).mask(own["code"].str.isdigit(), "dimension")
    return own.assign(level=level.mask(own["indicator"].ne(""), "indicator"), former_names="",
                      basis_rank=1)  # fmt: skip


def _coordinator(dimension: str, leads: pd.DataFrame) -> dict:
    counts = leads["agency_vi"].value_counts()
    most = len(counts) and counts.iloc[0] > len(leads) / 2
    return {"code": dimension, "level": "dimension", "indicator": "", "role": "lead",
            "agency_vi": counts.index[0] if most else COORDINATOR,
            "status": "proposed", "basis": _MOST if most else _NONE, "former_names": "",
            "person": ""}  # fmt: skip


def _former(row: NamedTuple) -> str:
    """Who had the function of a criterion before July 2025, where it was another agency."""
    if "unchanged" in row.former:
        return ""
    names = (name.partition("(")[0].strip() for name in row.former.split(";"))
    return "; ".join(name for name in names if name and name != row.lead)


def leads(province: places.Province | str, year: int | None = None) -> pd.DataFrame:
    """Who leads each criterion and who helps, one row for each.

    Returns
    -------
    DataFrame
        code, agency, agency_en, coordinating, coordinating_en (several, ";" between them),
        agency_status, agency_basis, former_names.
    """
    rows = agencies(province, year)
    rows = rows[rows["level"].eq("criterion")]
    table = rows[rows["role"].eq("lead")].rename(columns={
        "agency_vi": "agency", "status": "agency_status", "basis": "agency_basis"})  # fmt: skip
    helpers = rows[rows["role"].ne("lead")].groupby("code", sort=False)
    for name, column in (("coordinating", "agency_vi"), ("coordinating_en", "agency_en")):
        table[name] = table["code"].map(helpers[column].agg("; ".join)).fillna("")
    return table[LEADS].reset_index(drop=True)


def assign(assessment: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """An assessment with the columns of `leads` for each criterion; the order stays.

    A criterion without a lead gets "" and the status "unassigned".
    """
    joined = assessment.merge(table, on="code", how="left", validate="many_to_one")
    empty = dict.fromkeys(LEADS[1:], "") | {"agency_status": "unassigned"}
    return joined.fillna(empty)
