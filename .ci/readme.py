"""Write what READMEs and pages quote from figures and code: python .ci/readme.py."""

import re
import runpy
import textwrap
from dataclasses import replace
from pathlib import Path

import pandas as pd

from papi_analysis import findings, settings
from papi_analysis.plots import research, style

ROOT = Path(__file__).resolve().parents[1]
PROVINCE, YEAR = "tra-vinh", 2024
#: The page and the picture of each language.
PAGES = {"en": ("README.md", "finding.svg"), "vi": ("README.vi.md", "finding.vi.svg")}
SOURCE = "PAPI (CECODES, VFF-CRT, RTA, UNDP), papi.org.vn"


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


def order() -> str:
    """The order of modules that tests/test_layers.py holds, siblings in brackets."""
    layers = runpy.run_path(str(ROOT / "tests" / "test_layers.py"))
    names = [name for name in layers["ORDER"] if name != "__main__"]
    same = [name for name in names if name in layers["SIBLINGS"]]
    parts = [f"`{name}`" for name in names]
    first, last = names.index(same[0]), names.index(same[-1])
    parts[first : last + 1] = ["(" + " · ".join(parts[first : last + 1]) + ")"]
    return "\n".join(textwrap.wrap(" → ".join(parts), 96, break_long_words=False)) + "\n"


def assumptions() -> str:
    """The log of assumptions as a table of Markdown."""
    table = pd.read_csv(settings.data_folder() / "assumptions.csv")
    head = f"| {' | '.join(table)} |\n|{' --- |' * table.shape[1]}\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in table.itertuples(index=False))


def marked(text: str, mark: str, content: str) -> str:
    """The text with what stands between two marks replaced."""
    pattern = rf"(?<=<!-- {mark} -->\n).*?(?=<!-- /{mark} -->)"
    return re.sub(pattern, lambda _: content, text, flags=re.DOTALL)


def write(path: str, mark: str, content: str) -> None:
    """Replace what stands between two marks of a page of the repository."""
    text = (ROOT / path).read_text(encoding="utf-8")
    (ROOT / path).write_text(marked(text, mark, content), encoding="utf-8", newline="\n")


def main() -> None:
    """Write what is generated into pictures and pages."""
    (ROOT / "docs" / "images").mkdir(exist_ok=True)
    for lang, svg in pictures().items():
        (ROOT / "docs" / "images" / PAGES[lang][1]).write_text(svg, encoding="utf-8", newline="\n")
    for lang, quoted in sentences().items():
        write(PAGES[lang][0], "finding", quoted)
    write("docs/layout.md", "order", order())
    write("docs/assumptions.md", "assumptions", assumptions())


if __name__ == "__main__":
    main()
