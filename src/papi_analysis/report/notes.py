"""How it was done, what cannot be known, and what the report was made from."""

from __future__ import annotations

from importlib.metadata import version

from papi_analysis.i18n import say
from papi_analysis.report.section import Section, build, spoken

#: Packages whose release can change a number or a drawing.
PACKAGES = ("papi-analysis", "numpy", "pandas", "scipy", "statsmodels", "esda", "matplotlib")


def method(found: dict, *, lang: str) -> Section:
    """Method and limits in a few sentences, and what could not be known."""

    def t(sentence: str, **values: object) -> str:
        return say(lang, sentence, **values)

    how = [
        t("A dimension is the sum of its criteria and the total the sum of its dimensions; both "
          "exist only where every part is published."),
        t("A rank counts the provinces with the same score published ({n} totals this year); "
          "groups follow the sizes that the publisher printed, or the quartiles of the year where "
          "it printed none.", n=found["position"]["n"]),
        t("The order of the criteria rests on an estimate that leans on earlier years of the same "
          "questions, so that one year's chance does not decide; the probability counts how often "
          "a criterion is among the five largest when chance is drawn anew."),
        t("A change is compared only where questions and scale stayed the same, and called one "
          "only where it exceeds the error of the survey after adjusting for many comparisons."),
        t("PAPI is a survey of a sample: small provinces are three districts, twelve villages and "
          "about 200 to 240 people. Every number has an error."),
    ]  # fmt: skip
    limits = [
        t("The publisher gives no standard error by criterion for this province in these tables; "
          "the noise is estimated from the panel."),
        t("What follows from the data and is not stated by the publisher is marked as inferred."),
        t("Nothing here proves a cause, and no measure was tried out: the report says where points "
          "are missing, not which measure will bring them."),
        t("PAPI itself does not rank provinces; the ranks are computed here from its scores."),
    ]  # fmt: skip
    unknown = [*spoken(found, lang, "noise"), *spoken(found, lang, "districts")]
    unknown += [say(lang, item["message"], **item["values"]) for item in _absent(found)]
    how += spoken(found, lang, "quality")
    heading = say(lang, "Method and limits")
    return build(
        "method", heading, lang, told=[*how, *limits, *unknown], how=how, limits=limits,
        unknown=unknown,
    )  # fmt: skip


def _absent(found: dict) -> list[dict]:
    """Parts that cannot be known; what the section on movement says is not repeated."""
    return [item for item in found.get("absent", []) if item["section"] != "moves"]


def provenance(found: dict, *, lang: str) -> Section:
    """The command, parameters, data files with their hashes, versions, how to cite."""
    slug, year = found["province"]["slug"], found["year"]
    geo = found.get("geo", "")  # months name the back-cast of a merged province
    command = f"papi run --province {slug} --year {year} --lang {lang}"
    command += f" --geo {geo}" if geo else ""
    hashes = [(row["file"], row["sha256"]) for row in found["files"]]
    versions = [(name, version(name)) for name in PACKAGES]
    cite = say(
        lang,
        "CECODES, VFF-CRT, RTA & UNDP. The Viet Nam Provincial Governance and Public "
        "Administration Performance Index (PAPI) {year}. papi.org.vn. Analysis: papi-analysis "
        "{version}.",
        year=str(year), version=versions[0][1],
    )  # fmt: skip
    parameters = f"province = {slug}, year = {year}, lang = {lang}, seed = {found['seed']}"
    parameters += f", geo = {geo}" if geo else ""
    heading = say(lang, "Where this report comes from")
    told = [command, parameters, *(f"{file} {digest[:12]}" for file, digest in hashes), cite]
    return build(
        "provenance", heading, lang, told=told, command=command, parameters=parameters,
        hashes=hashes, versions=versions, cite=cite, schema=found["schema"],
    )  # fmt: skip
