"""Maps and tiles: the whole territory, every class in the legend, no name over another, and never
a PAPI colour below the province."""

import functools
import re

import matplotlib.colors
import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, PathCollection
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from papi_analysis import boundaries, places
from papi_analysis.data import codebook, panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.i18n import say
from papi_analysis.plots import maps, style, tiles
from papi_analysis.plots.maps import base, labels
from papi_analysis.plots.palette import COLOURS, GROUPS, colour
from papi_analysis.plots.svg import HALO
from papi_analysis.stats import ranking
from papi_analysis.stats.spatial import local_moran

SIZES = [style.WIDE, style.NARROW]
LANGUAGES = ["vi", "en"]


@pytest.fixture(scope="module")
def provinces():
    return boundaries.provinces()


@pytest.fixture(scope="module")
def totals(levels):
    table = ranking.positions(levels, codebook.group_sizes())
    return table[table["level"].eq("total")]


@pytest.fixture(scope="module")
def groups(totals):
    return totals[totals["year"].eq(2024)]


@pytest.fixture(scope="module")
def likeness(levels, provinces):
    wide = panel.wide(levels, 2024, "dimension")[["1", "7"]]
    table = local_moran(wide, boundaries.points(provinces), permutations=100, seed=84)
    kinds = ["high_high", "low_low", "high_low", "low_high"]
    table = table[table["code"].eq("1")].reset_index(drop=True)
    return table.assign(cluster=table["cluster"].where(table.index > 3, pd.Series(kinds)))


@pytest.fixture(scope="module")
def draw(totals, groups, likeness, provinces):
    """A function that draws any map by its name."""
    delta = places.provinces().query("region == 'mekong_delta'")["province"]
    nine, many = boundaries.districts(), boundaries.communes()
    new = boundaries.provinces("2025-07")
    pairs = places.provinces().rename(columns={"successor_code": "new_code"})
    context, detail = places.district_context(), places.commune_context()
    ranks = pd.DataFrame({"year": 2024, "province": provinces.index})
    for column, year in (("rank", 2024), ("rank_before", 2023)):
        found = totals[totals["year"].eq(year)].set_index("province")["rank"]
        ranks[column] = ranks["province"].map(found)
    recent = totals[totals["year"].ge(2022)]
    own = pd.DataFrame({"code": ["842", "844", "845"], "value": [1.5, 20.0, 3.25]})
    own = own.assign(indicator="Hộ nghèo (%)", year=2024, source="Sở X")
    ways = {
        "country": lambda **o: maps.country(groups, provinces, highlight="84", **o),
        "change": lambda **o: maps.change(ranks, provinces, usual=9, highlight="84", **o),
        "clusters": lambda **o: maps.clusters(
            likeness, provinces, name="D1", year=2024, highlight="84", **o
        ),
        "years": lambda **o: maps.years(recent, provinces, name="PAPI", highlight="84", **o),
        "region": lambda **o: maps.region(
            groups, provinces.loc[delta], name="ĐBSCL", highlight="84", **o
        ),
        "successors": lambda **o: maps.successors(pairs, new, year=2024, highlight="86", **o),
        "tiles": lambda **o: tiles.grid(groups, provinces, highlight="84", **o),
        "districts": lambda **o: maps.districts(nine, context, around=provinces, **o),
        "area": lambda **o: maps.districts(nine, context, show="area", **o),
        "communes": lambda **o: maps.communes(many, detail, around=provinces, **o),
        "values": lambda **o: maps.district_values(nine, own, **o),
        "merger": lambda **o: maps.merger(nine, many, detail, **o),
    }

    @functools.cache
    def kept(name, lang, width):
        return ways[name](lang=lang, width=width)

    def way(name, *, lang="vi", width=style.WIDE, afresh=False):
        drawing = kept.__wrapped__ if afresh else kept
        return drawing(name, lang, width)

    return way


NATIONAL = ["country", "change", "clusters", "years", "successors"]
LOCAL = ["districts", "area", "communes", "values", "merger"]
ALL = [*NATIONAL, "region", "tiles", *LOCAL]


def texts(chart):
    """The words of a chart; an axis that is off has labels that nobody sees."""
    axes = [axis for ax in chart.axes if not ax.axison for axis in (ax.xaxis, ax.yaxis)]
    hidden = {id(text) for axis in axes for text in axis.findobj(Text)}
    found = [text for text in chart.findobj(Text) if id(text) not in hidden]
    return [text for text in found if text.get_text().strip()]


def boxes(chart):
    """The words of a chart with the boxes they take, in pixels (measured at four times that)."""
    chart.set_dpi(4 * 72)
    renderer = FigureCanvasAgg(chart).get_renderer()
    chart.draw(renderer)
    found = [(t.get_text(), t.get_window_extent(renderer)) for t in texts(chart)]
    chart.set_dpi(72)
    return [(text, Bbox(box.get_points() / 4)) for text, box in found]


def fills(chart):
    """What fills places, under everything else: an artist for every class of every map."""
    return [item for ax in chart.axes for item in ax.collections if item.zorder == 0]


def national_axes(chart):
    """The axes of a chart that show the whole country."""
    frame = base.national_frame()
    return [ax for ax in chart.axes if np.allclose(ax.get_xlim(), frame[::2])]


# The whole territory


@pytest.mark.parametrize("on", ["2025-06-30", "2025-07-01"])
def test_the_frame_of_a_national_map_holds_both_archipelagos_and_118_east(on):
    left, bottom, right, top = base.national_frame()
    layer = boundaries.provinces(on).to_crs(base.NATIONAL)
    for code in ("48", "56"):
        west, south, east, north = layer.geometry[code].bounds
        assert left < west and bottom < south and east < right and north < top
    edge = boundaries.provinces(on).head(1).copy()
    edge["geometry"] = shapely.LineString([(118, 6.5), (118, 23.5)])
    assert edge.set_crs(4326).to_crs(base.NATIONAL).total_bounds[2] <= right


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("name", NATIONAL)
def test_every_national_map_shows_and_names_both_archipelagos(name, width, lang, draw, provinces):
    """Each island is a circle in the colour of its province, inside the frame, and named."""
    chart = draw(name, lang=lang, width=width)
    layer = provinces.geometry.to_crs(base.NATIONAL)
    maps_of_country = national_axes(chart)
    assert maps_of_country
    for ax in maps_of_country:
        circles = [item for item in ax.collections if isinstance(item, PathCollection)]
        spots = np.vstack([np.atleast_2d(item.get_offsets()) for item in circles])
        for code in ("48", "56"):
            for part in base.archipelago(layer[code]).geoms:
                away = np.hypot(*(spots - [part.centroid.x, part.centroid.y]).T)
                assert away.min() < 3000  # metres
    words = " ".join(text.get_text() for text in texts(chart))
    labels = {
        "vi": ("Quần đảo Hoàng Sa\n(thành phố Đà Nẵng)", "Quần đảo Trường Sa\n(tỉnh Khánh Hòa)"),
        "en": ("Hoang Sa archipelago\n(Da Nang City)", "Truong Sa archipelago\n(Khanh Hoa"),
    }[lang]
    names = ("Hoàng Sa", "Trường Sa") if lang == "vi" else ("Hoang Sa", "Truong Sa")
    for label in names if name == "years" else labels:
        assert words.count(label) == len(maps_of_country)
    assert all(label in draw("tiles", lang=lang).caption.alt for label in ("Hoàng Sa", "Trường Sa"))


@pytest.mark.parametrize("name", ["country", "change", "successors"])
def test_a_wide_national_map_has_a_titled_region_beside_it(name, draw):
    country, region = draw(name).axes
    assert national_axes(draw(name)) == [country]
    assert region.get_title(loc="left") in ("Đồng bằng sông Cửu Long",
                                            "Vĩnh Long và các tỉnh, thành phố lân cận")  # fmt: skip
    named = " ".join(text.get_text() for text in region.texts).replace("\n", " ")
    for place in ("Cần Thơ", "Đồng Tháp"):
        assert place in named
    assert len(draw(name, width=style.NARROW).axes) == 1


def test_a_map_of_likeness_that_found_none_is_a_sentence(likeness, provinces):
    chart = maps.clusters(likeness.assign(cluster=""), provinces, name="D1", year=2024, lang="en")
    assert not chart.axes and chart.caption.alt.startswith("D1: 0 of 61 provinces are like")


def test_a_national_map_shows_equal_areas_equally(provinces):
    """Every province takes the same share of the map as of the ellipsoid."""
    import pyproj

    drawn = provinces.to_crs(base.NATIONAL).area
    ball = pyproj.Geod(ellps="WGS84")
    parts = provinces.geometry.explode()
    real = parts.map(lambda shape: abs(ball.geometry_area_perimeter(shape)[0]))
    assert np.allclose(drawn / real.groupby(level=0).sum(), 1, atol=1e-4)


@pytest.mark.parametrize("name", ["area", "country", "region"])
def test_maps_are_true_to_scale(name, draw):
    """A metre is as long upwards as to the right."""
    chart = draw(name)
    for ax in chart.axes:
        (a, b), (c, d) = ax.transData.transform([(0, 0), (1000, 1000)])
        assert c - a == pytest.approx(d - b, rel=1e-6)


# Classes and their colours


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["country", "tiles"])
def test_all_classes_stand_in_the_legend_also_the_empty_ones(name, lang, groups, provinces):
    """Every province in the highest group: the others are empty, the order is the same."""
    table = groups.assign(group=4)
    function = {"country": maps.country, "tiles": tiles.grid}[name]
    words = [text.get_text() for text in texts(function(table, provinces, lang=lang))]
    order = [say(lang, maps.GROUP_NAMES[g]) for g in (4, 3, 2, 1)] + [say(lang, "not published")]
    expected = [f"{n.capitalize()} ({63 * (i == 0)})" for i, n in enumerate(order)]
    assert [word for word in words if word in expected] == expected


@pytest.mark.parametrize(
    "name", ["country", "change", "clusters", "successors", "tiles", "region", *LOCAL[:4]]
)
def test_the_counts_of_the_legend_add_up_to_all_places(name, draw):
    words = "\n".join(text.get_text() for text in texts(draw(name)))
    counts = [int(n) for n in re.findall(r"\((\d+)\)$", words, flags=re.M)]
    places_of = {
        "successors": 34,
        "region": 13,
        "districts": 9,
        "area": 9,
        "values": 9,
        "communes": 41,
    }
    assert sum(counts) == places_of.get(name, 63)


@pytest.mark.parametrize("name", ALL)
def test_a_class_is_one_artist(name, draw):
    chart = draw(name)
    assert len(chart.findobj(Collection)) <= 16 * len(chart.axes) + 8, name
    assert len(fills(chart)) <= 6 * len(chart.axes)


def test_provinces_without_a_total_are_hatched(groups, provinces):
    """Tiền Giang and Vĩnh Phúc in 2024; and one whose row is missing."""
    chart = maps.country(groups[groups["province"] != "01"], provinces)
    (hatched,) = [item for item in fills(chart) if item.get_hatch()]
    layer = provinces.geometry.to_crs(base.NATIONAL)[["01", "26", "82"]]
    drawn = shapely.union_all([shapely.Polygon(p.vertices) for p in hatched.get_paths()])
    assert drawn.contains(shapely.union_all(layer.representative_point().to_numpy()))
    assert len(hatched.get_paths()) == 3


def faces(chart):
    """Colours that fill places, not those of the legend."""
    found = set()
    for item in fills(chart):
        found |= {matplotlib.colors.to_hex(c) for c in item.get_facecolor() if c[3] > 0}
    return found


@pytest.mark.parametrize("name", LOCAL)
def test_no_place_below_the_province_has_a_papi_colour(name, draw):
    scores = {colour(group) for group, _ in GROUPS.values()}
    used = faces(draw(name))
    assert used and not used & scores


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["districts", "area", "communes", "values"])
def test_every_map_of_districts_says_that_papi_has_no_score_there(name, lang, draw):
    words = draw(name, lang=lang).caption
    sentence = {"vi": "PAPI không có điểm dưới cấp tỉnh", "en": "PAPI has no score below"}[lang]
    assert sentence in words.alt
    if name != "values":
        assert sentence in words.subtitle


def test_papi_on_a_map_of_districts_is_refused_with_the_reason():
    nine, context = boundaries.districts(), places.district_context()
    for options in ({"show": "papi"}, {"show": "PAPI 2024"}):
        with pytest.raises(DataError, match="3 of nine districts"):
            maps.districts(nine, context, **options)
    for column in ("score", "rank", "group"):
        with pytest.raises(DataError, match="provinces only"):
            maps.districts(nine, context.assign(**{column: 1}))
    with pytest.raises(ParameterError, match="minority, area, communes"):
        maps.districts(nine, context, show="gdp")


def test_districts_without_a_figure_are_hatched_and_a_cut_list_says_at_least(draw):
    chart = draw("districts", lang="en")
    (hatched,) = [item for item in fills(chart) if item.get_hatch()]
    assert len(hatched.get_paths()) == 4  # Cầu Ngang, Trà Cú, two Duyên Hải
    words = [text.get_text() for text in texts(chart)]
    assert "H. Cầu Ngang\nat least 4 of 15" in words or any("at least 4 of 15" in w for w in words)
    title = chart.caption.title  # nobody is crowned among what is unknown
    assert title.endswith("complete for 5 of 9 districts") and "Tieu Can" not in title


@pytest.mark.parametrize(
    ("values", "legend"),
    [
        ([7, 8, 8, 7, 9, 11, 10, 7, 13], ["7 – 8 (3)", "8 – 10 (3)", "10 – 13 (3)"]),
        ([1.5, None, 3], ["1,5 – 3 (1)", "3 (1)"]),
        ([4, 4, 4], ["4 (3)"]),
    ],
)
def test_no_class_of_a_users_figures_is_empty(values, legend):
    nine = boundaries.districts()
    own = pd.DataFrame({"code": nine.index[: len(values)], "value": values})
    facts = {"indicator": "A", "year": 2024, "source": "S"}
    chart = maps.district_values(nine, own.assign(**facts))
    words = [text.get_text() for text in texts(chart)]
    assert [word for word in words if re.search(r"\d \(\d\)$", word)] == legend


def test_a_users_figures_keep_their_source_and_their_holes(draw):
    chart = draw("values")
    assert chart.caption.source.startswith("Sở X.")
    assert chart.caption.title == "Hộ nghèo (%), 2024"
    assert chart.caption.alt.count("chưa rõ") == 6
    assert "1,5" in chart.caption.alt and "3,25" in chart.caption.alt


# Words


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("name", ALL)
def test_no_words_collide_or_leave_the_drawing(name, width, lang, draw):
    chart = draw(name, width=width, lang=lang)
    found = boxes(chart)
    high = chart.get_size_inches()[1] * chart.dpi
    least = style.LEAST_ON_A_PHONE if width == style.NARROW else style.LEAST
    assert min(text.get_fontsize() for text in texts(chart)) >= least
    for i, (text, box) in enumerate(found):
        assert box.x0 >= -0.5 and box.x1 <= width + 0.5, text
        assert box.y0 >= -0.5 and box.y1 <= high + 0.5, text
        for other, second in found[i + 1 :]:
            across = min(box.x1, second.x1) - max(box.x0, second.x0)
            upwards = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert across <= 1 or upwards <= 3, f"{text!r} over {other!r}"


@pytest.mark.parametrize("name", ["districts", "area", "values"])
@pytest.mark.parametrize("width", SIZES)
def test_all_nine_districts_are_named(name, width, draw):
    words = " ".join(text.get_text() for text in texts(draw(name, width=width)))
    for district in places.districts()["name_vi"]:
        assert district.split(" ")[-1] in words, district


def test_all_41_communes_are_named_where_there_is_room(draw):
    words = " ".join(text.get_text() for text in texts(draw("communes"))).replace("\n", " ")
    for commune in boundaries.communes()["name_vi"]:
        assert commune.removeprefix("Xã ").removeprefix("Phường ") in words, commune


@pytest.mark.parametrize("width", SIZES)
def test_names_of_tiles_stay_in_their_tiles(width, draw):
    tile = width / 7 if width < 500 else 68
    entries = ("Tổng", "nhóm", "Nhóm", "Không")  # words of the legend
    found = [(t, b) for t, b in boxes(draw("tiles", width=width)) if not t.startswith(entries)]
    assert len(found) == 65  # 63 and the two archipelagos
    for text, box in found:
        assert box.width <= tile and box.height <= 40, text


@pytest.mark.parametrize("name", ALL)
def test_a_map_carries_its_words_in_both_languages(name, draw):
    vi, en = (draw(name, lang=lang).caption for lang in LANGUAGES)
    for words in (vi, en):
        assert words.title and words.subtitle and words.alt
    assert vi.subtitle != en.subtitle and vi.alt != en.alt
    assert "Map" not in vi.alt and "provinces" not in vi.alt


@pytest.mark.parametrize("name", [*NATIONAL, "region", *LOCAL])
def test_every_map_says_what_its_boundaries_are(name, draw):
    assert "not an official boundary" in draw(name, lang="en").caption.source
    assert "không phải ranh giới chính thức" in draw(name, lang="vi").caption.source


def test_the_source_of_a_users_layer_takes_the_place_of_ours(groups, tmp_path):
    path = tmp_path / "own.geojson"
    boundaries.provinces().rename_axis("code").reset_index()[["code", "geometry"]].to_file(path)
    layer = boundaries.load_layer(path, "province")
    source = maps.country(groups, layer, lang="en").caption.source
    assert (
        source == "Boundaries: own.geojson, given by the user; not verified as official boundaries."
    )


def test_titles_state_the_finding(draw):
    assert draw("country", lang="en").caption.title == "Tra Vinh is in the lowest group of 2024"
    assert draw("change", lang="en").caption.title == "Tra Vinh went from rank 54 to 57 in 2024"
    assert "number 10 of 12" in draw("region", lang="en").caption.title
    assert "104 communes became 41; 3 of them" in draw("merger", lang="en").caption.title


def test_the_alternative_text_tells_the_map_from_its_numbers(draw, groups):
    alt = draw("country", lang="en").caption.alt
    names = groups.merge(places.provinces(), on="province")
    lowest = names[names["group"].eq(1)]["name_en"]
    told = alt[alt.index("Lowest group (") :].split(".")[0]
    assert f"({len(lowest)})" in told and all(name in told for name in lowest)
    assert "Not published (2): Tien Giang, Vinh Phuc." in alt


def test_a_province_without_a_total_is_told_so(groups, provinces):
    title = maps.country(groups, provinces, highlight="26", lang="en").caption.title
    assert title == "No PAPI total of 2024 is published for Vinh Phuc"


# Tables that cannot be mapped


def test_tables_that_cannot_be_mapped_are_refused(groups, totals, provinces):
    doubled = pd.concat([groups, groups.head(1)])
    strange = pd.concat([groups, groups.head(1).assign(province="99")])
    for table in (totals, doubled, strange):
        with pytest.raises(ParameterError, match="one row per province of one year"):
            maps.country(table, provinces)
        with pytest.raises(ParameterError):
            tiles.grid(table, provinces)
    with pytest.raises(ParameterError):
        maps.country(groups, boundaries.provinces("2025-07"))
    context = places.district_context()
    with pytest.raises(ParameterError, match="842"):
        maps.districts(boundaries.districts(), pd.concat([context, context.head(1)]))


# Tiles


@pytest.mark.parametrize("on", ["2025-06-30", "2025-07-01"])
def test_the_grid_has_every_province_once(on):
    grid = {63: tiles.GRID_63, 34: tiles.GRID_34}
    codes = boundaries.provinces(on).index
    found = [code for code in grid[len(codes)].split() if code != ".."]
    assert sorted(found) == sorted([*codes, "HS", "TS"])


def test_tiles_lie_as_the_provinces_do(provinces):
    """Down the grid is south, to the right is east: ranks agree."""
    spots = pd.DataFrame(tiles.positions(tiles.GRID_63), index=["row", "column"]).T
    points = boundaries.points(provinces).join(spots)
    assert points["lat"].corr(-points["row"], method="spearman") > 0.95
    assert points["lon"].corr(points["column"], method="spearman") > 0.65


def test_a_grid_of_other_provinces_is_refused(groups, provinces):
    with pytest.raises(ParameterError, match="63 provinces"):
        tiles.grid(groups.head(5), provinces.head(5))


# Drawing


@pytest.mark.parametrize("name", ["country", "region", "districts", "merger"])
def test_a_drawing_is_the_same_twice(name, draw):
    assert style.svg(draw(name)) == style.svg(draw(name, afresh=True))


@pytest.mark.parametrize("name", ALL)
def test_a_saved_picture_shows_what_is_seen(name, draw, tmp_path):
    """Every colour that fills a place on the page fills pixels of the saved file too."""
    chart = draw(name, afresh=True)
    kinds = "group[1-4]|context[1-4]|ahead|behind|land"
    seen = set(re.findall(rf"fill:\s*var\(--c-(?:{kinds}),\s*(#[0-9a-f]{{6}})\)", style.svg(chart)))
    chart.savefig(tmp_path / "map.png", dpi=144)
    pixels = (matplotlib.image.imread(tmp_path / "map.png") * 255).round().astype(int)
    opaque = pixels[pixels[..., 3] == 255][:, :3]
    there = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.unique(opaque, axis=0).tolist()}
    assert len(seen) > 1 and seen <= there
    assert len(opaque) > 0.05 * pixels.shape[0] * pixels.shape[1]


@pytest.mark.parametrize("name", ALL)
def test_a_drawing_has_only_colours_of_the_palette(name, draw):
    drawing = style.svg(draw(name))
    known = {pair[0] for pair in COLOURS.values()}
    assert set(re.findall(r"#[0-9a-f]{6}\b", drawing)) <= known
    assert len(drawing) < 250_000


def test_a_name_over_a_border_is_readable_on_both_sides(draw):
    """On a phone Châu Thành, in white on its own dark colour, reaches over the light city."""
    (name,) = [t for t in texts(draw("area", width=style.NARROW)) if "Châu Thành" in t.get_text()]
    assert name.get_gid() == HALO and name.get_color() == colour("ink")


def test_a_line_to_a_name_keeps_off_other_places_where_it_can():
    """East of the place a wall stands as near as the open sea lies to its north."""
    place, wall = shapely.box(95, 95, 105, 105), shapely.box(105, 40, 118, 160)
    sea = labels.outside(place, (10, 10), place | wall, [], (400, 400))
    assert not shapely.LineString([(100, 100), sea]).intersects(wall.buffer(-1))
    assert labels.outside(place, (10, 10), place, [], (400, 400))[0] > 110  # to the right, by habit


def test_a_name_keeps_to_its_place_where_it_fits():
    place = shapely.box(0, 0, 60, 60)
    assert labels.inside(place, (40, 20), []) == pytest.approx((30, 30), abs=1)
    assert labels.inside(place, (70, 20), []) is None
    # the lower half is taken: the name moves to the upper one
    _, y = labels.inside(place, (40, 20), [shapely.box(0, 30, 60, 60)])
    assert y <= 20


def test_a_map_goes_on_by_ordinary_means(groups, provinces, tmp_path):
    """A title, an overlay and a second panel; the same map on axes of one's own; any column."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 5))
    assert maps.country(groups, provinces, left, highlight="84") is figure
    before = len(left.collections)
    provinces.to_crs(base.NATIONAL).loc[["79"]].boundary.plot(ax=left, color="black")
    assert len(left.collections) == before + 1
    nine = boundaries.districts()
    nine["share"] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, None, 0.9]
    maps.choropleth(nine, "share", right, title="Share", lang="en")
    figure.suptitle("Two maps")
    figure.savefig(tmp_path / "two.png")
    picture = matplotlib.image.imread(tmp_path / "two.png")
    half = picture.shape[1] // 2
    for part in (picture[:, :half], picture[:, half:]):
        assert len(np.unique(part[..., :3].reshape(-1, 3), axis=0)) > 50
    plt.close(figure)
