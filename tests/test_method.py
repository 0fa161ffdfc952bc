"""The figures of docs/method.md are those computed."""

from pathlib import Path

import numpy as np
import pytest

from papi_analysis import places, priority
from papi_analysis.data import codebook, panel
from papi_analysis.priority import headroom, shrinkage
from papi_analysis.priority.headroom import benchmark_points, reference_group
from papi_analysis.priority.shrinkage import fit

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "method.md").read_text(encoding="utf-8")
TRA_VINH = places.find("tra-vinh")


def rows_of(name):
    """The cells of the table that stands between the marks of the page."""
    block = PAGE.split(f"<!-- {name} -->\n")[1].split("<!-- end -->")[0]
    lines = [line for line in block.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture(scope="session")
def scores():
    return panel.load().query("year <= 2024")


@pytest.fixture(scope="module")
def pooled(scores):
    return priority.assess(scores, TRA_VINH, 2024, seed=84).set_index("code")


def test_the_example_by_hand_is_the_estimate_of_the_package(scores, pooled):
    found = fit(scores, 2024)
    data, row = found.data, found.data.provinces.index("84")
    code = data.codes.index("civic_knowledge")
    within, _ = shrinkage.year_correlations(data, found.pairs, 2024)
    own = pooled.loc["civic_knowledge"]
    weight = within[code] / (1 + 2 * within[code])
    z = data.z[-3:, row, code]
    asked = reference_group(found, ["84"], benchmark="p75", peers=None)
    p75 = benchmark_points(found, asked)[list(asked.codes).index(code)]
    expected = [
        *z,
        within[code],
        weight,
        found.level.mean[row, code],
        found.level.predictive[row, code],
        found.level.latent[row, code],
        data.mean[-1, code],
        data.sd[-1, code],
        own["level_latent"],
        own["score"],
        p75,
        own["raw_gap"],
        p75 - own["level_latent"],
        own["sd_predictive"],
        own["headroom"],
    ]
    assert weight * z.sum() == pytest.approx(found.level.mean[row, code])
    assert 1 - 3 * within[code] * weight == pytest.approx(found.level.predictive[row, code])
    shown = [float(value) for _, value in rows_of("example")]
    assert shown == pytest.approx(expected, abs=0.0005000001)


def test_the_number_of_pairs_behind_the_example(scores):
    found = fit(scores, 2024)
    code = found.data.codes.index("civic_knowledge")
    same = found.data.block[:, None] == found.data.block[None, :]
    n = int((np.isfinite(found.pairs[:, :, code]) & same).sum())
    assert f"from {n} pairs of years" in rows_of("example")[3][0]


def test_the_list_of_tra_vinh_is_the_assessment(pooled):
    names = codebook.names("en")
    sure = pooled[["p_top5_latent", "p_top5_predictive"]].max(axis=1) >= 0.1
    shown = rows_of("assessment")
    assert [row[0] for row in shown] == [names[code] for code in pooled.index[sure]]
    assert [row[1] for row in shown] == pooled.loc[sure, "tier"].tolist()
    figures = pooled.loc[sure, ["headroom", "p_top5_latent", "p_top5_predictive"]].to_numpy()
    assert np.abs(np.array([row[2:] for row in shown], dtype=float) - figures).max() < 0.0051


def test_only_the_named_criteria_change_tiers_at_the_last_score(scores, pooled):
    raw = priority.assess(scores, TRA_VINH, 2024, seed=84, persistent="raw")
    raw = raw.set_index("code")["tier"]
    before = pooled["tier"].loc[raw.index]
    moved = {code: (before[code], raw[code]) for code in raw.index if before[code] != raw[code]}
    assert moved == {"water_quality": ("C", "B"), "civic_knowledge": ("A", "B")}
    words = " ".join(PAGE.split())
    assert "moves *Quality of water* from tier C to B and *Civic knowledge* from A to B." in words


@pytest.mark.parametrize(
    "constant",
    [
        f"3 × {shrinkage.PRIOR_WITHIN:.2f}",
        f"prior {shrinkage.PRIOR_ACROSS:.2f}",
        f"held to {shrinkage.WITHIN_BOUNDS[0]} … {shrinkage.WITHIN_BOUNDS[1]}",
        f"max(2011, t − {shrinkage.HISTORY - 1})",
        f"{headroom.KEPT} R₀",
        f"fewer than {headroom.FEWEST_PAIRS} pairs",
        f"raised to {headroom.LEAST_EIGENVALUE}",
        f"{priority.DRAWS:,} draws",
        f"({priority.HALF_WIDTH} + {priority.POWER_80})",
    ],
)
def test_constants_of_the_page_are_those_of_the_code(constant):
    assert constant in " ".join(PAGE.split())


def test_the_most_extreme_score(scores):
    farthest = np.nanmax(np.abs(fit(scores, 2024).data.z))
    assert f"most extreme published score lies {farthest:.1f} SD from its mean" in " ".join(
        PAGE.split()
    )
