"""Drawings: colours that can be told apart, words that do not collide, bytes that repeat."""

import io
import re
import shutil
import subprocess
from itertools import combinations
from xml.etree import ElementTree as ET

import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from papi_analysis import places
from papi_analysis.data import codebook
from papi_analysis.errors import ParameterError
from papi_analysis.plots import charts, palette, style
from papi_analysis.plots.svg import steps
from papi_analysis.stats import ranking

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (style.WIDE, style.NARROW)


def rgb(colour: str) -> np.ndarray:
    """Linear light of a colour, 0 to 1."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """Contrast as WCAG 2 defines it, 1 to 21."""
    light = sorted(float(rgb(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (light[1] + 0.05) / (light[0] + 0.05)


#: Machado, Oliveira and Fernandes (2009), severity 1: what people see who lack a cone.
COLOUR_BLIND = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab(light: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear light."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = (to_xyz @ np.clip(light, 0, 1)) / [0.9505, 1, 1.089]
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("word", ["ink", "muted", "province", "behind", "ahead", "method"])
def test_words_can_be_read_on_every_ground(word, dark):
    for ground in ("paper", "panel"):
        pair = palette.COLOURS[word][dark], palette.COLOURS[ground][dark]
        assert contrast(*pair) >= 4.5, (word, ground)


@pytest.mark.parametrize("dark", [False, True])
def test_marks_can_be_read_on_the_colour_of_their_group(dark):
    for group, (name, _) in palette.GROUPS.items():
        words = palette.COLOURS[palette.ON_GROUP[group]][dark]
        assert contrast(words, palette.COLOURS[name][dark]) >= 4.5


@pytest.mark.parametrize("eyes", [None, *COLOUR_BLIND])
def test_groups_can_be_told_apart_by_all_eyes_and_without_colour(eyes):
    matrix = np.eye(3) if eyes is None else np.array(COLOUR_BLIND[eyes])
    seen = {g: lab(matrix @ rgb(palette.group_colour(g))) for g in palette.GROUPS}
    for a, b in combinations(seen, 2):
        assert np.linalg.norm(seen[a] - seen[b]) > 18, (eyes, a, b)
    assert len({mark for _, mark in palette.GROUPS.values()}) == 4


def test_every_colour_of_the_palette_is_its_own():
    light = [pair[0] for pair in palette.COLOURS.values()]
    assert len(set(light)) == len(light)
    assert all(re.fullmatch("#[0-9a-f]{6}", c) for pair in palette.COLOURS.values() for c in pair)


def test_the_province_of_the_report_keeps_its_colour():
    assert palette.province_colour("84", subject="84") == palette.colour("province")
    assert palette.province_colour("83", subject="84") != palette.colour("province")


# --- words -------------------------------------------------------------------------------------


@given(st.text(alphabet="aăbcớW ", min_size=1, max_size=80), st.integers(40, 300))
def test_wrapped_lines_keep_every_word_and_their_width(text, width):
    lines = style.wrap(text, width, 12)
    assert " ".join(lines).split() == text.split()
    for line in lines:
        assert style.text_width(line, 12) <= width or " " not in line


# --- SVG ---------------------------------------------------------------------------------------

HOSTILE = '<script>alert(1)</script>" onload="x'


@style.themed
def toy(text: str = "Trà Vinh") -> style.Chart:
    """A line, marks, a hatched square and words."""
    ax = style.panel(200, 100, left=0, right=0, top=0, bottom=0)
    ax.set(xlim=(0, 200), ylim=(100, 0))
    ax.set_axis_off()
    ax.plot([0.123456, 99.999], [10, 20.005], color=palette.colour("province"))
    ax.scatter([10, 20], [30, 30], color=palette.colour("province"))
    ax.add_patch(Rectangle((50, 50), 40, 40, fc=palette.colour("nodata"), hatch="//"))
    style.write(ax, 100, 50, text)
    words = {"title": text, "subtitle": "points", "source": "PAPI", "alt": "A line rises"}
    return style.headline(ax.figure, **words)


def test_page_and_file_leave_the_drawing_they_are_made_of_as_it_is():
    chart = toy()
    drawing = style.written(chart)
    before = ET.tostring(drawing)
    assert style.standalone(chart, drawing=drawing) == style.standalone(chart)
    assert style.svg(chart, drawing=drawing) == style.svg(chart)
    assert ET.tostring(drawing) == before


def test_a_drawing_is_the_same_bytes_every_time():
    assert style.svg(toy()) == style.svg(toy())
    assert style.standalone(toy()) == style.standalone(toy())


def test_a_drawing_is_one_image_with_a_name_and_a_description():
    root = ET.fromstring(style.svg(toy()))
    ids = {element.get("id"): element for element in root.iter() if element.get("id")}
    assert root.get("role") == "img"
    named = [ids[name].text for name in root.get("aria-labelledby").split()]
    assert named == ["Trà Vinh", "A line rises"]
    assert style.svg(toy(), alt="Another").count("Another") == 1


def test_ids_are_unique_among_drawings_even_of_the_same_thing():
    drawings = [style.svg(toy()), style.svg(toy(), key="narrow"), style.svg(toy("Bến Tre"))]
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in drawings]
    assert all(ids)
    assert not (ids[0] & ids[1] or ids[0] & ids[2] or ids[1] & ids[2])
    for text, own in zip(drawings, ids, strict=True):
        used = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', text)
        assert {a or b for a, b in used} <= own


def test_coordinates_have_two_decimals_and_colours_are_named():
    text = style.svg(toy())
    assert (
        max(len(n) for n in re.findall(r"\.(\d+)", re.sub(r"<(title|desc).*?</\1>", "", text))) <= 2
    )
    assert "var(--c-province,#0b4f8f)" in text
    assert not re.search(r"(?:fill|stroke):\s*#", text)


def test_a_drawing_holds_no_style_sheet_no_date_and_nothing_from_outside():
    text = style.svg(toy())
    assert "<style" not in text and "<metadata" not in text and "font-family" not in text
    assert re.findall(r'https?://[^"]+', text) == ["http://www.w3.org/2000/svg"]


def test_hostile_words_are_words():
    for text in (style.svg(toy(HOSTILE)), style.standalone(toy(HOSTILE))):
        root = ET.fromstring(text[text.index("<svg") :])
        assert HOSTILE in [element.text for element in root.iter()]
        assert not [e for e in root.iter() if e.tag.endswith("script") or e.get("onload")]


def test_a_file_of_its_own_carries_headline_and_source_in_plain_colours():
    text = style.standalone(toy())
    root = ET.fromstring(text[text.index("<svg") :])
    words = [element.text for element in root.iter(f"{SVG}text")]
    assert {"Trà Vinh", "points", "PAPI"} <= set(words)
    assert "var(" not in text
    assert float(root.get("height")) > 100


numbers = st.integers(-9999, 9999).map(lambda n: n / 100)
points = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=12)


@given(st.lists(points, min_size=1, max_size=3))
def test_steps_lead_to_the_same_places_as_a_path_of_places(shapes):
    path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in shape) + "z" for shape in shapes)
    assert followed(steps(path)) == [
        [(round(x, 2), round(y, 2)) for x, y in shape] for shape in shapes
    ]


def followed(path: str) -> list[list[tuple[float, float]]]:
    """The places of a path of relative moves and lines."""
    shapes, here, begun = [], (0.0, 0.0), (0.0, 0.0)
    for kind, text in re.findall(r"([mlz])([^mlz]*)", path):
        steps = [float(n) for n in re.findall(r"-?\d*\.?\d+", text)]
        if kind == "z":
            here = begun
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            here = (round(here[0] + dx, 2), round(here[1] + dy, 2))
            if kind == "m":
                begun, shapes = here, [*shapes, []]
            shapes[-1].append(here)
    return shapes


# --- charts ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def positions(levels):
    """Every score with its place."""
    return ranking.positions(levels, codebook.group_sizes())


def standing(positions, province, year, level, lang="vi"):
    """The rows of a range chart."""
    rows = positions.query("province == @province and year == @year and level == @level")
    return rows.assign(name=rows["code"].map(codebook.names(lang)))


def history(positions, province, year, lang="vi"):
    """The rows of small multiples, broken by the regimes."""
    rows = positions.query("province == @province and year <= @year and level == 'dimension'")
    regimes = codebook.index_versions()
    good = {
        (y, row.code): row.comparable
        for y in range(2012, year + 1)
        for row in codebook.comparability(regimes, y - 1, y).itertuples()
    }
    keys = zip(rows["year"], rows["code"], strict=True)
    rows = rows.assign(comparable=[good.get(key, True) for key in keys])
    current = standing(positions, province, year, "dimension")["code"]
    rows = rows[rows["code"].isin(current)].sort_values(["code", "year"])
    return rows.assign(name=rows["code"].map(codebook.names(lang)))


def every_chart(positions, province, year, lang, width):
    """All charts of the report for a province and year."""
    dims = standing(positions, province, year, "dimension", lang)
    steps = pd.DataFrame(
        {
            "name": dims["name"].tolist(),
            "change": np.linspace(-0.6, 0.9, len(dims)),
            "method": [False] * (len(dims) - 1) + [True],
        }
    )
    after = 40 + steps["change"].sum()
    table = places.provinces()
    region = table.set_index("province").loc[province, "region"]
    regional = ranking.regional(positions, table, region, year)
    totals = regional[regional["level"].eq("total")].sort_values(["region_rank", "province"])
    totals = totals.assign(name=totals["province"].map(table.set_index("province")[f"name_{lang}"]))
    gaps = regional[regional["level"].eq("dimension")].sort_values(["code", "province"])
    gaps = gaps.assign(
        gap=-gaps["gap_median"],
        said=gaps["region_rank"].map("{:.0f}/13".format),
        name=gaps["code"].map(codebook.names(lang)),
    )
    codes = dims["code"].tolist()
    pairs = pd.DataFrame(
        [
            (a, b, 0.9 - 0.1 * i, i % 2 == 0, -0.3, True)
            for i, (a, b) in enumerate(combinations(codes, 2))
        ],
        columns=["a", "b", "r", "sure", "within", "within_sure"],
    )
    names = {code: codebook.names(lang)[code] for code in codes}
    look = {"lang": lang, "width": width}
    yield charts.range_chart(dims, **look)
    yield charts.range_chart(standing(positions, province, year, "subdimension", lang), **look)
    yield charts.waterfall(steps, before=(year - 1, 40), after=(year, after), national=1.0, **look)
    yield charts.small_multiples(history(positions, province, year, lang), **look)
    yield charts.region_dots(totals, subject=province, median=totals["median"].iloc[0], **look)
    yield charts.standing(dims, **look)
    own = history(positions, province, year, lang)
    yield charts.total_line(own[own["code"].eq(codes[0])], **look)
    yield charts.strip_plot(gaps, subject=province, over="Rank", **look)
    yield charts.matrix(pairs, names=names, **look)


def words_of(chart):
    """The words of a chart; an axis that is off has labels that nobody sees."""
    axes = [axis for ax in chart.axes if not ax.axison for axis in (ax.xaxis, ax.yaxis)]
    hidden = {id(text) for axis in axes for text in axis.findobj(Text)}
    for axis in [axis for ax in chart.axes for axis in (ax.xaxis, ax.yaxis)]:
        low, high = sorted(axis.get_view_interval())
        ticks = [tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
        hidden |= {id(text) for tick in ticks for text in tick.findobj(Text)}
    found = [text for text in chart.findobj(Text) if id(text) not in hidden]
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def boxes_of(chart):
    """Words of a chart with left, right, top and bottom of their letters in pixels."""
    chart.set_dpi(288)
    renderer = FigureCanvasAgg(chart).get_renderer()
    chart.draw(renderer)
    high, found = chart.bbox.height / 4, []
    for text in words_of(chart):
        x0, y0, x1, y1 = text.get_window_extent(renderer).extents / 4
        trim = 0.15 * text.get_fontsize()  # of tall letters and of those with a tail
        found.append((text.get_text(), x0, x1, high - y1 + trim, high - y0 - trim))
    chart.set_dpi(72)
    return found


#: Province, year and language: the lowest and the highest, holes, a long name, six dimensions.
CASES = [
    ("84", 2024, "vi"),
    ("84", 2024, "en"),
    ("24", 2022, "vi"),
    ("22", 2024, "en"),
    ("77", 2019, "vi"),
    ("79", 2013, "vi"),
]


@pytest.mark.parametrize("province, year, lang", CASES)
@pytest.mark.parametrize("width", WIDTHS)
def test_words_of_charts_do_not_collide_and_stay_inside(positions, province, year, lang, width):
    for chart in every_chart(positions, province, year, lang, width):
        words = list(boxes_of(chart))
        least = style.LEAST if width == style.WIDE else style.LEAST_ON_A_PHONE
        assert min(text.get_fontsize() for text in words_of(chart)) >= least
        high = chart.get_figheight() * 72
        for text, left, right, top, bottom in words:
            assert left >= -1 and right <= width + 1, (text, left, right)
            assert top >= -1 and bottom <= high + 1, (text, top, bottom)
        for (a, l1, r1, t1, b1), (b, l2, r2, t2, b2) in combinations(words, 2):
            apart = r1 <= l2 + 0.5 or r2 <= l1 + 0.5 or b1 <= t2 or b2 <= t1
            assert apart, (a, b)


def picture(chart, **look) -> np.ndarray:
    """What `savefig` gives as a picture of pixels: red, green, blue and cover, 0 to 1."""
    file = io.BytesIO()
    chart.savefig(file, format="png", dpi=144, **look)
    file.seek(0)
    return matplotlib.image.imread(file)


def blocks(ink: np.ndarray, side: int = 36) -> np.ndarray:
    """Mean ink of squares of pixels, which does not hang on how edges and letters are snapped."""
    rows, columns = (n // side for n in ink.shape)
    cut = ink[: rows * side, : columns * side]
    return cut.reshape(rows, side, columns, side).mean(axis=(1, 3))


def colours_of(chart) -> set[str]:
    """The colours of areas and marks in the page's drawing that are large enough to be met."""
    text = ET.tostring(style.written(chart), encoding="unicode")
    return set(re.findall(r"fill:\s*(#[0-9a-f]{6})", text)) - {palette.colour("paper")}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_saved_picture_has_the_ink_of_what_the_page_shows(positions, width):
    for chart in every_chart(positions, "84", 2024, "vi", width):
        pixels = picture(chart)
        tall, wide = pixels.shape[:2]
        cover = pixels[..., 3]
        for line, *box in boxes_of(chart):  # every word leaves ink where it stands
            left, right, top, bottom = (round(2 * side) for side in box)
            part = cover[max(top, 0):min(bottom, tall), max(left, 0):min(right, wide)]  # fmt: skip
            assert part.max() > 0.4, line
        solid = np.round(pixels[cover > 0.99][:, :3] * 255).astype(int)
        met = {"#" + "".join(f"{part:02x}" for part in row) for row in np.unique(solid, axis=0)}
        assert not colours_of(chart) - met


def test_saved_files_of_lines_have_the_words_of_what_the_page_shows(positions, tmp_path):
    for i, chart in enumerate(every_chart(positions, "84", 2024, "vi", style.WIDE)):
        shown = [e.text for e in style.written(chart).iter(f"{SVG}text")]
        chart.savefig(tmp_path / f"{i}.svg")
        saved = [e.text for e in ET.parse(tmp_path / f"{i}.svg").iter(f"{SVG}text")]
        assert shown and saved == shown
        if shutil.which("pdftoppm"):
            chart.savefig(tmp_path / f"{i}.pdf")
            command = ["pdftoppm", "-r", "144", "-png", "-singlefile", f"{i}.pdf", f"{i}"]
            subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
            printed = matplotlib.image.imread(tmp_path / f"{i}.png")[..., :3]
            drawn = picture(chart, facecolor="white")[..., :3]
            ink = [blocks(1 - pixels.mean(axis=2)) for pixels in (printed, drawn)]
            rows, columns = (min(part.shape[k] for part in ink) for k in (0, 1))
            apart = np.abs(ink[0][:rows, :columns] - ink[1][:rows, :columns])
            assert apart.sum() < 0.1 * ink[1].sum(), (i, apart.sum() / ink[1].sum())


def test_charts_have_axes_and_are_the_same_bytes_every_time(positions):
    first = list(every_chart(positions, "84", 2024, "vi", style.WIDE))
    again = list(every_chart(positions, "84", 2024, "vi", style.WIDE))
    for chart, twin in zip(first, again, strict=True):
        assert style.svg(chart, alt="x") == style.svg(twin, alt="x")
        assert chart.axes


def test_charts_leave_the_settings_of_matplotlib_alone(positions):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    charts.range_chart(standing(positions, "84", 2024, "dimension"), lang="vi")
    assert dict(mpl.rcParams) == before


def dots_of(ax, tone="province"):
    """Places of the round marks of a colour."""
    marks = [c for c in ax.collections if isinstance(c, PathCollection)]
    own = [c for c in marks if to_hex(c.get_facecolor()[0]) == palette.colour(tone)]
    return np.vstack([np.ma.filled(c.get_offsets(), np.nan) for c in own])


def test_a_range_chart_is_sorted_and_better_is_to_the_right(positions):
    rows = standing(positions, "84", 2024, "subdimension")
    (ax,) = charts.range_chart(rows, lang="vi").axes
    ordered = rows.assign(gap=rows["score"] - rows["median"])
    ordered = ordered.sort_values("gap", ascending=False, kind="stable")
    dots = dots_of(ax)
    assert (dots[:, 0] > 0).tolist() == (ordered["gap"] > 0).tolist()
    assert dots[:, 1].tolist() == list(range(len(rows)))
    names = [t.get_text().replace("\n", " ") for t in ax.texts]
    assert [name for name in names if name in set(rows["name"])] == ordered["name"].tolist()
    worst = ordered["score"].eq(ordered["worst"]).to_numpy()
    reach = np.maximum(ordered["best"] - ordered["median"], ordered["median"] - ordered["worst"])
    ends = ((ordered["worst"] - ordered["median"]) / reach).to_numpy()
    assert worst.any()
    assert np.allclose(dots[worst, 0], ends[worst])


def test_a_score_that_is_not_published_has_no_dot(positions):
    rows = standing(positions, "24", 2022, "dimension")
    (ax,) = charts.range_chart(rows, lang="vi").axes
    assert np.isfinite(dots_of(ax)).all(axis=1).sum() == rows["score"].notna().sum() == 4


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_printed_steps_of_a_waterfall_add_up_to_its_printed_totals(lang):
    """40.004 and 40.206 are printed 40.00 and 40.21; 3 x 0.067 is printed 0.20 by itself."""
    steps = pd.DataFrame({"name": ["a", "b", "c", "d"], "change": [0.068, 0.067, 0.066, 0.001]})
    ends = {"before": (2023, 40.004), "after": (2024, 40.206)}
    chart = charts.waterfall(steps.assign(method=False), lang=lang, **ends)
    texts = [text.get_text().replace(",", ".").replace("−", "-") for text in words_of(chart)]
    parts = [float(text) for text in texts if re.fullmatch(r"[+-]\d\.\d\d|0\.00", text)]
    assert len(parts) == 4 and "40.00" in texts and "40.21" in texts
    assert round(sum(parts), 2) == 0.21 and sorted(parts)[0] == 0.0


def test_parts_that_are_not_those_of_the_total_are_refused():
    steps = pd.DataFrame({"name": ["a"], "change": [0.5], "method": [False]})
    with pytest.raises(ParameterError, match="not to"):
        charts.waterfall(steps, lang="en", before=(2023, 40.0), after=(2024, 40.0))


def test_a_waterfall_steps_from_one_total_to_the_other():
    steps = pd.DataFrame(
        {"name": ["a", "b", "c"], "change": [-1.0, 0.5, 2.0], "method": [False, False, True]}
    )
    (ax,) = charts.waterfall(steps, lang="en", before=(2023, 40.0), after=(2024, 41.5)).axes
    edges = [sorted((bar.get_x(), bar.get_x() + bar.get_width())) for bar in ax.patches]
    assert np.allclose(edges, [(39, 40), (39, 39.5), (39.5, 41.5)])
    assert [t.get_text() for t in ax.texts if t.get_text()[0] in "+−"] == [
        "−1.00",
        "+0.50",
        "+2.00",
    ]


def test_a_change_that_is_printed_as_zero_is_grey_and_has_no_sign():
    steps = pd.DataFrame({"name": ["a", "b"], "change": [-0.003, 1.0], "method": [False, False]})
    (ax,) = charts.waterfall(steps, lang="vi", before=(2023, 40.0), after=(2024, 41.0)).axes
    zero = next(text for text in ax.texts if text.get_text() == "0,00")
    assert zero.get_color() == palette.colour("muted")
    assert to_hex(ax.patches[0].get_facecolor()) == palette.colour("muted")


def test_lines_over_the_years_never_cross_a_break(positions):
    rows = history(positions, "84", 2024)
    own = rows[rows["code"].eq("8")]
    assert (~own["comparable"]).any()
    (ax,) = charts.small_multiples(own, lang="vi").axes
    breaks = own.loc[~own["comparable"] & own["year"].gt(own["year"].min()), "year"] - 0.5
    drawn = [
        line.get_xdata() for line in ax.lines if line.get_color() == palette.colour("province")
    ]
    assert drawn
    for years in drawn:
        assert not [x for x in breaks if min(years) < x < max(years)]
    (marks,) = [c for c in ax.collections if isinstance(c, LineCollection)]
    assert sorted(s[0][0] for s in marks.get_segments()) == breaks.tolist()


def test_small_multiples_have_true_axes_of_one_span(positions):
    chart = charts.small_multiples(history(positions, "84", 2024), lang="vi")
    spans = [np.ptp(ax.get_ylim()) for ax in chart.axes]
    assert len(spans) == 8 and spans == pytest.approx([spans[0]] * 8)
    for ax in chart.axes:
        chart.canvas.draw()
        labels = [tick.get_text() for tick in ax.get_yticklabels()]
        assert len(labels) >= 2 and all(re.fullmatch(r"\d,\d", text) for text in labels)


@pytest.mark.parametrize("width", WIDTHS)
def test_charts_go_on_by_ordinary_means(positions, width, tmp_path):
    """Each chart of one axes is drawn on axes of one's own, beside another panel and a title."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 6))
    rows = standing(positions, "84", 2024, "dimension")
    assert charts.range_chart(rows, left, lang="en", width=width) is figure
    right.plot([1, 2], [1, 2])
    figure.suptitle("Own title")
    left.axvline(0.5, color="red")
    figure.savefig(tmp_path / "own.png")
    picture = matplotlib.image.imread(tmp_path / "own.png")[..., :3]
    assert (np.abs(picture - [1, 0, 0]).sum(axis=2) < 0.1).any()
    words = {text.get_text() for text in left.texts}
    assert {"Score", "Rank", "3.58"} <= words or width == style.NARROW
    plt.close(figure)
