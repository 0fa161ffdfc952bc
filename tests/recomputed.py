"""Every number that a report prints, computed again: simple ones from the scores by hand.

Estimates (points behind, probabilities, bands) are asked of the functions that estimate them,
straight from the panel. Only what can be reached, and the days of the calendar, are read from the
findings: `test_reach` and `test_criteria` hold those.
"""

import hashlib
from functools import cached_property

import numpy as np
import pages
import pandas as pd
from scipy.stats import spearmanr

from papi_analysis import i18n, places, priority, settings
from papi_analysis.data import codebook, context, embedded, panel
from papi_analysis.plans import criteria
from papi_analysis.stats import change, correlation, noise, within

SHOWN = 5  # criteria that a list names at most
LEAST = 0.05  # points behind; less is no ground for an order


def two(value: float) -> float:
    """A number as it is printed with two decimals, without its sign."""
    return abs(float(i18n.number("en", value)))


def signed(value: float) -> float:
    """A number as it is printed with two decimals."""
    return float(i18n.number("en", value, "0.00"))


def adding_up(parts, total: float) -> list[float]:
    """Parts in hundredths that add up to a total: what is lost most by rounding down goes up."""
    exact = [part * 100 for part in parts]
    low = [int(np.floor(part)) for part in exact]
    most = sorted(range(len(low)), key=lambda i: low[i] - exact[i])
    for i in most[: round(total * 100) - sum(low)]:
        low[i] += 1
    return [part / 100 for part in low]


def percent(p: float) -> int:
    """A probability as it is printed: never above 99 or below 1."""
    return 99 if p > 0.99 else 1 if p < 0.01 else round(round(p, 2) * 100)


def inside(text: str) -> list[float]:
    """The numbers that a name holds."""
    return pages.numbers(text, "en")


class Report:
    """The numbers of a report by section; what a text of the template says itself is named."""

    def __init__(self, slug: str, year: int, seed: int = 84) -> None:
        self.place, self.year, self.seed = places.find(slug), year, seed
        self.scores = panel.load()
        self.levels = panel.levels(self.scores)
        self.regimes = codebook.index_versions()
        self.code = self.place.code

    # --- by hand

    def wide(self, level: str, year: int | None = None) -> pd.DataFrame:
        """Provinces in rows, codes in columns."""
        rows = self.levels[self.levels["level"].eq(level)]
        rows = rows[rows["year"].eq(self.year if year is None else year)]
        return rows.pivot(index="province", columns="code", values="score")

    def rank(self, values: pd.Series, code: str | None = None) -> list[int]:
        """Rank and n of a province among those with a score; nothing without one."""
        own, there = values[code or self.code], values.dropna().round(9)
        return [] if np.isnan(own) else [1 + int((there > round(own, 9)).sum()), len(there)]

    def group(self, values: pd.Series, code: str | None = None) -> int:
        """1 lowest … 4 highest by quartile; 0 without a score."""
        own = values[code or self.code]
        cuts = np.percentile(values.dropna(), [25, 50, 75])
        return 0 if np.isnan(own) else 1 + int((round(own, 9) >= cuts.round(9)).sum())

    def grouped(self, values: pd.Series) -> list[int]:
        """How many totals are in the lowest … highest group, and how many are missing."""
        sizes = codebook.group_sizes().set_index("year")
        there = int(values.notna().sum())
        if self.year in sizes.index and not sizes.loc[self.year].isna().any():
            row = sizes.loc[self.year]
            parts = [int(row[n]) for n in ("lowest", "lower_middle", "upper_middle", "top")]
        else:
            groups = [self.group(values, code) for code in values.dropna().index]
            parts = [groups.count(group) for group in (1, 2, 3, 4)]
        return [*parts, len(values) - there] if there < len(values) else parts

    @cached_property
    def totals(self) -> pd.Series:
        return self.wide("total")["total"]

    @property
    def total(self) -> float:
        return self.totals[self.code]

    @cached_property
    def before(self) -> pd.Series:
        return self.wide("total", self.year - 1)["total"]

    @cached_property
    def region(self) -> list[str]:
        table = places.provinces()
        return table.loc[table["region"].eq(self.place.region), "province"].tolist()

    @property
    def known(self) -> bool:
        """Whether the province has a total."""
        return not np.isnan(self.total)

    @property
    def moved(self) -> bool:
        """Whether it had one the year before as well."""
        return self.known and not np.isnan(self.before[self.code])

    def country(self) -> float:
        """The mean change of the provinces with a total in both years."""
        return float((self.totals - self.before).mean())

    # --- asked of the estimators

    @cached_property
    def assessed(self) -> pd.DataFrame:
        """The criteria with a score, in the order of the points behind."""
        table = priority.assess(self.scores, self.place, self.year, facts=context.criteria_flags())
        wide = self.wide("subdimension")
        p75 = wide.apply(lambda column: np.percentile(column.dropna(), 75))
        table = table.assign(
            score=table["code"].map(wide.loc[self.code]), benchmark=table["code"].map(p75)
        )
        behind = table["benchmark"].map(signed) - table["expected"].map(signed)
        table = table.assign(behind=behind.clip(lower=0).round(2))
        return table.sort_values(["behind", "code"], ascending=[False, True])

    @cached_property
    def listed(self) -> pd.DataFrame:
        """Those that the list names: expected below the benchmark, and below it now."""
        rows = self.assessed
        below = rows["score"].map(signed) < rows["benchmark"].map(signed)
        return rows[below & rows["behind"].ge(LEAST)].head(SHOWN)

    @cached_property
    def found(self) -> dict:
        return pages.found(self.place.slug, self.year)

    def due(self) -> list[int]:
        """The day that plans are proposed to be sent by."""
        rows = self.found["calendar"]
        row = next(r for r in rows if r["step"] == "plan" and r["kind"] == "proposed")
        first = pd.Timestamp(row["first"])
        return [first.day, first.month, first.year]

    @cached_property
    def tested(self) -> pd.DataFrame:
        known = noise.components(self.levels, end=self.year)
        since = int(known["start"].iloc[0])
        if since >= self.year:
            return pd.DataFrame()
        found = noise.changes(
            self.scores, self.levels, self.code, self.year, since=since, across_breaks=True,
            standard_errors=embedded.standard_errors(),
        )  # fmt: skip
        found = found[found["level"].eq("subdimension") & found["q"].notna()]
        return found.assign(since=since)

    # --- sentences

    def noisy(self) -> list[float]:
        """The sentence on changes beyond noise."""
        if self.tested.empty:
            return []
        head = [len(self.tested), int(self.tested["since"].iloc[0])]
        beyond = self.tested[self.tested["verdict"].eq("beyond_noise")]
        if beyond.empty:
            return [*head, two(self.tested["q"].min())]
        return [*head, *(two(change) for change in beyond["change"])]

    def error(self) -> list[float]:
        """The sentence on the change beside the country and the error of the survey."""
        links = codebook.comparability(self.regimes, self.year - 1, self.year)
        if not links.set_index("code")["comparable"]["total"]:
            return []
        parts = noise.components(self.levels, end=self.year)
        least = parts.loc[parts["level"].eq("total"), "mdc"].iloc[0]
        net = self.total - self.before[self.code] - self.country()
        return [two(net), two(least)]

    # --- sections

    def masthead(self) -> list[float]:
        samples = context.survey_samples().set_index("year")["published"]
        out = pd.Timestamp(samples[self.year])
        told = [self.year, len(self.listed), self.year, out.day, out.year]
        told += [places.MERGER.day, places.MERGER.month, places.MERGER.year]
        return [*told, len(self.assessed), self.wide("subdimension").shape[1]]

    def summary(self) -> list[float]:
        told = [len(self.listed), *self.due()]
        if self.known:
            low, high = noise.rank_band(
                self.levels, self.code, self.year, seed=self.seed,
                standard_errors=embedded.standard_errors(),
            )  # fmt: skip
            block = self.found["reach"]["rank_block"]
            told += [*self.rank(self.totals), 90, block["low"], block["high"]]
            told += [block["first_year"], block["last_year"], *self._reach()]
            assert block["low"] <= high and block["high"] >= low
        if self.moved:
            own = signed(self.total) - signed(self.before[self.code])
            country = signed(self.country())
            parts = noise.components(self.levels, end=self.year)
            least = parts.loc[parts["level"].eq("total"), "mdc"].iloc[0]
            told += [two(own), self.year - 1, two(country), two(own - country), two(least)]
        if self.known:
            told.append(two(self.total))
        if len(self.assessed) < self.wide("subdimension").shape[1]:
            told += [len(self.assessed), self.wide("subdimension").shape[1]]
        return [*told, *self._sure(), *self._calendar()]

    def _reach(self) -> list[float]:
        """What the list would bring, and what the next group takes."""
        reach = self.found["reach"]
        told = list(reach["brings"].values())
        first = reach["needed"][0]
        told += [percent(reach["no_action"]["same"]["p_next_group"]), percent(first["p"])]
        return [*told, two(first["points"]), percent(first["share_of_past"])]

    def _sure(self) -> list[float]:
        """The probabilities of the list, and how often such gaps were closed."""
        told = [SHOWN]
        for name in ("p_top5", "p_top5_redrawn"):
            told += [percent(self.listed[name].min()), percent(self.listed[name].max())]
        rows = {row["code"]: row for row in self.found["priorities"]}
        alike = [rows[code]["starters"] for code in self.listed["code"]]
        return [*told, sum(p["n"] for p in alike), sum(p["reached_benchmark"] for p in alike)]

    def _calendar(self) -> list[float]:
        """Days of the steps; those that are only known by month without their day."""
        told, out = [], self.found["published"]
        for row in self.found["calendar"]:
            if row["first"] <= out:  # what was done before is not to do
                continue
            first, last = pd.Timestamp(row["first"]), pd.Timestamp(row["last"])
            told += [first.day] if first == last else []
            told += [first.month, first.year]
            told += [last.month] if (first.year, first.month) != (last.year, last.month) else []
        return told

    def priorities(self) -> list[float]:
        rows = {row["code"]: row for row in self.found["priorities"]}
        asked = criteria.what_is_asked("en").set_index("code")["text"]
        told = [SHOWN]
        for row in self.listed.itertuples():
            alike, best = rows[row.code]["starters"], rows[row.code]["best_of_region"]
            told += [row.behind, percent(row.p_top5), percent(row.p_top5_redrawn)]
            told += [alike["reached_median"], alike["n"], best["regional_rank"], best["n"]]
            told += inside(asked.get(row.code, ""))
        rest = self.assessed[~self.assessed["code"].isin(self.listed["code"])]
        kept = int((rest["score"].map(signed) >= rest["benchmark"].map(signed)).sum())
        return [*told, len(rest) - kept, kept]

    def left_out(self) -> list[float]:
        rest = self.assessed[~self.assessed["code"].isin(self.listed["code"])]
        told = [
            two(value)
            for row in rest.itertuples()
            for value in (row.score, row.expected, row.benchmark, row.behind)
        ]
        table = self.assessed.set_index("code")
        for code in priority.do_not_chase(self.assessed)["code"]:
            row = table.loc[code]
            told.append(two(signed(row["expected"]) - signed(row["score"])))
        levers = criteria.levers("en").drop_duplicates("code").set_index("code")["text"]
        return told + [n for code in table.index for n in inside(levers.get(code, ""))]

    def agencies(self) -> list[float]:
        return self.due()

    def appendix(self) -> list[float]:
        return []

    def follow_up(self) -> list[float]:
        return []

    def _spine(self, wide: pd.DataFrame) -> tuple[list[float], list[float]]:
        """The drawing in words, and the table behind it."""
        alt, table = [], []
        for code in wide:
            values, own = wide[code], wide.loc[self.code, code]
            there = values.dropna()
            worst, best = there.min(), there.max()
            p25, median, p75 = np.percentile(there, [25, 50, 75])
            if not np.isnan(own):
                alt += [two(own), two(median), *self.rank(values)]
                table += [two(own), *self.rank(values)]
            table += map(two, (worst, p25, median, p75, best))
        return alt, table

    def _tally(self, wide: pd.DataFrame) -> list[int]:
        groups = [self.group(wide[code]) for code in wide]
        highest = [groups.count(4)] if groups.count(4) else []  # none is not told
        return [groups.count(1), len(groups) - groups.count(0), *highest]

    def position(self) -> list[float]:
        wide = self.wide("dimension")
        alt, table = self._spine(wide)
        told = [*self._tally(wide), 50, 25, 75, *alt, *alt, *table]
        told += self._past()
        if self.known:
            told += self.rank(self.totals[self.region])
            for code in self.region:
                if not np.isnan(self.totals[code]):
                    told += 3 * [two(self.totals[code])] + self.rank(self.totals, code)
        return told

    def _past(self) -> list[float]:
        """The totals of the years since they have eight parts, beside the country."""
        rows = self.levels[self.levels["level"].eq("total") & self.levels["year"].le(self.year)]
        wide = rows.pivot(index="year", columns="province", values="score")
        composed = codebook.dimensions()["year_from"].max()
        wide = wide[wide.index >= composed]
        own = wide[self.code].dropna()
        told = [50, 25, 75]
        if self.known:
            told.append(two(signed(self.totals.median()) - signed(self.total)))
        else:
            told += [wide.index.min(), self.year]
        told += 2 * [n for year, score in own.items() for n in (year, two(score))]
        told += [*wide.index, *map(two, own)]
        for year in wide.index:
            told += map(two, np.percentile(wide.loc[year].dropna(), [25, 50, 75]))
        return [*told, self.year]

    def criteria(self) -> list[float]:
        wide = self.wide("subdimension")
        codes = codebook.subdimensions(year=self.year).set_index("code")["dimension"]
        dims = sorted(set(codes))
        half = (len(dims) + 1) // 2
        told = [wide.shape[1], *self._tally(wide)]
        for part in (dims[:half], dims[half:]):
            mine = wide[[code for code in wide if codes[code] in part]]
            alt, table = self._spine(mine)
            ends = [int(part[0]), int(part[-1])]
            told += [*ends, *ends, 50, self.year, 25, 75, *alt, *alt, *table]
        return told

    def movement(self) -> list[float]:
        if not self.moved:
            return [self.year - 1]
        now, then = self.wide("dimension"), self.wide("dimension", self.year - 1)
        parts = change.total_change(self.levels, self.regimes, self.code, self.year)
        whole = (now.loc[self.code] - then.loc[self.code]).to_numpy()
        own, method = parts["comparable_part"], parts["method_part"]
        assert np.allclose(own + method, whole, atol=1e-9)
        apart = round(method.abs().sum(), 2)
        steps = sorted(
            a + (b if abs(b) < 0.005 else 0)
            for a, b in zip(own, method, strict=True) if max(abs(a), 0.01 - abs(b)) >= 0.005
        ) + [part for part in method if abs(part) >= 0.005]  # fmt: skip
        before, after = self.before[self.code], self.total
        printed = signed(after) - signed(before)
        steps = [two(part) for part in adding_up(steps, printed)]
        title = [two(printed), self.year - 1, two(self.country())]
        alt = [two(before), two(after), *steps]
        told = [*title, self.year - 1, self.year, 0, *alt, *alt, self.year, self.year, *steps]
        # held against a usual year, or told that the method changed
        told += [95, *self.error()] if self.error() else [self.year - 1, self.year]
        told += [two(apart)] if apart else []
        move = change.decompose_rank_change(self.levels, self.regimes, self.code, self.year)
        first, last = self.rank(self.before), self.rank(self.totals)
        assert (
            sum(move[part] for part in ("own", "others", "units", "method")) == last[0] - first[0]
        )
        told += [*first, *last, abs(last[0] - first[0])]
        told += [abs(move[part]) for part in ("own", "others", "units", "method")]
        return [*told, abs(last[0] - first[0])]

    def history(self) -> list[float]:
        rows = self.levels[self.levels["level"].eq("dimension")]
        rows = rows[rows["province"].eq(self.code) & rows["year"].le(self.year)]
        codes = set(self.wide("dimension"))
        there = rows[rows["code"].isin(codes)]
        years = sorted(there["year"].unique())
        wide = self.wide("dimension")
        alt = [self.year]
        for code in wide:
            if not np.isnan(wide.loc[self.code, code]):
                alt += [two(wide.loc[self.code, code]), two(wide[code].median())]
        table = [*years, *map(two, there["score"].dropna())]
        spread = [50, 25, 75]
        return [years[0], self.year, *spread, *alt, *alt, self.year, *table, 2015, 2018, 2021]

    def associations(self) -> list[float]:
        wide = self.wide("dimension").dropna()
        table = correlation.matrix(self.wide("dimension"), method="spearman", seed=self.seed)
        table["r"] = [spearmanr(wide[row.a], wide[row.b])[0] for row in table.itertuples()]
        table["n"] = len(wide)
        try:
            inside = within.between_within(self.levels, self.regimes, end=self.year, seed=self.seed)
        except Exception:
            inside = None
        sure = table[table["q"] < 0.05]
        alt = [n for r in sure.itertuples() for n in (int(r.a), int(r.b), two(r.r))]
        told = [two(table["r"].abs().max()), self.year, *alt, *alt, self.year, 95]
        for row in table.itertuples():
            told += [two(row.r), two(row.low), two(row.high)]
            told += [float(i18n.number("en", row.q, "0.000")), row.n]
        told += [len(wide), len(sure), len(table), 5]
        for row in [] if inside is None else inside.itertuples():
            if not np.isnan(row.r_within):
                told.append(two(row.r_within))
            opposed = row.between_high < 0 < row.r_within
            if opposed and row.p_within < 0.05 and row.slope_within > 0:
                told += map(two, (row.r_between, row.slope_within, row.se_within))
                now = table[table["a"].eq(row.a) & table["b"].eq(row.b)]
                told += [two(now["r"].iloc[0]), self.year]
        return told

    def peers(self) -> list[float]:
        wide = self.wide("dimension")
        own, low = [], 0
        for code in wide:
            here = wide.loc[self.region, code]
            place = self.rank(here)
            if place:
                own += [two(here[self.code] - wide[code].median()), *place]
                low += place[0] > (place[1] + 1) / 2
        count = int(wide.loc[self.code].notna().sum())
        return [low, count, self.year, self.year, *own, *own, *own]

    def maps(self) -> list[float]:
        there = int(self.totals.notna().sum())
        told = [self.year, self.year, there, len(self.totals)]
        told += [self.year, len(self.totals), *self.grouped(self.totals), 4.0]
        for code in self.totals.dropna().index:
            told += self.rank(self.totals, code)
        return told

    def indices(self) -> list[float]:
        table = context.par_sipas()
        own = table[table["province"].eq(self.code) & table["year"].le(self.year)]
        if own.empty:
            return []
        country = table[table["province"].eq("00")].set_index(["year", "index"])["national_mean"]
        told, hosts = [], {}
        for year in range(own["year"].min(), self.year + 1):
            papi = self.rank(self.wide("total", year)["total"])
            for index in ("PAR INDEX", "SIPAS"):
                told += [year, *papi]
                row = own[own["year"].eq(year) & own["index"].eq(index)]
                mean = row["national_mean"].iloc[0] if len(row) else np.nan
                mean = country.get((year, index), np.nan) if np.isnan(mean) else mean
                told += [] if np.isnan(mean) else [two(mean)]
                if len(row) and not np.isnan(row["score"].iloc[0]):
                    told.append(two(row["score"].iloc[0]))
                if len(row) and pd.notna(row["rank"].iloc[0]):
                    place = [int(row["rank"].iloc[0]), int(row["ranked_of"].iloc[0])]
                    told += place + ([year, *place, *papi] if papi else [])
                source = row if len(row) else table[table["province"].eq("00")
                    & table["year"].eq(year) & table["index"].eq(index)]  # fmt: skip
                if len(source):
                    host = source["source_url"].iloc[0].split("/")[2].removeprefix("www.")
                    hosts.setdefault(host, set()).add(year)
        return told + [year for years in hosts.values() for year in sorted(years)]

    def method(self) -> list[float]:
        scores = self.scores.dropna(subset=["score"])
        files, checks = embedded.hashes(), panel.check(self.scores)
        told = [int(self.totals.notna().sum()), 200, 240, len(scores), scores["province"].nunique()]
        told += [scores["year"].min(), scores["year"].max()]
        told += [int((checks["expected"] == checks["found"]).sum()), len(checks)]
        return [*told, *self._sound(files), len(files), *self.noisy()]

    def _sound(self, files: pd.DataFrame) -> list[int]:
        folder = settings.data_folder()
        log = embedded.provenance().set_index("file")
        sound = [
            log.loc[name, "editable"] == "yes"
            or hashlib.sha256((folder / name).read_bytes()).hexdigest() == log.loc[name, "sha256"]
            for name in files["file"]
        ]
        return [sum(sound)]
