"""Drawings keyed like places, layers of a user accepted only when sound, a download that is kept
only when it is the pinned file."""

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import ClassVar

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from papi_analysis import boundaries, i18n, places
from papi_analysis.boundaries import issues, reading
from papi_analysis.boundaries.drawings import Layer
from papi_analysis.errors import DataError, EnvironmentFault, ParameterError, SourceError

HERE = ["hoang_sa", "truong_sa"]


@pytest.fixture(scope="module")
def districts():
    return boundaries.districts()


@pytest.fixture
def save(districts, tmp_path):
    """A function that writes a changed copy of the districts and gives its path."""

    def write(change=None, name="layer.geojson", **options):
        layer = districts.reset_index()[["code", "name_vi", "geometry"]]
        layer = layer if change is None else change(layer)
        path = tmp_path / name
        layer.to_file(path, **options)
        return path

    return write


def codes(path, level="district", **options):
    """The diagnoses with which a layer is refused."""
    with pytest.raises(SourceError) as error:
        boundaries.load_layer(path, level, **options)
    return [item.code for item in error.value.issues]


# Drawings


@pytest.mark.parametrize(("on", "count"), [(None, 63), ("2025-06-30", 63), ("2025-07-01", 34)])
def test_drawings_have_the_provinces_in_force(on, count):
    layer = boundaries.provinces(on)
    assert len(layer) == count
    assert layer.index.tolist() == places.units("province", on)["code"].tolist()
    assert layer["name_vi"].tolist() == places.units("province", on)["name_vi"].tolist()


def test_drawings_of_tra_vinh_have_its_units(districts):
    assert districts.index.tolist() == places.districts()["code"].tolist()
    crosswalk = places.communes_crosswalk()
    assert set(boundaries.communes().index) == set(crosswalk["new_code"])


@pytest.mark.parametrize("on", ["2025-06-30", "2025-07-01"])
@pytest.mark.parametrize("name", HERE)
def test_both_archipelagos_belong_to_their_provinces(on, name):
    code, _, _, bounds = boundaries.ARCHIPELAGOS[name]
    layer = boundaries.provinces(on)
    sea = shapely.box(*bounds)
    assert layer.index[layer.intersects(sea)].tolist() == [code]
    assert {"hoang_sa": "Đà Nẵng", "truong_sa": "Khánh Hòa"}[name] == layer.loc[code, "name_vi"]
    assert sum(part.within(sea) for part in layer.geometry[code].geoms) >= 7


@pytest.mark.parametrize("layer", ["provinces", "districts", "communes"])
def test_drawings_are_coverages_without_overlap(layer):
    shapes = getattr(boundaries, layer)().geometry.to_numpy()
    assert shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)


def test_points_lie_inside_the_largest_part():
    layer = boundaries.provinces()
    points = boundaries.points(layer)
    assert points.index.equals(layer.index)
    spots = gpd.points_from_xy(points["lon"], points["lat"])
    assert layer.geometry.contains(gpd.GeoSeries(spots, index=layer.index, crs=4326)).all()
    assert points.loc["56", "lon"] < 110  # Khánh Hòa's point is ashore, not on Trường Sa


def test_a_missing_drawing_says_how_to_restore_it(tmp_path):
    (tmp_path / "papi").mkdir()
    (tmp_path / "papi" / "scores.csv").touch()
    with pytest.raises(SourceError, match="git checkout"):
        boundaries.districts(data=tmp_path)


REFERENCES = [
    ("districts", None, "travinh_districts_from_communes2025_100m.geojson", 0.90),
    # this one gives water of the river mouths to districts; on land it is compared below
    ("districts", None, "travinh_districts_dvhcvn_100m.geojson", 0.86),
    ("communes", None, "travinh_communes2025_tlq_100m.geojson", 0.83),
    ("provinces", None, "vn_provinces63_odm_800m_slim.geojson", 0.88),
    ("provinces", "2025-07", "vn_provinces34_odm_800m_slim.geojson", 0.88),
]


@pytest.mark.parametrize(("kind", "on", "file", "least"), REFERENCES)
def test_drawings_agree_with_detailed_layers(kind, on, file, least, reference):
    """Area of both over area of either, for every unit."""
    drawing = boundaries.provinces(on) if kind == "provinces" else getattr(boundaries, kind)()
    detailed = gpd.read_file(reference(f"boundaries/{file}")).set_index("code")
    shares = boundaries.iou(drawing, detailed)
    assert set(shares) == set(drawing.index)
    assert min(shares.values()) >= least
    assert sum(shares.values()) / len(shares) >= 0.91


def test_the_124_communes_of_vinh_long_are_those_of_its_former_provinces(reference):
    layer = boundaries.communes("86")
    assert len(layer) == 124 and shapely.coverage_is_valid(layer.geometry.to_numpy())
    of_tra_vinh = layer.index[layer["former_province"].str.contains("Trà Vinh")]
    assert set(of_tra_vinh) == set(boundaries.communes().index)
    assert {"Bến Tre", "Trà Vinh", "Vĩnh Long"} == {
        name for text in layer["former_province"] for name in text.split("; ")
    }
    detailed = gpd.read_file(reference("boundaries/vinh_long_communes2025_tlq.geojson"))
    key = "code" if "code" in detailed else "ma"
    shares = boundaries.iou(layer, detailed.set_index(key))
    assert len(shares) == 124 and min(shares.values()) > 0.95
    with pytest.raises(ParameterError, match="84"):
        boundaries.communes("01")


def land_of(reference):
    """The land of the 41 communes."""
    file = reference("boundaries/travinh_communes2025_tlq_100m.geojson")
    return shapely.union_all(shapely.make_valid(gpd.read_file(file).geometry.to_numpy()))


def test_the_table_of_the_documentation_is_what_is_measured(reference):
    page = (Path(__file__).parents[1] / "docs" / "maps.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| \d+ \w+ \| .+? \| (0\.\d\d) \| (0\.\d\d) \| (.+) \|$", page, re.M)
    found = []
    for kind, on, file, _ in REFERENCES:
        drawing = boundaries.provinces(on) if kind == "provinces" else getattr(boundaries, kind)()
        detailed = gpd.read_file(reference(f"boundaries/{file}")).set_index("code")
        pairs = [(drawing, detailed)]
        if "dvhcvn" in file:
            valid = detailed.set_geometry(shapely.make_valid(detailed.geometry.to_numpy()))
            land = land_of(reference)
            pairs.append([g.set_geometry(g.geometry.intersection(land)) for g in (drawing, valid)])
        for one, two in pairs:
            shares = boundaries.iou(one, two)
            least = min(shares, key=shares.get)
            mean = sum(shares.values()) / len(shares)
            row = (f"{mean:.2f}", f"{shares[least]:.2f}", drawing.loc[least, "name_vi"])
            found.append(row)
    assert len(told) == 6 and told == found


def test_all_nine_districts_agree_on_land_with_a_layer_that_counts_water(reference):
    """Both are cut to the land of the 2025 communes: what one layer gives to districts besides is
    water, most of it in the mouths of the Cổ Chiên and the Hậu, and none of it inland."""
    water_layer = reference("boundaries/travinh_districts_dvhcvn_100m.geojson")
    land = land_of(reference)
    detailed = gpd.read_file(water_layer).set_index("code")
    detailed = detailed.set_geometry(shapely.make_valid(detailed.geometry.to_numpy()))
    drawing = boundaries.districts()
    on_land = [gdf.set_geometry(gdf.geometry.intersection(land)) for gdf in (drawing, detailed)]
    shares = boundaries.iou(*on_land)
    assert set(shares) == set(drawing.index) and min(shares.values()) >= 0.90
    water = detailed.geometry.difference(land).to_crs(9209).area / 1e6
    assert water.nlargest(4).index.tolist() == ["847", "848", "851", "850"]
    assert water.nlargest(4).sum() > 0.9 * water.sum()


# A user's layer


@pytest.mark.parametrize("file", [row[2] for row in REFERENCES])
def test_detailed_layers_are_accepted_and_their_level_is_found(file, reference):
    on = "2025-07" if "34" in file else None
    layer = boundaries.load_layer(reference(f"boundaries/{file}"), on=on)
    expected = {"districts": "district", "communes": "commune", "provinces": "province"}
    assert expected[re.search("districts|communes|provinces", file)[0]] == layer.attrs["level"]
    assert shapely.is_valid(layer.geometry.to_numpy()).all()


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.topojson", "a.txt"])
def test_the_four_formats_give_the_same_layer(name, save, districts):
    if name == "a.topojson":
        topojson = pytest.importorskip("topojson")
        path = save()
        text = topojson.Topology(gpd.read_file(path), prequantize=False).to_json()
        path.write_text(text, encoding="utf-8")
    elif name == "a.txt":  # told by its bytes, not by its name
        path = save().rename(save().with_name(name))
    else:
        path = save(name=name)
    layer = boundaries.load_layer(path, "district")
    assert layer.index.tolist() == districts.index.tolist()
    assert layer["name_vi"].equals(districts["name_vi"])
    assert min(boundaries.iou(layer, districts).values()) > 0.999
    sentence, values = boundaries.source(layer)
    assert path.name in sentence.format(**values)


def test_a_layer_in_the_vn_2000_zone_of_tra_vinh_is_brought_to_degrees(save, districts):
    layer = boundaries.load_layer(save(lambda t: t.to_crs(9209), "a.gpkg"), "district")
    assert layer.crs == "EPSG:4326"
    assert min(boundaries.iou(layer, districts).values()) > 0.999


def test_the_neighbouring_zone_is_refused_with_the_distance(save):
    path = save(lambda t: t.to_crs(9209).set_crs(9210, allow_override=True), "a.gpkg")
    with pytest.raises(SourceError) as error:
        boundaries.load_layer(path, "district")
    (only,) = error.value.issues
    assert only.code == "E-CRS" and dict(only.values)["distance"] in (27, 28)
    assert "9209" in only.mend


def test_metres_read_as_degrees_are_refused(save):
    """GeoJSON has no place for a coordinate system; its readers take everything as WGS 84."""
    path = save(lambda t: t.to_crs(9209).set_crs(4326, allow_override=True))
    assert codes(path) == ["E-CRS"]
    assert codes(save(lambda t: t.to_crs(9209).set_crs(None, allow_override=True), "m.shp")) == [
        "E-CRS"
    ]


def test_latitude_before_longitude_is_refused(save):
    def swapped(table):
        turned = table.geometry.map(lambda shape: shapely.transform(shape, lambda xy: xy[:, ::-1]))
        return table.set_geometry(gpd.GeoSeries(turned, crs=4326))

    assert codes(save(swapped)) == ["E-CRS"]


def test_degrees_without_a_named_system_are_taken_with_a_warning(save):
    path = save(lambda t: t.set_crs(None, allow_override=True), "a.shp")
    layer = boundaries.load_layer(path, "district")
    assert [item.code for item in layer.attrs["warnings"]] == ["W-CRS"]


def test_a_layer_of_another_province_is_refused(save):
    def away(table):
        return table.set_geometry(table.geometry.translate(-0.5, 3))

    assert codes(save(away)) == ["E-GEO-PLACE"]


def test_another_level_is_refused(tmp_path):
    path = tmp_path / "communes.geojson"
    boundaries.communes().reset_index()[["code", "name_vi", "geometry"]].to_file(path)
    assert codes(path, "district") == ["E-GEO-LEVEL"]
    assert codes(path, "province") == ["E-GEO-LEVEL"]
    assert boundaries.load_layer(path).attrs["level"] == "commune"


def test_a_missing_a_doubled_and_an_unknown_district_are_all_named_at_once(save):
    def spoilt(table):
        changed = table[table["code"] != "844"].copy()
        changed.loc[changed["code"] == "845", "code"] = "846"
        changed.loc[changed["code"] == "847", "code"] = "999"
        return changed

    found = codes(save(spoilt))
    assert sorted(found) == [
        "E-DISTRICT-DUP",
        "E-DISTRICT-MISSING",
        "E-DISTRICT-MISSING",
        "E-DISTRICT-MISSING",
        "E-DISTRICT-UNKNOWN",
    ]


def test_codes_are_understood_as_numbers(save):
    path = save(lambda t: t.assign(code=t["code"].astype(float)), "a.gpkg")
    assert len(boundaries.load_layer(path, "district")) == 9


@pytest.mark.parametrize(
    "names",
    [
        lambda t: t["name_vi"],
        lambda t: t["name_vi"].str.replace("Huyện", "H").str.upper(),
        lambda t: t["name_vi"].map(places.without_accents),
    ],
    ids=["with type", "capitals", "without accents"],
)
def test_without_codes_place_name_and_type_decide(names, save, districts):
    def named(table):
        texts = names(table).where(lambda s: ~s.str.startswith("H "), table["name_vi"])
        return table.assign(ten=texts).drop(columns=["code", "name_vi"])

    layer = boundaries.load_layer(save(named), "district")
    assert min(boundaries.iou(layer, districts).values()) > 0.999


def test_the_type_may_stand_in_a_column_of_its_own(save, districts):
    def apart(table):
        split = table["name_vi"].str.extract(r"^(Thành phố|Thị xã|Huyện) (.*)$")
        return table[["geometry"]].assign(loai=split[0], ten=split[1])

    layer = boundaries.load_layer(save(apart), "district")
    assert min(boundaries.iou(layer, districts).values()) > 0.999


def test_two_duyen_hai_without_a_type_are_ambiguous(save):
    def bare(table):
        short = table["name_vi"].str.replace(r"^(Thành phố|Thị xã|Huyện) ", "", regex=True)
        return table[["geometry"]].assign(ten=short)

    assert codes(save(bare)) == ["E-DISTRICT-AMBIGUOUS"] * 2


def test_chau_thanh_of_another_province_is_not_taken_for_that_of_tra_vinh(save):
    """A layer by name that holds other provinces too: only places inside count."""

    def wider(table):
        other = table[table["code"] == "847"]
        other = other.set_geometry(other.geometry.translate(-1, 0))
        return pd.concat([table, other], ignore_index=True).drop(columns="code")

    assert len(boundaries.load_layer(save(wider), "district")) == 9


def test_codes_on_the_wrong_places_are_refused(save):
    def crossed(table):
        return table.assign(code=table["code"].replace({"844": "845", "845": "844"}))

    assert codes(save(crossed)) == ["E-GEO-PLACE"] * 2


def test_overlapping_districts_are_refused(save):
    def grown(table):
        shapes = table.geometry.where(table["code"] != "846", table.geometry.buffer(0.02))
        return table.set_geometry(shapes)

    assert set(codes(save(grown))) == {"E-GEOM-OVERLAP"}


def bow(shape, size):
    """A polygon that crosses itself in a corner of so many degrees."""
    ring = list(shape.exterior.coords)
    x, y = ring[0]
    tie = [(x, y), (x + size, y + size), (x + size, y), (x, y + size), (x, y)]
    return shapely.Polygon([*tie, *ring[1:]])


def test_a_small_crossing_is_repaired_with_a_warning_and_a_large_one_refused(save, districts):
    def spoilt(size):
        shape = bow(districts.geometry["844"], size)
        assert not shape.is_valid

        def change(table):
            pairs = zip(table["code"], table.geometry, strict=True)
            shapes = [shape if code == "844" else other for code, other in pairs]
            return table.set_geometry(gpd.GeoSeries(shapes, crs=4326))

        return change

    layer = boundaries.load_layer(save(spoilt(0.004)), "district")
    assert [item.code for item in layer.attrs["warnings"]] == ["W-GEOM-REPAIRED"]
    assert layer.is_valid.all()
    assert "E-GEOM" in codes(save(spoilt(0.3)))


@pytest.mark.parametrize("shape", [None, shapely.Point(106.3, 9.9), shapely.Polygon()])
def test_what_is_no_area_is_refused(shape, save):
    def spoilt(table):
        shapes = [
            shape if c == "842" else s for c, s in zip(table["code"], table.geometry, strict=True)
        ]
        return table.set_geometry(gpd.GeoSeries(shapes, crs=4326))

    assert "E-GEOM" in codes(save(spoilt, "a.geojson"))


@pytest.mark.parametrize("name", HERE)
def test_a_national_layer_without_an_archipelago_is_refused(name, tmp_path):
    code, label, _, bounds = boundaries.ARCHIPELAGOS[name]
    layer = boundaries.provinces()
    layer.loc[code, "geometry"] = layer.geometry[code].difference(shapely.box(*bounds))
    path = tmp_path / "vn.gpkg"
    layer.rename_axis("code").reset_index()[["code", "geometry"]].to_file(path)
    with pytest.raises(SourceError) as error:
        boundaries.load_layer(path, "province")
    (only,) = error.value.issues
    assert (only.code, dict(only.values)["name"]) == ("E-GEO-PLACE", label)


def test_the_64th_province_is_no_province(tmp_path):
    """63 provinces where 34 are asked for, and the other way round."""
    for on, other in ((None, "2025-07"), ("2025-07", None)):
        path = tmp_path / f"{on}.gpkg"
        boundaries.provinces(on).rename_axis("code").reset_index()[["code", "geometry"]].to_file(
            path
        )
        assert len(boundaries.load_layer(path, "province", on=on)) in (63, 34)
        assert codes(path, "province", on=other)


# Districts of another province


@pytest.fixture(scope="module")
def can_tho():
    """The province cut into nine strips from west to east, which are not its real districts."""
    units = places.districts_of("92").set_index("code")
    shape = boundaries.provinces().geometry["92"]
    west, south, east, north = shape.bounds
    edges = [west + i / 9 * (east - west) for i in range(10)]
    shapes = [shape.intersection(shapely.box(a, south, b, north)) for a, b in pairwise(edges)]
    return gpd.GeoDataFrame(units, geometry=shapes, crs=4326).reset_index()


@pytest.fixture
def keep(tmp_path):
    """A function that writes a layer and gives its path."""

    def write(layer, name="layer.geojson"):
        layer.to_file(tmp_path / name)
        return tmp_path / name

    return write


@pytest.mark.parametrize("names", ["code", "name_vi", "name_en"])
def test_districts_of_another_province_are_known_by_code_or_by_name_and_type(names, can_tho, keep):
    layer = boundaries.load_layer(keep(can_tho[[names, "geometry"]]), province="92")
    assert layer.attrs["level"] == "district" and len(layer) == 9
    assert layer["name_vi"]["916"] == "Quận Ninh Kiều"
    assert min(boundaries.iou(layer, can_tho.set_index("code")).values()) > 0.999


def test_a_country_wide_layer_serves_every_province_it_holds(can_tho, districts, keep):
    own = districts.reset_index()[["code", "name_vi", "geometry"]]
    both = pd.concat([can_tho[["code", "name_vi", "geometry"]], own], ignore_index=True)
    path = keep(both.drop(columns="code"))
    for code in ("92", "84"):
        assert len(boundaries.load_layer(path, "district", province=code)) == 9


@pytest.mark.parametrize("column", ["code", "name_vi"])
@pytest.mark.parametrize("level", ["district", None])
def test_a_layer_of_another_province_says_whose_it_is_and_how_to_ask(
    column, level, can_tho, districts, keep
):
    own = districts.reset_index()[["code", "name_vi", "geometry"]]
    both = {("92", "Cần Thơ", "Trà Vinh", "tra-vinh"): own,
            ("84", "Trà Vinh", "Cần Thơ", "can-tho"): can_tho}  # fmt: skip
    for (code, asked, other, slug), layer in both.items():
        path = keep(layer[[column, "geometry"]])
        with pytest.raises(SourceError) as error:
            boundaries.load_layer(path, level, province=code)
        (only,) = error.value.issues
        assert only.code == "E-GEO-PROVINCE"
        assert only.as_dict()["message"].endswith(f"of {other}, not those of {asked}")
        assert f"--province {slug}" in only.as_dict()["mend"]


def moved_away(table, code):
    """The layer with one small part of a district left, and that in the next province."""
    speck = shapely.box(105.6, 9.75, 105.62, 9.77)
    shapes = [speck if c == code else s for c, s in zip(table["code"], table.geometry, strict=True)]
    return table.set_geometry(gpd.GeoSeries(shapes, crs=4326))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.set_geometry(t.geometry.translate(-0.25, 0)), "E-CRS"),  # 27 km off
        (lambda t: t.set_geometry(t.geometry.translate(0.06, -0.06)), "E-CRS"),  # 9 km off
        (lambda t: t.set_geometry(t.geometry.scale(0.5, 0.5)), "E-GEO-PLACE"),  # fills a quarter
        (lambda t: moved_away(t, "925"), "E-GEO-PLACE"),  # one of nine lies in Hậu Giang
        (lambda t: t[t["code"].ne("916")], "E-DISTRICT-MISSING"),
        (lambda t: t.assign(code=t["code"].replace("916", "842")), "E-DISTRICT-MISSING"),
    ],
)
def test_districts_that_are_not_those_of_the_province_are_refused(change, code, can_tho, keep):
    assert code in codes(keep(change(can_tho)), province="92")


def test_districts_of_one_province_are_refused_for_another(can_tho, keep):
    path = keep(can_tho)
    assert codes(path, province="91") and codes(path, province="84")


def test_a_table_may_be_about_the_districts_of_another_province(tmp_path):
    path = table(tmp_path / "a.csv", ["916,A,1,2024,S"])
    found = boundaries.read_district_table(path, province="92").set_index("code")["value"]
    assert len(found) == 9 and found.dropna().to_dict() == {"916": 1}
    with pytest.raises(SourceError):
        boundaries.read_district_table(path)


BAD_FILES = {
    "E-FILE-EMPTY": b"",
    "E-FILE-TYPE": b"PK\x03\x04 a packed archive",
    "E-FILE-BROKEN": b'{"type": "FeatureCollection", "features": [{"type": "Fea',
    "E-LFS-POINTER": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
}


@pytest.mark.parametrize("code", BAD_FILES)
def test_files_that_are_no_layers_are_refused(code, tmp_path):
    path = tmp_path / "layer.geojson"
    path.write_bytes(BAD_FILES[code])
    assert codes(path) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"type": "Feature"}', "E-FILE-TYPE"),
        ('{"type": "FeatureCollection", "features": []}', "E-FILE-BROKEN"),
        ("[1, 2]", "E-FILE-TYPE"),
        ("code,name\n842,x\n", "E-FILE-TYPE"),
        ('{"type":' * 50_000, "E-FILE-BROKEN"),
    ],
)
def test_text_that_is_no_layer_is_refused(text, code, tmp_path):
    path = tmp_path / "layer.geojson"
    path.write_text(text, encoding="utf-8")
    assert codes(path) == [code]


def test_a_path_that_is_no_file_is_refused(tmp_path):
    assert codes(tmp_path) == ["E-NOT-A-FILE"]
    assert codes(tmp_path / "none.gpkg") == ["E-NOT-FOUND"]


def test_a_shapefile_without_its_parts_is_refused(save):
    path = save(name="a.shp")
    path.with_suffix(".dbf").unlink()
    assert codes(path) == ["E-FILE-PARTS"]


@pytest.mark.parametrize("place", ["layer", "feature"])
def test_a_coordinate_system_on_the_network_is_not_fetched(place, save, server):
    path = save()
    content = json.loads(path.read_text(encoding="utf-8"))
    link = {"type": "link", "properties": {"href": f"{server}/layer", "type": "proj4"}}
    (content if place == "layer" else content["features"][0])["crs"] = link
    path.write_text(json.dumps(content), encoding="utf-8")
    assert codes(path) == ["E-CRS"]


def test_a_view_in_a_geopackage_is_not_asked(save):
    """A view may call itself without end."""
    path = save(name="layer.gpkg")
    with closing(sqlite3.connect(path)) as base:
        base.execute(
            "create view endless as with recursive n(i) as (select 1 union all select i + 1 "
            "from n) select i from n"
        )
        base.commit()
    assert codes(path) == ["E-FILE-BROKEN"]


@pytest.mark.parametrize("name", ["layer.geojson", "layer.gpkg"])
def test_a_layer_of_too_many_points_is_refused(name, save, monkeypatch):
    monkeypatch.setattr(reading, "MAX_POINTS", 100)
    assert codes(save(name=name)) == ["E-FILE-SIZE"]


def test_a_layer_that_takes_too_much_memory_ends_only_its_own_process(save, monkeypatch):
    monkeypatch.setattr(reading, "MEMORY", 1 << 20)
    assert codes(save(name="layer.gpkg")) == ["E-FILE-BROKEN"]


def test_two_faults_are_told_and_not_another_level(save):
    """One district is missing and one stands twice: not "nine other units than the 34"."""
    path = save(lambda layer: pd.concat([layer.iloc[1:], layer.iloc[[1]]]))
    with pytest.raises(SourceError) as error:
        boundaries.all_layers(path)
    assert {item.code for item in error.value.issues} == {"E-DISTRICT-MISSING", "E-DISTRICT-DUP"}


def test_an_unknown_level_is_a_wrong_parameter(save):
    with pytest.raises(ParameterError, match="district, commune, province"):
        boundaries.load_layer(save(), "ward")


def test_a_detailed_layer_is_generalised_without_opening_gaps(save, districts):
    path = save(lambda t: t.set_geometry(t.geometry.segmentize(0.0005)), "a.gpkg")
    layer = boundaries.load_layer(path, "district")
    assert len(layer.get_coordinates()) < 4000
    assert shapely.coverage_is_valid(layer.geometry.to_numpy())
    assert min(boundaries.iou(layer, districts).values()) > 0.97


def test_hostile_names_are_shown_as_text(save):
    def hostile(table):
        names = table["name_vi"].where(table["code"] != "842", "\x07<script>" + "x" * 200)
        return table.assign(ten=names).drop(columns=["code", "name_vi"])

    with pytest.raises(SourceError) as error:
        boundaries.load_layer(save(hostile, "a.gpkg"), "district")
    shown = next(d for d in error.value.issues if d.code == "E-DISTRICT-UNKNOWN").as_dict()
    assert "U+0007" in shown["value"] and len(shown["value"]) <= 80


def test_every_diagnosis_is_told_in_vietnamese():
    known = i18n.catalogue("vi")
    for sentences in issues.MAPS.values():
        for text in sentences:
            assert known.get(text, text) != text, text
            braces = set(re.findall(r"{(\w+)", text))
            assert braces == set(re.findall(r"{(\w+)", known[text]))


# A user's table


def table(path, rows, header="code,indicator,value,year,source"):
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def test_a_table_by_district_keeps_its_holes(tmp_path):
    rows = ["842,Hộ nghèo,1.5,2024,Sở X", '844,Hộ nghèo,"2,5",2024,Sở X', "845,Hộ nghèo,,2024,Sở X"]
    found = boundaries.read_district_table(table(tmp_path / "a.csv", rows)).set_index("code")
    assert found.index.tolist() == places.districts()["code"].tolist()
    assert found["value"].dropna().to_dict() == {"842": 1.5, "844": 2.5}
    assert set(found["source"]) == {"Sở X"} and set(found["year"]) == {2024}


def test_a_table_is_refused_for_all_its_faults_at_once(tmp_path):
    rows = ["842,A,1,2024,S", "842,A,x,24,S", "083,B,1,2024,S"]
    with pytest.raises(SourceError) as error:
        boundaries.read_district_table(table(tmp_path / "a.csv", rows))
    found = sorted((d.code, d.column) for d in error.value.issues)
    assert found == [
        ("E-DISTRICT-DUP", "code"),
        ("E-DISTRICT-UNKNOWN", "code"),
        ("E-NUMBER", "value"),
        ("E-RAGGED", "indicator"),
        ("E-RAGGED", "year"),
        ("E-YEAR", "year"),
    ]


def test_a_table_by_name_only_is_refused(tmp_path):
    rows = ["Châu Thành,A,1,2024,S", "Duyên Hải,A,1,2024,S"]
    path = table(tmp_path / "a.csv", rows, "ten,indicator,value,year,source")
    with pytest.raises(SourceError) as error:
        boundaries.read_district_table(path)
    assert [d.code for d in error.value.issues] == [
        "E-MISSING-COLUMN",
        "E-DISTRICT-AMBIGUOUS",
        "E-DISTRICT-AMBIGUOUS",
    ]
    assert "847" in dict(error.value.issues[1].values)["names"]
    assert "E-MISSING-COLUMN  column code: the column is missing" in str(error.value)


@pytest.mark.parametrize("indicator", ["PAPI 2024", "Điểm papi", "Chỉ số hiệu quả quản trị"])
def test_a_table_of_papi_scores_by_district_is_refused_with_the_reason(indicator, tmp_path):
    path = table(tmp_path / "a.csv", [f"842,{indicator},40.1,2024,S"])
    with pytest.raises(DataError, match="provinces only"):
        boundaries.read_district_table(path)


def test_a_score_that_a_province_gives_its_own_districts_is_read_as_that(tmp_path):
    name = "Điểm tự chấm theo nội dung PAPI (thang 100)"
    path = table(tmp_path / "a.csv", [f"842,{name},81.5,2024,Sở Nội vụ"])
    rows = boundaries.read_district_table(path)
    assert rows["indicator"].eq(name).all() and rows["value"].dropna().tolist() == [81.5]


def test_the_refusal_names_the_province_that_was_asked_for(tmp_path):
    code = places.districts_of("33")["code"].iloc[0]
    path = table(tmp_path / "a.csv", [f"{code},Điểm PAPI,40.1,2024,S"])
    with pytest.raises(DataError, match="Ask for Hưng Yên") as caught:
        boundaries.read_district_table(path, province="33")
    assert "Trà Vinh" not in str(caught.value)
    with pytest.raises(DataError, match="Ask for Hưng Yên"):
        places.find("Tiên Lữ")


def test_tables_that_cannot_be_read_are_refused(tmp_path):
    header = b"code,indicator,value,year,source\n"
    contents = {b"": "E-FILE-BROKEN", header: "E-EMPTY", b"\xff\xfe\x00a": "E-FILE-BROKEN"}
    for content, code in contents.items():
        path = tmp_path / "a.csv"
        path.write_bytes(content)
        with pytest.raises(SourceError) as error:
            boundaries.read_district_table(path)
        assert [d.code for d in error.value.issues] == [code]
    with pytest.raises(SourceError):
        boundaries.read_district_table(tmp_path / "none.csv")


# The download


CONTENT = bytes(range(256)) * 2000


class Server(BaseHTTPRequestHandler):
    """Gives CONTENT, with ranges; /cut breaks off half-way once, /none is not there."""

    asked: ClassVar[list] = []

    def do_GET(self):
        start = int(re.sub(r"\D", "", self.headers.get("Range", "0")) or 0)
        Server.asked.append((self.path, start))
        if self.path == "/none":
            self.send_error(404)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        body = CONTENT[start:]
        if self.path == "/cut" and not start:
            body = body[: len(body) // 2]
        self.wfile.write(body)

    def log_message(self, *args):
        """Keep the tests quiet."""


@pytest.fixture
def server():
    Server.asked = []
    http = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    http.server_close()


def layer_at(url, **changes):
    facts = {"name": "a.geojson", "url": url, "sha256": hashlib.sha256(CONTENT).hexdigest()}
    facts |= {"size": len(CONTENT), "licence": "CC BY-SA 4.0", "credit": "Someone"}
    return Layer(**(facts | changes))


def test_a_download_is_kept_with_its_licence_and_not_fetched_twice(server, tmp_path):
    layer = layer_at(f"{server}/file")
    path = boundaries.fetch(tmp_path, layer=layer)
    assert path.read_bytes() == CONTENT
    record = json.loads((tmp_path / "a.geojson.licence.json").read_text(encoding="utf-8"))
    assert (record["licence"], record["url"]) == ("CC BY-SA 4.0", layer.url)
    assert boundaries.fetch(tmp_path, layer=layer) == path
    assert len(Server.asked) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.geojson", "a.geojson.licence.json"]


def test_a_cut_download_goes_on_where_it_stopped(server, tmp_path):
    layer = layer_at(f"{server}/cut")
    with pytest.raises(EnvironmentFault, match="goes on where it stopped"):
        boundaries.fetch(tmp_path, layer=layer)
    assert not (tmp_path / "a.geojson").exists()
    assert boundaries.fetch(tmp_path, layer=layer).read_bytes() == CONTENT
    assert Server.asked == [("/cut", 0), ("/cut", len(CONTENT) // 2)]


def test_another_file_is_thrown_away(server, tmp_path):
    with pytest.raises(SourceError, match="not the pinned file"):
        boundaries.fetch(tmp_path, layer=layer_at(f"{server}/file", sha256="0" * 64))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_copy_is_fetched_again(server, tmp_path):
    (tmp_path / "a.geojson").write_bytes(b"cut")
    assert boundaries.fetch(tmp_path, layer=layer_at(f"{server}/file")).read_bytes() == CONTENT


@pytest.mark.parametrize("where", ["{server}/none", "http://127.0.0.1:9/closed"])
def test_an_address_that_does_not_answer_is_told(where, server, tmp_path):
    with pytest.raises(EnvironmentFault, match="need no download"):
        boundaries.fetch(tmp_path, layer=layer_at(where.format(server=server)))
    assert not (tmp_path / "a.geojson").exists()


def test_the_pinned_layer_is_the_one_that_was_reviewed():
    layer = boundaries.GEOBOUNDARIES
    assert layer.sha256 == "0605c74a1b2a8efd45d096bb7ab1ca989575781684f0a265ec98eb6a4efcbead"
    assert layer.size == 5_194_724 and layer.licence == "CC BY-SA 4.0"
    assert "/ea5b27e7aa608eb6827f2cc76620a5b21acc5962/" in layer.url


def test_a_fetched_layer_carries_its_credit(save):
    path = save()
    record = {"credit": "Someone", "licence": "CC BY-SA 4.0"}
    path.with_name(f"{path.name}.licence.json").write_text(json.dumps(record), encoding="utf-8")
    sentence, values = boundaries.source(boundaries.load_layer(path, "district"))
    assert (
        sentence.format(**values) == "Boundaries: Someone, CC BY-SA 4.0; not official boundaries."
    )
