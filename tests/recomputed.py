"""Every number that a report prints, computed again: simple ones from the scores by hand.

Estimates (headroom, probabilities, bands, intervals) are asked of the functions that estimate
them, straight from the panel; nothing is taken from the findings that the report was made of.
"""

import hashlib
from functools import cached_property

import numpy as np
import pages
import pandas as pd
from scipy.stats import spearmanr

from papi_analysis import i18n, places, priority, settings
from papi_analysis.data import codebook, context, embedded, panel
from papi_analysis.places import tra_vinh
from papi_analysis.plans import criteria
from papi_analysis.stats import change, correlation, noise, within

SHOWN = 5  # criteria named in the summary, and rows of those left out


def two(value: float) -> float:
    """A number as it is printed with two decimals, without its sign."""
    return abs(float(i18n.number("en", value)))


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
        table = priority.assess(self.scores, self.place, self.year, facts=context.criteria_flags())
        table = criteria.assign(table, criteria.leads(self.place, self.year))
        wide = self.wide("subdimension")
        p75 = wide.apply(lambda column: np.percentile(column.dropna(), 75))
        return table.assign(
            headroom=table["points_behind"],
            no_action=table["expected"],
            no_action_sd=table["expected_sd"],
            no_action_change=table["expected"] - table["score"],
            p_top5_latent=table["p_top5"],
            p_top5_predictive=table["p_top5"],
            score=table["code"].map(wide.loc[self.code]),
            benchmark=table["code"].map(p75),
        )

    def tier(self, *names: str) -> pd.DataFrame:
        return self.assessed[self.assessed["tier"].isin(names)]

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
        orders = context.documents(folder=criteria.folder_of(self.place))
        served = inside(" ".join(f"{row.number} {row.year}" for row in orders.itertuples()))
        title = [self.year, *self.rank(self.totals)]
        first = self.tier("A")
        title += [len(first)] if self.known and len(first) else []
        figures = [self.year, out.day, out.year, int(self.totals.notna().sum())]
        return [*title, *figures, *served]

    def summary(self) -> list[float]:
        wide = self.wide("dimension")
        groups = [self.group(wide[code]) for code in wide]
        told = [groups.count(group) for group in (1, 2, 3, 4)]
        if self.known:
            low, high = noise.rank_band(
                self.levels, self.code, self.year, seed=self.seed,
                standard_errors=embedded.standard_errors(),
            )  # fmt: skip
            told += [*self.rank(self.totals), 90, low, high, two(self.total), self.year - 1]
            told += [self._gap()]
        else:
            told += [self.year, len(self.totals), int(self.totals.notna().sum())]
        if self.moved:
            pair = [two(self.total - self.before[self.code]), two(self.country())]
            told += [*pair, self.year - 1, *pair, *self.error()]
            told += [] if self.error() else [self.year - 1, self.year, self.year]  # method changed
        told += self.noisy()
        first, second = self.tier("A"), self.tier("B")
        told += [len(second)] if len(first) and len(second) else []
        for row in first.head(SHOWN).itertuples():
            told += [two(row.headroom), *inside(row.agency)]
        return [*told, *([min(len(first), SHOWN)] if len(first) else [])]

    def _gap(self) -> float:
        """Points to the lowest total of the next group, or above P75 in the highest."""
        parts = self.grouped(self.totals)[:4]
        place = self.rank(self.totals)[0]
        cuts = np.cumsum(parts[::-1])  # ranks at which the groups end, the highest first
        above = [int(cut) for cut in cuts if cut < place]
        if not above:
            return two(self.total - np.percentile(self.totals.dropna(), 75))
        ordered = self.totals.dropna().sort_values(ascending=False)
        return two(ordered.iloc[above[-1] - 1] - self.total)

    def priorities(self) -> list[float]:
        told = [75, 80, 50, 30]
        for row in self.tier("A", "B").itertuples():
            told += [*inside(row.agency), two(row.score), two(row.benchmark)]
            told += [two(row.headroom), percent(row.p_top5_latent), percent(row.p_top5_predictive)]
            told += [*self._course(row.code), two(row.no_action), two(row.no_action_change)]
            told += [two(row.no_action_sd)]
        rest = self.tier("C")
        told += [len(rest)] if len(rest) else []
        for row in rest.itertuples():
            told += [two(row.score), two(row.benchmark), two(row.headroom)]
            told += [percent(row.p_top5_latent)]
        return told

    def _course(self, code: str) -> list[float]:
        """First and last year with a score, the scores, and the breaks of the series."""
        rows = self.levels[self.levels["code"].eq(code) & self.levels["province"].eq(self.code)]
        rows = rows[rows["year"].le(self.year)].sort_values("year")
        there = rows.dropna(subset=["score"])
        years = rows["year"].tolist()
        joined = [
            codebook.comparability(self.regimes, year - 1, year).set_index("code")["comparable"]
            for year in years[1:]
        ]
        breaks = sum(not bool(links[code]) for links in joined)
        ends = there.iloc[[0, -1]]
        return [*ends["year"], *map(two, ends["score"]), breaks]

    def left_out(self) -> list[float]:
        gaps = self.assessed["benchmark"] - self.assessed["score"]
        rows = self.assessed.assign(gap=gaps)[self.assessed["tier"].eq("C") & gaps.round(9).gt(0)]
        rows = rows.sort_values("gap", ascending=False)
        told = [len(rows), len(self.assessed)] if len(rows) else []
        for row in rows.head(SHOWN).itertuples():
            told += [two(row.gap), two(row.headroom)]
        told += [len(rows) - SHOWN] if len(rows) > SHOWN else []
        chased = priority.do_not_chase(self.assessed)["code"]
        table = self.assessed.set_index("code")
        return told + [two(table.loc[code, "no_action_change"]) for code in chased]

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
        return [groups.count(1), len(groups) - groups.count(0), groups.count(4)]

    def dimensions(self) -> list[float]:
        wide = self.wide("dimension")
        alt, table = self._spine(wide)
        gaps = wide.median() - wide.loc[self.code]
        weak = gaps[gaps > 0].sort_values(ascending=False).head(3)
        head = [wide.shape[1], *self._tally(wide), self.year, self.year, 25, 75]
        return [*head, *alt, *alt, *table, *map(two, weak)]

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
            told += [*ends, *ends, self.year, self.year, 25, 75, *alt, *alt, *table]
        return told

    def movement(self) -> list[float]:
        if not self.moved:
            return [self.year - 1]
        now, then = self.wide("dimension"), self.wide("dimension", self.year - 1)
        parts = change.total_change(self.levels, self.regimes, self.code, self.year)
        whole = (now.loc[self.code] - then.loc[self.code]).to_numpy()
        own, method = parts["comparable_part"], parts["method_part"]
        assert np.allclose(own + method, whole, atol=1e-9)
        steps = [two(part) for part in method if abs(part) >= 0.005]
        apart = round(method.abs().sum(), 2)
        steps += [
            two(a) for a, b in zip(own, method, strict=True) if max(abs(a), 0.01 - abs(b)) >= 0.005
        ]
        before, after = self.before[self.code], self.total
        title = [two(after - before), self.year - 1, two(self.country())]
        alt = [two(before), two(after), *steps]
        told = [*title, self.year - 1, self.year, 0, *alt, *alt, self.year, self.year, *steps]
        told += self.error() or [self.year - 1, self.year]  # or that the method changed
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
        return [years[0], self.year, *alt, *alt, self.year, *table, 2015, 2018, 2021]

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
        mine, wide = self.totals[self.region], self.wide("dimension")
        rows = [n for code in self.region if not np.isnan(mine[code])
                for n in (two(mine[code]), *self.rank(self.totals, code))]  # fmt: skip
        told = [*self.rank(mine), self.year, self.year, *rows, *rows, *rows]
        own, low = [], 0
        for code in wide:
            here = wide.loc[self.region, code]
            place = self.rank(here)
            if place:
                own += [two(here[self.code] - wide[code].median()), *place]
                low += place[0] > (place[1] + 1) / 2
        count = int(wide.loc[self.code].notna().sum())
        return [*told, low, count, self.year, self.year, *own, *own, *own]

    def maps(self) -> list[float]:
        there = int(self.totals.notna().sum())
        told = [self.year, self.year, there, len(self.totals)]
        told += [self.year, len(self.totals), *self.grouped(self.totals), 4.0]
        for code in self.totals.dropna().index:
            told += self.rank(self.totals, code)
        return told + (self._districts() if self.code == "84" else [])

    def _districts(self) -> list[float]:
        """Communes above 20 per cent ethnic minority by district, from the lists themselves."""
        table = places.districts().set_index("code")
        listed = places.ethnic_minority_communes()["district"].value_counts()
        counts = {code: int(listed.get(name, 0)) for code, name in table["name_vi"].items()}
        codes = [code for code in table.index if code in tra_vinh.LIST_STATUS]
        communes = table["communes_2025_06"].astype(int)
        alt = [20] + [n for code in codes for n in (counts[code], communes[code])]
        whole = [code for code in codes if tra_vinh.LIST_STATUS[code] == "complete"]
        most = max(whole, key=lambda code: counts[code] / communes[code])
        title = [20, counts[most], communes[most], len(whole)]
        areas = [float(i18n.number("en", a, "0.0")) for a in table["official_area_km2"].dropna()]
        cells = [20, *areas, *communes, *(counts[code] for code in codes)]
        return [*title, 20, *alt, *alt, 20, 2025, *cells]

    def agencies(self) -> list[float]:
        rows = self.assessed[self.assessed["agency"].ne("")]
        told, later = [], 0
        for name, block in rows.groupby("agency", sort=False):
            told += [*inside(name), two(block["headroom"].sum())]
            later += bool(block["tier"].eq("C").all())
            for row in block.itertuples():
                told += map(two, (row.score, row.benchmark, row.no_action, row.headroom))
        return [*told, *([later] if later else [])]

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
