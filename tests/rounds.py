"""Made-up rounds of the provinces since July 2025, for rehearsals; no published figure is in them.

A score is the mean of those that the former provinces had in 2024, weighted by population, with an
error of a sample of its own: a part that stays over the made-up rounds and a part of the year.
"""

import csv
import shutil

import numpy as np
import pandas as pd

from papi_analysis import places, settings
from papi_analysis.data import codebook, embedded

BLOCK = "2025-2026"


def scores(*years, seed=1):
    """Made-up published scores: year, province (code of the round), subdimension, score."""
    table = embedded.scores().query("year == 2024")
    old = table.pivot(index="province", columns="subdimension", values="score")
    units = places.units_of(2025).set_index("code")
    scale = codebook.index_versions().query("year == 2024").set_index("subdimension")
    rng = np.random.default_rng(seed)
    level = pd.DataFrame(index=sorted(units.index), columns=old.columns, dtype=float)
    for unit in units.itertuples():
        parts = old.reindex(list(unit.predecessors))
        held = parts.notna().mul(list(unit.weights), axis=0)
        total = parts.mul(list(unit.weights), axis=0).sum()
        level.loc[unit.Index] = (total / held.sum()).to_numpy()
    sd = old.std().to_numpy()
    stays = level + 0.5 * sd * rng.standard_normal(level.shape)
    rounds = []
    for year in years:
        drawn = (stays + 0.5 * sd * rng.standard_normal(level.shape)).round(6)
        low, high = scale.loc[drawn.columns, "scale_min"], scale.loc[drawn.columns, "scale_max"]
        drawn = drawn.clip(low, high, axis=1)
        long = drawn.rename_axis("province").reset_index().melt("province", value_name="score")
        rounds.append(long.assign(year=year))
    return pd.concat(rounds)[["year", "province", "subdimension", "score"]].sort_values(
        ["year", "province", "subdimension"], ignore_index=True
    )


def folder(path, *years, seed=1):
    """A copy of the data folder that holds made-up rounds, with its log of hashes."""
    data = shutil.copytree(settings.data_folder(), path / "data")
    papi = data / "papi"
    old = pd.read_csv(papi / "scores.csv", dtype=str)
    new = scores(*years, seed=seed).astype({"year": str})
    new["score"] = new["score"].map("{:.6f}".format)
    pd.concat([old, new[old.columns]]).to_csv(papi / "scores.csv", index=False)
    regimes = pd.read_csv(papi / "regimes.csv", dtype=str, keep_default_na=False)
    last = regimes[regimes["year"].eq("2024")]
    made = [last.assign(year=str(y), sample_block=BLOCK, comparable="yes", evidence="made up",
                        official_statement="") for y in years]  # fmt: skip
    pd.concat([regimes, *made]).to_csv(papi / "regimes.csv", index=False)
    subs = pd.read_csv(papi / "subdimensions.csv", dtype=str, keep_default_na=False)
    subs["year_to"] = subs["year_to"].replace("2024", str(max(years)))
    subs.to_csv(papi / "subdimensions.csv", index=False)
    seal(data)
    return data


def seal(data):
    """Write the log of hashes anew."""
    with (data / "provenance.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["sha256"] = embedded.sha256(data / row["file"])
    with (data / "provenance.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
