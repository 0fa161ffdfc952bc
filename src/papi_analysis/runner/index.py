"""The page over all finished reports: province, year, group, rank, total and a link."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from papi_analysis import i18n, places
from papi_analysis.errors import PapiError
from papi_analysis.runner import manifest, progress, request

#: What reading a foreign or damaged file can raise.
_ODD = (PapiError, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
FILES = {"vi": "index.html", "en": "index.en.html"}


def reports(
    out: str | Path, lang: str, tell: progress.Progress = progress.SILENT
) -> list[dict[str, object]]:
    """The finished reports of a folder in one language, the latest year first.

    A folder whose manifest or findings are damaged or of something else is told and left out.

    Returns
    -------
    list of dict
        year, slug, name (with "synthetic" where its scores are), link, and group, rank, total as
        they are shown ("–" where there is none).
    """
    found = []
    for path in sorted(_manifests(Path(out))):
        folder = path.parent
        try:
            listed = manifest.read(folder)["files"]
            if request.REPORTS[lang] not in listed:
                continue
            record = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
            link = (folder / request.REPORTS[lang]).relative_to(out).as_posix()
            found.append(_row(record, link, lang))
        except _ODD:
            name = folder.relative_to(out).as_posix()
            tell.step("{name}: left out of the page over all reports, it is no report", name=name)
    return sorted(found, key=lambda row: (-row["year"], places.collation_key(row["name"])))


def _manifests(out: Path) -> list[Path]:
    """Those of all reports: `tra-vinh/2024`, and `vinh-long/2025-07/2024` of merged provinces."""
    found = [path for depth in ("*/*", "*/*/*") for path in out.glob(f"{depth}/{manifest.FILE}")]
    return [p for p in found if not any(n.startswith(".") for n in p.relative_to(out).parts)]


def _row(record: dict, link: str, lang: str) -> dict[str, object]:
    from papi_analysis.report.section import GROUP_NAMES

    place, position = record["province"], record.get("position", {})
    slug = place["slug"]
    row = {
        "year": int(record["year"]),
        "slug": slug,
        "name": str(place.get(f"name_{lang}", slug)),
        "link": link,
        "group": "–",
        "rank": "–",
        "total": "–",
    }
    if record.get("synthetic"):
        row["slug"] = f"{slug}-{record['geo']}"
        row["name"] = i18n.say(lang, places.SYNTHETIC_NAME, name=row["name"])
        total = record["total"].get("synthetic")
        row["total"] = "–" if total is None else i18n.number(lang, total)
    if "total" in position:
        row["group"] = i18n.say(lang, GROUP_NAMES[position["group"]])
        row["rank"] = f"{position['rank']}/{position['n']}"
        row["total"] = i18n.number(lang, position["total"])
    return row


def page(out: str | Path, lang: str, tell: progress.Progress = progress.SILENT) -> str:
    """The index in one language; "" where there is no report."""
    rows = reports(out, lang, tell)
    if not rows:
        return ""
    from markupsafe import Markup

    from papi_analysis.report.document import stylesheet
    from papi_analysis.report.section import environment, words

    title = i18n.say(lang, "PAPI reports of provinces")
    source = (Path(__file__).parent / "templates" / "index.html.j2").read_text(encoding="utf-8")
    years = sorted({row["year"] for row in rows}, reverse=True)
    body = (
        environment()
        .from_string(source)
        .render(
            **words(lang),
            title=title,
            subtitle=i18n.say(lang, "{count} finished {count:report|reports}", count=len(rows)),
            years=[(year, [row for row in rows if row["year"] == year]) for year in years],
        )
    )
    whole = (
        environment()
        .get_template("page.html.j2")
        .render(
            **words(lang),
            title=title,
            masthead="",
            contents=[],
            body=Markup(body),
            style=Markup(stylesheet()),
            own=False,
        )
    )
    return whole + "\n"


def write(out: str | Path, tell: progress.Progress = progress.SILENT) -> None:
    """Write the index of every language that has reports, each in one step; one without goes.

    The reports stand whether it can be written or not, so a fault is told and no more.
    """
    folder = Path(out).absolute()
    try:
        with FileLock(folder / ".index.lock"):
            for lang, name in FILES.items():
                text = page(folder, lang, tell)
                if text:
                    part = folder / f".{name}.part"
                    part.write_text(text, encoding="utf-8", newline="\n")
                    part.replace(folder / name)
                else:
                    (folder / name).unlink(missing_ok=True)
            (folder / ".index.lock").unlink(missing_ok=True)
    except OSError as error:
        with suppress(OSError):
            for name in (*(f".{file}.part" for file in FILES.values()), ".index.lock"):
                (folder / name).unlink(missing_ok=True)
        tell.step(
            "The reports stand, but the page over them could not be written ({reason})",
            reason=error.strerror or type(error).__name__,
        )
