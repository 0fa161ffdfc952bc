"""Follow-up: a score is credited only where chance does not explain it, and the page says so."""

import shutil
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from simulated import panel_of, points_of, steady

from papi_analysis import findings, i18n, priority, report, settings
from papi_analysis.data import codebook
from papi_analysis.errors import SourceError
from papi_analysis.findings import values
from papi_analysis.findings.follow_up import follow_up, follow_up_said
from papi_analysis.findings.speaker import Speaker
from papi_analysis.findings.speech import tell
from papi_analysis.plans import follow_up as follow_ups
from papi_analysis.plans import ledger
from papi_analysis.report import needs

DAY = date(2024, 6, 1)
EMPTY = dict.fromkeys(
    ("helpers", "milestones", "budget", "communes", "progress", "result", "delay"), ""
)


def action(code, basis, *, year=2023, line=1, **changed):
    """A planned action."""
    plain = {
        "year": year, "code": code, "line": line, "agency": "Sở Nội vụ", "action": "Họp",
        "target": 1.0, "deadline": "2024-08-30", "person": "Nguyễn Văn A", "evidence": "",
        "status": "under_way", "notes": "", **EMPTY,
    }  # fmt: skip
    return {**plain, **basis, **changed}


def book(*rows):
    return ledger.extended(ledger.empty(), pd.DataFrame(rows), day=DAY)


def basis(score=1.0, no_action=1.0, sd=0.1):
    return {"score": score, "benchmark": 2.0, "no_action": no_action, "no_action_sd": sd}


def toy(own, others=(0.0, 0.0), *, composition=(1, 1), block=("a", "a"), absent=()):
    """Levels and regimes of two years for one code: the province `p` and others that move."""
    rows = [(2023, "p", 1.0), (2024, "p", own)]
    rows += [(y, f"o{i}", 1.0 + (y - 2023) * move) for i, move in enumerate(others)
             for y in (2023, 2024)]  # fmt: skip
    levels = pd.DataFrame(rows, columns=["year", "province", "score"])
    levels = levels.assign(level="subdimension", code="c", dimension="1")
    levels.loc[levels["year"].isin(absent) & levels["province"].eq("p"), "score"] = np.nan
    regimes = pd.DataFrame(
        {"year": [2023, 2024], "subdimension": "c", "dimension": "1", "scale_min": 0.0,
         "scale_max": 5.0, "composition": composition, "comparable": "yes", "sample_block": block}
    )  # fmt: skip
    return levels, regimes


def judged(own, others=(0.0, 0.0), *, entry=None, **change):
    levels, regimes = toy(own, others, **change)
    entries = book(entry or action("c", basis()))
    return follow_ups.review(entries, levels, regimes, "p", 2024).iloc[0]


class TestReview:
    def test_by_hand(self):
        """1 point before, 1.1 forecast with sd .1; all three provinces rise by .3 on average."""
        row = judged(1.5, (0.2, 0.2), entry=action("c", basis(no_action=1.1)))
        assert row["change"] == pytest.approx(0.5)
        assert row["national_change"] == pytest.approx(0.3) and row["n"] == 3
        assert row["expected"] == pytest.approx(1.4)
        assert (row["low"], row["high"]) == pytest.approx((1.4 - 0.169, 1.4 + 0.169))
        assert row["effect"] == pytest.approx(0.1) and row["verdict"] == "within"

    @pytest.mark.parametrize(
        ("own", "verdict"), [(1.15, "within"), (1.18, "above"), (0.85, "within"), (0.82, "below")]
    )
    def test_only_what_lies_outside_the_range_is_told_from_error(self, own, verdict):
        """The range is 1 ± .169; 99 others stand still, so the country moves by 1/100 of it."""
        row = judged(own, (0.0,) * 99)
        assert row["effect"] == pytest.approx(0.99 * (own - 1)) and row["verdict"] == verdict

    def test_a_rise_of_the_whole_country_is_no_merit(self):
        assert judged(1.5, (0.5, 0.5))["verdict"] == "within"

    def test_standing_still_while_the_country_falls_is_told(self):
        assert judged(1.0, (-0.4,) * 30)["verdict"] == "above"

    @pytest.mark.parametrize(
        ("change", "verdict"),
        [
            ({"composition": (1, 2)}, "not_comparable"),
            ({"block": ("a", "b")}, "redrawn"),
            ({"absent": (2024,)}, "absent"),
            ({"absent": (2023,)}, "absent"),
        ],
    )
    def test_what_cannot_be_judged_is_not(self, change, verdict):
        row = judged(3.0, **change)
        assert row["verdict"] == verdict and np.isnan(row["effect"])

    def test_a_criterion_that_left_the_index_is_not_judged(self):
        levels, regimes = toy(1.0)
        other = action("gone", basis())
        found = follow_ups.review(book(other), levels, regimes, "p", 2024)
        assert found["verdict"].tolist() == ["absent"]

    def test_the_latest_state_of_each_action_counts_and_only_of_last_year(self):
        levels, regimes = toy(1.0)
        entries = book(
            action("c", basis()), action("c", basis(), line=2), action("c", basis(), year=2022),
            action("c", basis(), status="done", evidence="12/BC"),
        )  # fmt: skip
        found = follow_ups.review(entries, levels, regimes, "p", 2024)
        assert found["line"].tolist() == [1, 2]
        assert found["status"].tolist() == ["done", "under_way"]
        assert follow_ups.review(entries, levels, regimes, "p", 2023).query("year != 2022").empty
        grouped = follow_ups.criteria(found)
        assert len(grouped) == 1 and grouped[["actions", "done"]].iloc[0].tolist() == [2, 1]

    def test_given_up_actions_earn_no_credit(self):
        row = judged(3.0, (0.0,) * 30, entry=action("c", basis(), status="withdrawn"))
        assert row["verdict"] == "withdrawn"

    @pytest.mark.parametrize(("own", "reached"), [(1.24, False), (1.296, True), (1.4, True)])
    def test_the_target_is_told_beside_the_verdict(self, own, reached):
        """1.296 is printed as 1.30 and so is at the target."""
        row = judged(own, entry=action("c", basis(), target=1.3))
        assert row["reached"] == reached and row["target"] == 1.3

    def test_a_target_of_the_whole_index_is_judged_the_next_year(self):
        """Lào Cai 2021: +2.38 points wanted."""
        rows = [action("total", basis(score=42.0), target=44.38, action=""),
                action("group", basis(score=2.0), target=3.0, action=""), action("c", basis())]
        entries = book(*rows)
        found = {one["what"]: one for one in follow_ups.wanted(entries, 43.1, 3, 2024)}
        total, group = found["total"], found["group"]
        assert (total["wanted"], total["reached"]) == (2.38, False)
        assert group["reached"] is True
        none = follow_ups.wanted(entries, None, None, 2024)
        assert [one["reached"] for one in none] == [None, None]
        levels, regimes = toy(1.0)
        assert follow_ups.review(entries, levels, regimes, "p", 2024)["code"].tolist() == ["c"]

    def test_a_revised_score_is_marked(self):
        assert not judged(1.0)["revised"]
        assert judged(1.0, entry=action("c", basis(score=1.2)))["revised"]

    def test_without_a_plan_there_is_no_review(self):
        levels, regimes = toy(1.0)
        found = follow_ups.review(ledger.empty(), levels, regimes, "p", 2024)
        assert found.empty and list(found) == follow_ups.COLUMNS


# --- fair credit


def on_record(assessment):
    """An assessment with the columns that the ledger keeps of it."""
    return assessment.rename(columns={"expected": "no_action", "expected_sd": "no_action_sd"})


def simulated(seed, *, effect=0.0):
    """Verdicts on all criteria of all provinces of a panel without or with a planted effect.

    `effect` is in units of what is found with probability .80 (`priority.detectable`).
    """
    scores = panel_of(steady(seed, years=8), first=2017)
    facts = pd.DataFrame(columns=["code", "flag", "year_from"])
    table = on_record(priority.assess_all(scores, 2023, draws=100, facts=facts, points=points_of()))
    wide = scores[scores["year"].ge(2023)].pivot(
        index=["province", "subdimension"], columns="year", values="score"
    ).rename_axis(["province", "code"])  # fmt: skip
    table = table.join(wide.rename(columns={2023: "score_before", 2024: "after"}),
                       on=["province", "code"])  # fmt: skip
    moves = (table["after"] - table["score_before"]).groupby(table["code"])
    frame = table.assign(
        national_change=moves.transform("mean"), n=moves.transform("count"),
        score_planned=table["score"], comparable=True, same_block=True, given_up=False,
        score=table["after"] + effect * priority.detectable(table["no_action_sd"]),
    )  # fmt: skip
    return follow_ups.judge(frame)["verdict"]


class TestFairCredit:
    def test_without_any_effect_at_most_one_criterion_in_twenty_is_credited(self):
        found = pd.concat([simulated(seed) for seed in range(12)])
        assert len(found) == 12 * 63 * 20 and set(found) <= set(follow_ups.JUDGED)
        assert found.eq("above").mean() <= 0.05
        assert found.eq("below").mean() <= 0.05
        assert found.eq("above").mean() > 0.035  # and the range is not wide for nothing

    def test_an_effect_of_the_stated_size_is_found_four_times_in_five(self):
        found = simulated(11, effect=1.0)
        assert found.eq("above").mean() == pytest.approx(0.80, abs=0.035)
        assert found.eq("below").mean() < 0.001

    def test_on_the_real_panel_no_more_are_credited(self, scores, levels, regimes):
        """Whatever provinces did or did not do, few scores lie above their range."""
        table = on_record(priority.assess_all(scores, 2023, draws=100))
        verdicts = []
        for province, own in list(table.groupby("province"))[::6]:
            entries = book(*(action(row["code"], {k: row[k] for k in ledger.BASIS})
                             for row in own.to_dict("records")))  # fmt: skip
            verdicts += follow_ups.review(entries, levels, regimes, province, 2024)[
                "verdict"
            ].tolist()
        found = pd.Series(verdicts)
        found = found[found.isin(follow_ups.JUDGED)]
        assert len(found) > 200 and found.eq("above").mean() < 0.09

    def test_the_half_width_is_students_t_of_the_fewest_provinces(self):
        least = 57
        width = stats.t.ppf(0.95, least - 1) * np.sqrt(1 + 1 / least)
        assert width <= priority.HALF_WIDTH < width + 0.01
        assert pytest.approx(stats.norm.ppf(0.80), abs=1e-3) == priority.POWER_80


# --- the findings


@pytest.fixture(scope="module")
def case():
    return findings.ask("tra-vinh", 2024)


@pytest.fixture(scope="module")
def told(case, tmp_path_factory):
    """The follow-up of four real criteria of Trà Vinh, planned after 2023."""
    data = tmp_path_factory.mktemp("told") / "data"
    shutil.copytree(settings.data_folder(), data)
    table = on_record(priority.assess(case.scores, case.province, 2023, draws=100))
    rows = table.set_index("code")
    codes = ["civic_knowledge", "certification", "village_elections", "egovernment_portals"]
    plan = [action(code, {k: rows.loc[code, k] for k in ledger.BASIS}) for code in codes]
    plan += [action("certification", {k: rows.loc["certification", k] for k in ledger.BASIS},
                    line=2, status="done", evidence="=1+1")]  # fmt: skip
    path = ledger.path(case.province, data)
    path.write_text(ledger.text(book(*plan)), encoding="utf-8")
    from dataclasses import replace

    return replace(case, data=data), follow_up(replace(case, data=data))


class TestFindings:
    def test_a_case_without_a_plan_finds_nothing(self, case):
        assert follow_up(case) == {}
        assert list(follow_up_said(Speaker({}, "vi", {}))) == []

    def test_the_counts_are_those_of_the_lists(self, told):
        found = told[1]["follow_up"]
        assert (found["actions"], found["done"], found["criteria"]) == (5, 1, 4)
        assert len(found["list"]) == 5 and len(found["scores"]) == 4
        verdicts = [row["verdict"] for row in found["scores"]]
        assert found["judged"] == sum(v in follow_ups.JUDGED for v in verdicts)
        assert found["by_chance"] == pytest.approx(0.05 * found["judged"])

    def test_the_changes_are_those_of_the_panel(self, told, levels):
        for row in told[1]["follow_up"]["scores"]:
            own = levels.query("code == @row['code'] and year in (2023, 2024)")
            wide = own.pivot(index="province", columns="year", values="score")
            moves = (wide[2024] - wide[2023]).dropna()
            assert row["score"] == pytest.approx(wide.loc["84", 2024])
            if "change" in row:
                assert row["change"] == pytest.approx(moves["84"], abs=1e-6)
                assert row["national_change"] == pytest.approx(moves.mean(), abs=1e-6)
                assert row["n"] == len(moves)

    def test_a_doubtful_year_is_not_judged(self, told, regimes):
        rows = {row["code"]: row["verdict"] for row in told[1]["follow_up"]["scores"]}
        links = codebook.links(regimes, 2023, 2024).set_index("subdimension")
        for code, verdict in rows.items():
            assert (verdict in follow_ups.JUDGED) == bool(
                links.loc[code, "comparable"] and links.loc[code, "same_block"]
            )

    def test_names_of_persons_stay_in_the_ledger(self, told):
        assert "Nguyễn" not in findings.text(told[1])

    @pytest.mark.parametrize("lang", i18n.LANGUAGES)
    def test_the_sentences_say_the_values(self, lang, told):
        found = told[1]
        lines = list(follow_up_said(Speaker(found, lang, codebook.names(lang))))
        text = " ".join(map(str, lines))
        assert "nan" not in text.lower() and "  " not in text and "None" not in text
        for row in found["follow_up"]["scores"]:
            name = codebook.names(lang)[row["code"]]
            line = next(str(one) for one in lines if str(one).startswith(name))
            assert i18n.say(lang, follow_ups.VERDICTS[row["verdict"]]) in line
            if row["verdict"] in follow_ups.JUDGED:
                assert i18n.number(lang, row["expected"]) in line
        if lang == "vi":
            assert "nằm trong mức dao động thường của một năm" in text

    @pytest.mark.parametrize("lang", i18n.LANGUAGES)
    def test_the_report_shows_each_action_and_verdict_as_text(self, lang, told):
        found = {**values.subject(told[0]), **told[1]}
        lines = tell(found, lang, "follow_up")
        found["sentences"] = {lang: [{"section": "follow_up", "text": str(line), "keys": line.keys}
                                     for line in lines]}  # fmt: skip
        for row in found["follow_up"]["list"]:
            row["action"] = "<script>alert(1)</script>"
        html = report.follow_up(found, lang=lang).html
        assert html.count("&lt;script&gt;") == 5 and "<script" not in html
        for row in found["follow_up"]["scores"]:
            assert i18n.say(lang, follow_ups.VERDICTS[row["verdict"]]) in html
            assert codebook.names(lang)[row["code"]] in html
        assert "Nguyễn" not in html and "nan" not in html

    def test_the_report_of_a_year_without_a_plan_has_no_such_part(self):
        part = needs.follow_up({}, lang="vi")
        assert part.empty and "Chưa có kế hoạch" in part.text

    def test_a_ledger_that_was_changed_stops_the_findings(self, told):
        case, _ = told
        path = ledger.path(case.province, case.data)
        sound = path.read_text(encoding="utf-8")
        path.write_text(sound.replace("under_way", "done", 1), encoding="utf-8")
        try:
            with pytest.raises(SourceError, match=r"ledger\.csv"):
                follow_up(case)
        finally:
            path.write_text(sound, encoding="utf-8")

    def test_every_verdict_has_its_words(self):
        assert all(text in i18n.catalogue("vi") for text in follow_ups.VERDICTS.values())
