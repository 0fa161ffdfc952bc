"""`python -m papi_analysis.backtest`: the tables of the back-test, computed from the figures."""

from __future__ import annotations

import argparse

from papi_analysis import backtest, panel
from papi_analysis.wording import LANGUAGES, mark, say


def main() -> None:
    """Print the back-test: Markdown as in docs/method.md, or CSV of the pairs of years."""
    parser = argparse.ArgumentParser(prog="python -m papi_analysis.backtest", description=__doc__)
    parser.add_argument("--data", help="the data folder (default: the one of the repository)")
    parser.add_argument("--lang", choices=LANGUAGES, default="en")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="the tables alone, as in the page")
    form.add_argument("--pairs", action="store_true", help="every pair of years, as CSV")
    options = parser.parse_args()
    scores = panel.load(options.data)
    if options.pairs:
        print(backtest.pairs(scores).round(6).to_csv(index=False), end="")
        return
    if not options.markdown:
        print(say(options.lang, TITLE), end="\n\n")
    print(backtest.markdown(scores, options.lang), end="")


TITLE = mark("Chosen with the data of a year, judged one to three years later")

if __name__ == "__main__":
    main()
