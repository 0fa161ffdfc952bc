"""Make the subset fonts of this folder from the full Inter files (a tool for maintainers).

Run once, with fonttools and brotli installed:

    npm pack inter-ui && tar xzf inter-ui-*.tgz
    python subset.py package/web
"""

import sys
from pathlib import Path

from fontTools import subset

LETTERS = "U+0020-007E,U+00A0-00FF,U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1"
VIETNAMESE = "U+01AF-01B0,U+1EA0-1EF9,U+0300-0301,U+0303,U+0309,U+0323,U+20AB"
SIGNS = (
    "U+2002-200A,U+2010-2015,U+2018-201A,U+201C-201E,U+2020,U+2022,U+2026,U+202F,U+2030,U+2032,"
    "U+2190-2193,U+2196-2199,U+2206,U+2212,U+2248,U+2260,U+2264,U+2265,U+25A0,U+25A1,U+25B2,"
    "U+25B3,U+25BC,U+25BD,U+25C6,U+25C7,U+25CB,U+25CF,U+2713,U+03C1"
)
WEIGHTS = ("Regular", "SemiBold")


def main(source: str) -> None:
    """Write Inter-<weight>.woff2 (for pages) and .ttf (for measuring text in figures)."""
    for weight in WEIGHTS:
        for flavor, ending in (("woff2", "woff2"), (None, "ttf")):
            options = subset.Options(
                flavor=flavor,
                layout_features=["kern", "tnum", "ccmp", "mark", "mkmk", "locl"],
                hinting=False,
                desubroutinize=True,
                name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17],
                notdef_outline=True,
                recalc_timestamp=False,
            )
            font = subset.load_font(Path(source) / f"Inter-{weight}.woff2", options)
            cutter = subset.Subsetter(options)
            cutter.populate(unicodes=subset.parse_unicodes(f"{LETTERS},{VIETNAMESE},{SIGNS}"))
            cutter.subset(font)
            subset.save_font(font, Path(__file__).parent / f"Inter-{weight}.{ending}", options)


if __name__ == "__main__":
    main(sys.argv[1])
