"""How much faster the vectorised numerics are than plain loops of the same result.

    python benchmarks/numerics.py [--resamples 10000] [--draws 100000] [--loops 300]

One thread, float64, processor time. The fast side does the whole work; a plain loop does the first
`--loops` of it, is compared number by number, and its time is scaled to the whole.
"""

import argparse
import os
import time

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # read when numpy is imported, so it comes before

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from scipy import stats  # noqa: E402

from papi_analysis.data import panel  # noqa: E402
from papi_analysis.stats import correlation, resampling  # noqa: E402

SEED = 84
ROUNDS = 5
AGREEMENT = 1e-12


def seconds(work, rounds: int = ROUNDS) -> float:
    """The shortest processor time of some rounds, so that other programs weigh least."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def bootstrap(scores: pd.DataFrame, resamples: int, loops: int) -> pd.DataFrame:
    """Spearman matrices of resampled provinces: all at once, beside three plain loops."""
    values, n = scores.to_numpy(), len(scores)
    upper = correlation.pairs(values.shape[1])

    def fast() -> np.ndarray:
        rng = resampling.generator(SEED)
        return correlation.spearman(values, resampling.counts(n, resamples, rng))

    counts = resampling.counts(n, resamples, resampling.generator(SEED))[:loops].astype(int)
    drawn = [np.repeat(np.arange(n), row) for row in counts]
    plain = {
        "pandas: DataFrame.corr": lambda rows: scores.iloc[rows].corr("spearman").to_numpy(),
        "scipy: spearmanr": lambda rows: stats.spearmanr(values[rows]).statistic,
        "scipy: rankdata, numpy: corrcoef": lambda rows: np.corrcoef(
            stats.rankdata(values[rows], axis=0), rowvar=False
        ),
    }
    found = fast()[:loops]
    loops_of = {
        name: lambda one=one: np.array([one(rows)[upper] for rows in drawn])
        for name, one in plain.items()
    }
    title = f"{resamples:,} resamples of {values.shape[1]} × {values.shape[1]} Spearman"
    return compare(title, fast, found, loops_of, resamples / loops)


def ranking(totals: pd.Series, size: int, loops: int) -> pd.DataFrame:
    """Ranks of all provinces in drawn totals: all at once, beside two plain loops."""
    level, noise, n = totals.to_numpy(), totals.std(), len(totals)

    def fast() -> np.ndarray:
        return resampling.ranks(
            level + noise * resampling.generator(SEED).standard_normal((size, n))
        )

    def loop(one) -> np.ndarray:
        rng = resampling.generator(SEED)
        return np.array([one(level + noise * rng.standard_normal(n)) for _ in range(loops)])

    plain = {
        "pandas: Series.rank": lambda row: pd.Series(row).rank(ascending=False, method="min"),
        "scipy: rankdata": lambda row: stats.rankdata(-row, method="min"),
    }
    found = fast()[:loops]
    loops_of = {name: lambda one=one: loop(one) for name, one in plain.items()}
    return compare(f"{size:,} draws of the ranks of {n}", fast, found, loops_of, size / loops)


def compare(title: str, fast, found: np.ndarray, loops: dict, scale: float) -> pd.DataFrame:
    """One row per plain loop: times, their ratio, and the largest difference of the results."""
    rows = []
    for name, loop in loops.items():
        difference = float(np.abs(loop() - found).max())
        if not difference <= AGREEMENT:
            raise SystemExit(f"{title}: {name} differs by {difference:.1e}")
        quick, slow = seconds(fast), seconds(loop) * scale
        rows.append((title, name, quick, slow, slow / quick, difference))
    columns = ["what", "plain loop", "vectorised_s", "loop_s", "ratio", "difference"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--resamples", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--loops", type=int, default=300)
    options = parser.parse_args()
    levels = panel.levels(panel.load())
    year = int(levels.loc[levels["score"].notna(), "year"].max())
    scores = panel.wide(levels, year, "subdimension").dropna()
    totals = panel.wide(levels, year, "total")["total"].dropna()
    table = pd.concat(
        [
            bootstrap(scores, options.resamples, options.loops),
            ranking(totals, options.draws, options.loops),
        ]
    )
    print(f"PAPI {year}, {len(scores)} provinces, one thread, best of {ROUNDS} rounds")
    print(f"plain loops: {options.loops} rounds timed and scaled to the whole\n")
    print(table.round({"vectorised_s": 3, "loop_s": 2, "ratio": 1}).to_string(index=False))


if __name__ == "__main__":
    main()
