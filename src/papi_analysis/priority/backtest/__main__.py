"""`python -m papi_analysis.priority.backtest`: the tables of the back-test."""

from __future__ import annotations

import argparse
import sys

from papi_analysis.data import panel
from papi_analysis.errors import PapiError
from papi_analysis.i18n import LANGUAGES, mark, say
from papi_analysis.priority import backtest

TITLE = mark("Chosen with the data of a year, judged one to three years later")


def main() -> int:
    """Print the back-test and the self-audit as tables, or the pairs of years as CSV.

    The exit status is 1 where something that is stated of the next survey is off by more than its
    band.
    """
    parser = argparse.ArgumentParser(
        prog="python -m papi_analysis.priority.backtest", description=__doc__
    )
    parser.add_argument("--data", help="the data folder (default: the one of the repository)")
    parser.add_argument("--until", type=int, help="leave out the years after this one")
    parser.add_argument("--lang", choices=LANGUAGES, default="en")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="the tables alone, as in the page")
    form.add_argument("--pairs", action="store_true", help="every pair of years, as CSV")
    form.add_argument("--merger", action="store_true", help="what merged provinces are told alone")
    form.add_argument("--forecast", action="store_true", help="the forecasts and self-audit alone")
    options = parser.parse_args()
    try:
        scores = panel.longest(panel.load(options.data), options.data)
        if options.until:
            scores = scores[scores["year"] <= options.until]
        if options.pairs:
            print(backtest.pairs(scores).round(6).to_csv(index=False), end="")
            return 0
        if options.merger:
            print(backtest.merger_markdown(scores, options.lang), end="")
            return 0
        tables = "" if options.forecast else backtest.markdown(scores, options.lang)
        if not options.markdown:
            gap = "" if options.forecast else "\n"
            tables += gap + backtest.forecast_markdown(scores, options.lang)
    except PapiError as error:
        print(say(options.lang, error.message, **error.values), file=sys.stderr)
        return error.status
    title = "" if options.markdown or options.forecast else say(options.lang, TITLE) + "\n\n"
    print(title + tables, end="")
    return 0 if options.markdown else int(backtest.off(scores))


if __name__ == "__main__":
    sys.exit(main())
