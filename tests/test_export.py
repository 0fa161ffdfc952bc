"""What other programs get is what the panel holds, described, citable, and safe to open."""

import csv
import hashlib
import json
import re

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from papi_analysis import cli, export
from papi_analysis.data import panel
from papi_analysis.errors import EnvironmentFault, ParameterError, SourceError
from papi_analysis.export import description
from papi_analysis.ingest.cells import inert

ROOT = description.Path(__file__).resolve().parents[1]
READ = {"province": str, "code": str, "absence": str, "rank": "Int64", "group": "Int64"}


@pytest.fixture(scope="module")
def table():
    return export.scores()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """One export of each format."""
    made = {name: tmp_path_factory.mktemp("export") / name for name in export.FORMATS}
    for name, folder in made.items():
        export.write(folder, file_format=name)
    return made


@pytest.fixture
def small(monkeypatch):
    """Exports of the last year alone, for tests that write many."""
    whole = export.tables()
    whole["scores"] = whole["scores"].query("year == year.max()").reset_index(drop=True)
    monkeypatch.setattr("papi_analysis.export.folder.tables", lambda data: whole)


def row(table, year, province, code):
    return table.query("year == @year and province == @province and code == @code").iloc[0]


class TestScores:
    def test_every_code_of_every_year_has_a_row_for_every_province(self, table, levels):
        assert len(table) == len(levels)
        assert not table.duplicated(["year", "province", "code"]).any()
        assert table.groupby(["year", "code"]).size().eq(63).all()

    def test_tra_vinh_2024_is_57th_of_61_in_the_lowest_group(self, table):
        own = row(table, 2024, "84", "total")
        assert (own["rank"], own["n"], own["group"], own["absence"]) == (57, 61, 1, "")
        assert own["score"] == pytest.approx(40.616, abs=5e-4)

    def test_an_absent_score_keeps_its_row_with_the_reason(self, table):
        total, missing = (row(table, 2022, "24", code) for code in ("total", "civic_knowledge"))
        for own, reason in ((total, "incomplete"), (missing, "not_published")):
            assert own["absence"] == reason and pd.isna(own["score"]) and pd.isna(own["rank"])
            assert own["n"] == 61 or own["n"] == 62
        assert set(table["absence"]) == set(panel.ABSENCES)

    def test_totals_are_comparable_only_across_sound_years(self, table):
        marks = table[table["code"].eq("total")].groupby("year")["comparable"].agg(["min", "max"])
        assert marks["min"].eq(marks["max"]).all()
        assert not marks.loc[[2011, 2016, 2018, 2021], "max"].any()
        assert marks["max"].any()

    def test_a_dimension_is_the_sum_of_its_parts(self, table):
        book = export.codebook().set_index("code")["dimension"]
        subs = table[table["level"].eq("subdimension")]
        keys = [subs["year"], subs["province"], subs["code"].map(book)]
        parts = subs["score"].groupby(keys).sum(min_count=1)
        dims = table[table["level"].eq("dimension")].set_index(["year", "province", "code"])
        there = dims["score"].dropna()
        parts.index.names = there.index.names
        assert len(there) > 5000
        assert (parts.reindex(there.index) - there).abs().max() < 1e-5

    def test_the_codebook_names_every_code_in_both_languages(self, table):
        book = export.codebook()
        assert set(book["code"]) == set(table["code"]) and book["code"].is_unique
        assert book[["name_en", "name_vi"]].ne("").all().all()
        assert book.iloc[0]["code"] == "total"
        spans = table.groupby("code")["year"].agg(["min", "max"]).reindex(book["code"])
        assert spans["min"].tolist() == book["year_from"].tolist()
        assert spans["max"].tolist() == book["year_to"].tolist()


def read(folder, file_format):
    if file_format == "csv":
        return pd.read_csv(folder / "scores.csv", dtype=READ, keep_default_na=False, na_values={
            name: [""] for name in ("score", "rank", "group", "median", "p25", "p75")})  # fmt: skip
    if file_format == "parquet":
        return pd.read_parquet(folder / "scores.parquet")
    frame = pd.read_excel(folder / "scores.xlsx", dtype=READ, keep_default_na=False, na_values={
        name: [""] for name in ("score", "rank", "group", "median", "p25", "p75")})  # fmt: skip
    return frame


class TestFiles:
    @pytest.mark.parametrize("file_format", export.FORMATS)
    def test_the_table_comes_back_through_pandas(self, folders, file_format, table):
        back = read(folders[file_format], file_format)
        pd.testing.assert_frame_equal(back, table, check_dtype=False, check_exact=True)

    @pytest.mark.parametrize("file_format", export.FORMATS)
    def test_the_description_fits_the_files(self, folders, file_format):
        require_valid(folders[file_format], file_format)

    def test_csv_carries_a_mark_that_spreadsheets_read_vietnamese_by(self, folders):
        raw = (folders["csv"] / "provinces.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") and "Trà Vinh" in raw.decode("utf-8-sig")

    def test_parquet_has_types_that_every_reader_knows(self, folders):
        for path in folders["parquet"].glob("*.parquet"):
            kinds = {str(field.type) for field in pq.read_schema(path)}
            assert kinds <= {"int32", "double", "bool", "string", "large_string"}, path.name

    def test_a_workbook_keeps_codes_as_text_and_numbers_as_numbers(self, folders):
        book = openpyxl.load_workbook(folders["xlsx"] / "provinces.xlsx")
        assert book["provinces"]["B2"].value == "01"
        book = openpyxl.load_workbook(folders["xlsx"] / "scores.xlsx", read_only=True)
        first = next(book["scores"].iter_rows(min_row=2, max_row=2, values_only=True))
        assert first[:3] == (2011, 2011, "01") and isinstance(first[5], float)
        assert first[12] is False

    def test_the_same_figures_give_the_same_bytes(self, small, tmp_path):
        for name in export.FORMATS:
            one, other = tmp_path / "one" / name, tmp_path / "other" / name
            export.write(one, file_format=name)
            export.write(other, file_format=name)
            for path in one.iterdir():
                assert path.read_bytes() == (other / path.name).read_bytes(), path.name

    def test_citation_names_publishers_and_this_work_as_citation_cff_does(self, folders):
        text = (folders["csv"] / "CITATION.bib").read_text(encoding="utf-8")
        cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
        assert text.count("{") == text.count("}") and len(re.findall(r"^@", text, re.M)) == 2
        names = [name.strip('" ') for name in re.findall(r"- name: (.+)", cff)]
        assert len(names) == 5
        for name in names:
            assert name in text
        version = re.search(r"^version: (.+)$", cff, re.M)[1]
        assert f"version = {{{version}}}" in text


KINDS = {
    "integer": re.compile(r"-?\d+"),
    "number": re.compile(r"-?\d+(\.\d+)?(e-?\d+)?"),
    "boolean": re.compile("true|false"),
    "string": re.compile(r"(?s).*"),
}


def require_valid(folder, file_format):
    """Hold datapackage.json to the Data Package and Table Schema specifications, cell by cell."""
    record = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert re.fullmatch("[a-z0-9._-]+", record["name"]) and record["licenses"][0]["path"]
    kind = "tabular-data" if file_format == "csv" else "data"
    assert record["profile"] == f"{kind}-package"
    resources = {part["name"]: part for part in record["resources"]}
    assert list(resources) == ["scores", "codebook", "provinces", "regimes"]
    held = {path.name for path in folder.iterdir()} - {"datapackage.json", "CITATION.bib"}
    assert held == {part["path"] for part in resources.values()}
    keys = {}
    for name, part in resources.items():
        raw = (folder / part["path"]).read_bytes()
        assert part["profile"] == f"{kind}-resource" and part["bytes"] == len(raw)
        assert part["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
        if file_format == "csv":
            keys[name] = require_rows(folder / part["path"], part["schema"])
    for name, part in resources.items() if keys else []:
        for link in part["schema"].get("foreignKeys", []):
            other = link["reference"]
            assert values(keys[name], link["fields"]) <= values(
                keys[other["resource"]], other["fields"]
            )


def values(columns, fields):
    """What stands in one column, or together in several."""
    names = [fields] if isinstance(fields, str) else fields
    return set(zip(*(columns[name] for name in names), strict=True)) - {("",)}


def require_rows(path, schema):
    """Every cell is of its type and inside its limits; the values of each column are given."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    fields = schema["fields"]
    assert header == [field["name"] for field in fields] and len(rows) > 30
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    for field in fields:
        cells, limits = columns[field["name"]], field["constraints"]
        assert field["title"] and field["description"]
        there = [cell for cell in cells if cell not in schema["missingValues"]]
        assert len(there) == len(cells) or not limits["required"]
        assert all(KINDS[field["type"]].fullmatch(cell) for cell in there), field["name"]
        assert set(there) <= set(limits.get("enum", there))
        for name, sign in (("minimum", 1), ("maximum", -1)):
            if name in limits:
                assert all((float(cell) - limits[name]) * sign >= 0 for cell in there)
    key = list(zip(*(columns[name] for name in schema["primaryKey"]), strict=True))
    assert len(set(key)) == len(key)
    return columns


@pytest.mark.usefixtures("small")
class TestSafety:
    @pytest.mark.parametrize(
        "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1+1", "\n=1", "＝1"]
    )
    def test_text_that_would_run_is_quoted(self, text):
        frame = pd.DataFrame({"note": ["plain", text], "score": [-1.0, 2.0]})
        safe = inert(frame)
        assert safe["note"].tolist() == ["plain", "'" + text]
        assert safe["score"].tolist() == [-1.0, 2.0]

    def test_a_folder_with_other_files_is_refused_and_stays_as_it_is(self, tmp_path):
        (tmp_path / "thesis.docx").write_text("mine")
        with pytest.raises(EnvironmentFault, match=r"thesis\.docx"):
            export.write(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]

    def test_an_export_that_was_worked_on_is_not_replaced(self, tmp_path):
        export.write(tmp_path / "e", file_format="parquet")
        export.write(tmp_path / "e", file_format="parquet")
        (tmp_path / "e" / "scores.parquet").write_text("changed by hand")
        with pytest.raises(EnvironmentFault, match="scores"):
            export.write(tmp_path / "e")
        assert (tmp_path / "e" / "scores.parquet").read_text() == "changed by hand"

    def test_a_data_package_of_somebody_else_is_not_replaced(self, tmp_path):
        (tmp_path / "datapackage.json").write_text('{"name": "other", "resources": []}')
        with pytest.raises(EnvironmentFault, match=r"datapackage\.json"):
            export.write(tmp_path)

    def test_another_format_takes_the_place_of_an_export(self, tmp_path):
        export.write(tmp_path / "e", file_format="parquet")
        export.write(tmp_path / "e")
        names = sorted(path.suffix for path in (tmp_path / "e").iterdir())
        assert names == [".bib", ".csv", ".csv", ".csv", ".csv", ".json"]
        assert [path.name for path in tmp_path.iterdir()] == ["e"]

    def test_an_unknown_format_names_the_known_ones(self, tmp_path):
        with pytest.raises(ParameterError, match="csv, parquet, xlsx"):
            export.write(tmp_path / "e", file_format="sav")

    def test_changed_figures_are_not_exported(self, tmp_path, monkeypatch):
        monkeypatch.setattr("papi_analysis.data.embedded.sha256", lambda path: "0")
        with pytest.raises(SourceError, match=r"scores\.csv"):
            export.write(tmp_path / "e")
        assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_wrote(tmp_path, capsys):
    out = tmp_path / "e"
    assert cli.status(["export", "--out", str(out), "--format", "parquet", "--lang", "en"]) == 0
    assert capsys.readouterr().out == (
        f"{sum(map(len, export.tables().values())):,} rows in {out}: scores.parquet, "
        "codebook.parquet, provinces.parquet, regimes.parquet.\n"
    )
    assert cli.status(["export", "--out", str(out), "--format", "sav"]) == 2
    assert "csv, parquet, xlsx" in capsys.readouterr().err


def test_a_score_of_a_round_of_34_refers_to_the_province_of_that_round(tmp_path):
    import rounds

    from papi_analysis import settings

    with settings.use(data=rounds.folder(tmp_path, 2025)):
        tables = export.tables()
    named = tables["scores"].merge(
        tables["provinces"].rename(columns={"code": "province"}), on=["first_round", "province"]
    )
    assert len(named) == len(tables["scores"])  # each refers to one province, none to two
    own = named[named["province"].eq("86") & named["code"].eq("total")].set_index("year")
    assert own["first_round"].to_dict()[2024] == 2011 and own["first_round"].to_dict()[2025] == 2025
    there = tables["provinces"].groupby("first_round").size()
    assert there.to_dict() == {2011: 63, 2025: 34}
