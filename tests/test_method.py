"""The figures of docs/method.md are those computed."""

from pathlib import Path

import numpy as np
import pytest

from papi_analysis import places, priority
from papi_analysis.data import codebook, panel
from papi_analysis.priority import headroom, shrinkage
from papi_analysis.priority.arrays import panel_arrays

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
def data(scores):
    return panel_arrays(scores, 2024)


def test_the_example_by_hand_is_the_estimate_of_the_package(scores, data):
    row, code = data.provinces.index("84"), data.codes.index("civic_knowledge")
    pairs = shrinkage.pair_correlations(data)
    within, _ = shrinkage.year_correlations(data, pairs, 2024)
    level = shrinkage.levels(data, 2024, pairs=pairs)
    weight = within[code] / (1 + 2 * within[code])
    z = data.z[-3:, row, code]
    mean, sd = data.mean[-1, code], data.sd[-1, code]
    score = data.score[-1, row, code]
    p75 = np.nanquantile(data.score[-1, :, code], 0.75)
    variance = level.predictive[row, code]
    expected = [
        *z, within[code], weight, level.mean[row, code], variance, mean, sd,
        mean + sd * level.mean[row, code], score, p75, p75 - score, sd * np.sqrt(variance),
    ]  # fmt: skip
    assert weight * z.sum() == pytest.approx(level.mean[row, code])
    assert 1 - 3 * within[code] * weight == pytest.approx(variance)
    shown = [float(value) for _, value in rows_of("example")]
    assert shown == pytest.approx(expected, abs=0.0005000001)
    same = data.block[:, None] == data.block[None, :]
    n = int((np.isfinite(pairs[:, :, code]) & same).sum())
    assert f"from {n} pairs of years" in rows_of("example")[3][0]


def test_the_list_of_tra_vinh_is_the_assessment(scores):
    found = priority.assess(scores, TRA_VINH, 2024).set_index("code")
    names, chances = codebook.names("en"), ["p_top5", "p_top5_redrawn"]
    sure = found[chances].max(axis=1) >= 0.1
    shown = rows_of("assessment")
    assert [row[0] for row in shown] == [names[code] for code in found.index[sure]]
    assert [row[1] for row in shown] == found.loc[sure, "tier"].tolist()
    figures = found.loc[sure, ["points_behind", *chances]].to_numpy()
    assert np.abs(np.array([row[2:] for row in shown], dtype=float) - figures).max() < 0.0051


@pytest.mark.parametrize(
    "constant",
    [
        f"3 × {shrinkage.PRIOR_WITHIN:.2f}",
        f"prior {shrinkage.PRIOR_ACROSS:.2f}",
        f"held to {shrinkage.WITHIN_BOUNDS[0]} … {shrinkage.WITHIN_BOUNDS[1]}",
        f"max(2011, t − {shrinkage.HISTORY - 1})",
        f"R = {headroom.KEPT} R_0",
        f"fewer than {headroom.FEWEST_PAIRS} pairs",
        f"raised to {headroom.LEAST_EIGENVALUE}",
        f"{priority.DRAWS:,} draws",
        f"at least {priority.TIER_A}",
        f"fewer than {priority.FEWEST_FOR_TIERS} published criteria no tiers",
        f"({priority.HALF_WIDTH} + {priority.POWER_80})",
    ],
)
def test_constants_of_the_page_are_those_of_the_code(constant):
    assert constant in " ".join(PAGE.split())


def test_the_most_extreme_score(data):
    farthest = np.nanmax(np.abs(data.z))
    assert f"most extreme published score lies {farthest:.1f} SD from its mean" in " ".join(
        PAGE.split()
    )
