"""The tables of the back-test in Markdown, as they stand in docs/method.md."""

from __future__ import annotations

import pandas as pd

from papi_analysis.i18n import mark, say
from papi_analysis.priority.backtest import capture, mergers, negatives, reliability
from papi_analysis.priority.backtest.capture import RULES

_RULE, _PAIRS = mark("rule"), mark("pairs")
_RANDOM = mark("five drawn at random")
_TOTAL = mark("points behind of the five, and gain of all criteria together")
_CAPTURE = {
    "capture_same": mark("capture, same block"),
    "capture_across": mark("capture, across blocks"),
}


def markdown(panel: pd.DataFrame, lang: str = "en") -> str:
    """All tables of the back-test, computed from the panel, as one Markdown text in `lang`."""
    blocks = [
        (mark("Capture of the later gaps by the five criteria chosen"), _table(panel, lang)),
        (mark("Gain of the chosen criteria: from the choice, and from a year later"),
         _gains(panel, lang)),
        (mark("Does a rule tell where a province gains? Rank correlation from a year later"),
         _where(panel, lang)),
        (mark("Agreement of definitions of importance"), _importance(panel, lang)),
        (mark("Half of a gap closed within a year"), _attainability(panel, lang)),
        (mark("Order of the provinces from one year to the next"), _steps(panel, lang)),
        (mark("Criteria that hardly move: skill of their forecast"), _steady(panel, lang)),
    ]  # fmt: skip
    return "\n\n".join(f"**{say(lang, title)}**\n\n{text}" for title, text in blocks) + "\n"


def forecast_markdown(panel: pd.DataFrame, lang: str = "en") -> str:
    """The two forecasts beside each other and the self-audit, as one Markdown text in `lang`."""
    blocks = [
        (mark("Two forecasts of the next year"), _models(panel, lang)),
        (mark("Self-audit: stated chance to be among the five, and what came true"),
         _audit(panel, lang)),
        (mark("Self-audit: what else is stated of the next survey"), _coverage(panel, lang)),
        (mark("Changes beyond 1.96 standard errors, over the provinces"),
         _false_positives(panel, lang)),
    ]  # fmt: skip
    return "\n\n".join(f"**{say(lang, title)}**\n\n{text}" for title, text in blocks) + "\n"


def _models(panel: pd.DataFrame, lang: str) -> str:
    figures = {
        "mse": mark("mean square error, SD²"), "skill": mark("skill"),
        "coverage": mark("inside the 90 % interval"), "capture": mark("capture"),
        "brier": mark("Brier score"), "log_loss": mark("log loss"), "slope": mark("logit slope"),
    }  # fmt: skip
    rows = [
        [say(lang, reliability.MODELS[row["model"]]), say(lang, reliability.SETS[row["set"]]),
         *(_figure(lang, row[name]) for name in figures), str(row["forecasts"])]
        for row in reliability.models(panel).to_dict("records")
    ]  # fmt: skip
    heads = [mark("model"), mark("next year"), *figures.values(), mark("scores")]
    return _grid(lang, heads, rows)


def merger_markdown(panel: pd.DataFrame, lang: str = "en") -> str:
    """What merged provinces are told, judged at the redraws of the past, as Markdown in `lang`."""
    figures = {
        "mse": mark("mean square error, SD²"), "coverage": mark("inside the 90 % interval"),
        "slope": mark("logit slope"), "brier": mark("Brier score"), "capture": mark("capture"),
    }  # fmt: skip
    blocks = []
    for title, names, table in (
        (mark("Merged provinces: their first own score"), mergers.BEFORE, mergers.before(panel)),
        (mark("Merged provinces: their second own score"), mergers.AFTER, mergers.after(panel)),
    ):
        shown = [name for name in figures if name in table]
        rows = [
            [say(lang, names[row["model"]]), *(_figure(lang, row[name]) for name in shown),
             str(row["forecasts"])]
            for row in table.to_dict("records")
        ]  # fmt: skip
        heads = [mark("model"), *(figures[name] for name in shown), mark("scores")]
        blocks.append(f"**{say(lang, title)}**\n\n{_grid(lang, heads, rows)}")
    return "\n\n".join(blocks) + "\n"


def _audit(panel: pd.DataFrame, lang: str) -> str:
    heads = [mark("model"), mark("next year"), mark("from"), mark("to"), mark("cases"),
             mark("stated"), mark("came true"), mark("standard error"), mark("off")]  # fmt: skip
    rows = [
        [say(lang, reliability.MODELS[row.model]), say(lang, reliability.SETS[row.set]),
         *(_figure(lang, value) for value in (row.low, row.high)), str(row.n),
         *(_figure(lang, value) for value in (row.stated, row.realised, row.se)),
         say(lang, mark("yes")) if row.off else say(lang, mark("no"))]
        for row in reliability.audit(panel).itertuples()
    ]  # fmt: skip
    return _grid(lang, heads, rows)


def _coverage(panel: pd.DataFrame, lang: str) -> str:
    heads = [mark("statement"), mark("next year"), mark("cases"), mark("stated"),
             mark("came true"), mark("standard error"), mark("off")]  # fmt: skip
    rows = [
        [say(lang, reliability.STATED[row.what]), say(lang, reliability.SETS[row.set]), str(row.n),
         *(_figure(lang, value) for value in (row.stated, row.realised, row.se)),
         say(lang, mark("yes")) if row.off else say(lang, mark("no"))]
        for row in reliability.coverage(panel).itertuples()
    ]  # fmt: skip
    return _grid(lang, heads, rows)


def _false_positives(panel: pd.DataFrame, lang: str) -> str:
    noise = {"country": mark("of the country"), "province": mark("of the province")}
    heads = [mark("noise"), mark("share of all changes"), mark("lowest"), mark("highest"),
             mark("changes")]  # fmt: skip
    rows = [
        [say(lang, noise[row.noise]), *(_figure(lang, value) for value in
         (row.share, row.low, row.high)), str(row.n)]
        for row in reliability.false_positives(panel).itertuples()
    ]  # fmt: skip
    return _grid(lang, heads, rows)


def _grid(lang: str, heads: list[str], rows: list[list[str]]) -> str:
    names = [say(lang, head) for head in heads]
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _figure(lang: str, value: float) -> str:
    return say(lang, "{value:0.000}", value=value) if pd.notna(value) else "-"


def rule_name(rule: str, *, lang: str) -> str:
    """A rule in words, the draw of five at random and the total included."""
    return say(lang, {**RULES, "random": _RANDOM, "total": _TOTAL}[rule])


def _table(panel: pd.DataFrame, lang: str) -> str:
    found = capture.table(panel)
    heads = [_RULE, *_CAPTURE.values(), mark("share of the list kept a year later")]
    rows = []
    for row in found.itertuples():
        kept = "-"
        if pd.notna(row.overlap_low):
            kept = f"{_figure(lang, row.overlap_low)} – {_figure(lang, row.overlap_high)}"
        shown = [_figure(lang, row.capture_same), _figure(lang, row.capture_across), kept]
        rows.append([rule_name(row.rule, lang=lang), *shown])
    note = say(
        lang,
        "{same} pairs of years inside a sample block, {across} across a border.",
        same=int(found["pairs_same"].iloc[0]),
        across=int(found["pairs_across"].iloc[0]),
    )
    return f"{_grid(lang, heads, rows)}\n\n{note}"


def _gains(panel: pd.DataFrame, lang: str) -> str:
    heads = [_RULE, mark("apparent gain, points"), mark("gain from a year later, points"),
             mark("regression to the mean"), _PAIRS]  # fmt: skip
    rows = [
        [rule_name(row.rule, lang=lang), _figure(lang, row.apparent), _figure(lang, row.later),
         _figure(lang, row.regression), str(row.pairs)]
        for row in negatives.gains(panel).itertuples()
    ]  # fmt: skip
    return _grid(lang, heads, rows)


def _where(panel: pd.DataFrame, lang: str) -> str:
    heads = [_RULE, mark("mean r"), mark("lowest"), mark("highest"), _PAIRS]
    rows = [
        [rule_name(row.rule, lang=lang), _figure(lang, row.r), _figure(lang, row.low),
         _figure(lang, row.high), str(row.pairs)]
        for row in negatives.where(panel).itertuples()
    ]  # fmt: skip
    return _grid(lang, heads, rows)


def _importance(panel: pd.DataFrame, lang: str) -> str:
    found = negatives.importance(panel)
    rows = [
        [say(lang, negatives.IMPORTANCE[row.a]), say(lang, negatives.IMPORTANCE[row.b]),
         _figure(lang, row.jaccard)]
        for row in found.itertuples()
    ]  # fmt: skip
    rows.append([say(lang, mark("mean of the pairs")), "", _figure(lang, found["jaccard"].mean())])
    return _grid(lang, [mark("definition"), mark("other definition"), mark("Jaccard")], rows)


def _attainability(panel: pd.DataFrame, lang: str) -> str:
    heads = [mark("gaps"), mark("half closed"), mark("expected from error alone")]
    rows = [
        [str(row.gaps), _figure(lang, row.closed), _figure(lang, row.by_error)]
        for row in negatives.attainability(panel).itertuples()
    ]
    return _grid(lang, heads, rows)


def _steps(panel: pd.DataFrame, lang: str) -> str:
    heads = [mark("year"), mark("border of a block"), mark("median rank r"), mark("sub-dimensions")]
    crossed = {True: mark("yes"), False: mark("no")}
    rows = [
        [str(row.year), say(lang, crossed[row.border]), _figure(lang, row.r),
         str(row.subdimensions)]
        for row in reliability.steps(panel).itertuples()
    ]  # fmt: skip
    return _grid(lang, heads, rows)


def _steady(panel: pd.DataFrame, lang: str) -> str:
    found = reliability.steady(panel).set_index("model")
    rows = [
        [say(lang, reliability.MODELS[model]), *(_figure(lang, value) for value in values)]
        for model, values in found.iterrows()
    ]
    return _grid(lang, [mark("model"), *found.columns], rows)
