"""Write the picture and the finding of both READMEs from the figures: python .ci/readme.py."""

import re
from dataclasses import replace
from pathlib import Path

from papi_analysis import findings
from papi_analysis.figures import research, style

ROOT = Path(__file__).resolve().parents[1]
PROVINCE, YEAR = "tra-vinh", 2024
#: The page and the picture of each language.
PAGES = {"en": ("README.md", "finding.svg"), "vi": ("README.vi.md", "finding.vi.svg")}
SOURCE = "PAPI (CECODES, VFF-CRT, RTA, UNDP), papi.org.vn"
MARKS = re.compile(r"(?<=<!-- finding -->\n).*?(?=<!-- /finding -->)", re.DOTALL)


def pictures() -> dict[str, str]:
    """The certainty of each criterion as an SVG file, by language."""
    case = findings.ask(PROVINCE, YEAR)
    table = findings.assessment(case)
    drawn = {lang: research.certainty(table, names=case.names(lang), lang=lang) for lang in PAGES}
    for lang, chart in drawn.items():
        title = f"{case.province.name(lang)} {YEAR}: {chart.caption.title}"
        chart.caption = replace(chart.caption, title=title, source=SOURCE)
    return {lang: style.standalone(chart) for lang, chart in drawn.items()}


def sentences() -> dict[str, str]:
    """Where the province stands and what it should improve first, quoted, by language."""
    case = findings.ask(PROVINCE, YEAR)
    values = findings.values
    found = values.subject(case) | {"position": values.position(case)} | values.priorities(case)
    return {
        lang: "".join(
            f"> {findings.tell(found, lang, section)[0]}\n"
            for section in ("position", "priorities")
        )
        for lang in PAGES
    }


def main() -> None:
    """Write both."""
    (ROOT / "docs" / "images").mkdir(exist_ok=True)
    for lang, svg in pictures().items():
        (ROOT / "docs" / "images" / PAGES[lang][1]).write_text(svg, encoding="utf-8", newline="\n")
    for lang, quoted in sentences().items():
        path = ROOT / PAGES[lang][0]
        text = path.read_text(encoding="utf-8")
        path.write_text(MARKS.sub(lambda _: quoted, text), encoding="utf-8", newline="\n")  # noqa: B023


if __name__ == "__main__":
    main()
