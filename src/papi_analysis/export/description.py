"""The description of an export: `datapackage.json` of Frictionless with its data dictionary.

With it comes how to cite the figures and this work, as BibTeX.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

import papi_analysis
from papi_analysis import places
from papi_analysis.data import codebook, panel

DESCRIPTION = "datapackage.json"
NAME = "papi-scores"
PAPI = "https://papi.org.vn"
MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ATTRIBUTION = {
    "name": "other-at",
    "title": "Free with attribution to PAPI (CECODES, VFF-CRT, RTA and UNDP)",
    "path": PAPI,
}
_MIT = {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}
#: Marks of regimes.csv, in words of the data dictionary.
_MARKS = [*codebook.COMPARABLE, "doubtful", *codebook.RESCALED, "no", "first"]

#: The data dictionary: for each table its title, key, and columns with type, Vietnamese and
#: English meaning; a list or a pair of numbers holds what may stand there.
TABLES: dict[str, dict] = {
    "scores": {
        "title": "PAPI scores at every level",
        "key": ["year", "province", "level", "code"],
        "fields": [
            ("year", "integer", "Năm khảo sát", "Survey round", None),
            ("first_round", "integer", "Địa giới từ kỳ", "Division of the country", None),
            ("province", "string", "Mã tỉnh", "GSO code of the province in that division", None),
            ("level", "string", "Cấp", "What the code is", list(panel.LEVELS)),
            ("code", "string", "Mã chỉ số", "Code of codebook", None),
            ("score", "number", "Điểm", "Points; empty where absent", (0, 100)),
            ("rank", "integer", "Thứ hạng", "Place among the n scored provinces, 1 highest", (1,)),
            ("n", "integer", "Số tỉnh có điểm", "Provinces with this score in that year", (0,)),
            ("group", "integer", "Nhóm", "Four groups of provinces: 4 highest, 1 lowest", (1, 4)),
            ("median", "number", "Trung vị", "Median of the provinces, points", None),
            ("p25", "number", "Tứ phân vị dưới", "Lower quartile, points", None),
            ("p75", "number", "Tứ phân vị trên", "Upper quartile, points", None),
            (
                "comparable",
                "boolean",
                "So sánh được với năm trước",
                "Whether scores of this code may be set beside those of the year before; false in "
                "the first year",
                None,
            ),
            (
                "absence",
                "string",
                "Lý do không có điểm",
                "Why the score is absent, empty where it is there: "
                + "; ".join(f"{key} = {text}" for key, text in panel.ABSENCES.items() if key),
                [key for key in panel.ABSENCES if key],
            ),
        ],
    },
    "codebook": {
        "title": "Codes of the total, the dimensions and the sub-dimensions",
        "key": ["code"],
        "fields": [
            ("level", "string", "Cấp", "What the code is", list(panel.LEVELS)),
            ("code", "string", "Mã chỉ số", "Code used in scores and regimes", None),
            ("dimension", "string", "Nội dung", "Dimension it is or belongs to", None),
            ("name_en", "string", "Tên tiếng Anh", "English name", None),
            ("name_vi", "string", "Tên tiếng Việt", "Vietnamese name", None),
            ("year_from", "integer", "Từ năm", "First year in the index", None),
            ("year_to", "integer", "Đến năm", "Last year in the index", None),
        ],
    },
    "provinces": {
        "title": "The provinces of each division of the country and their successors",
        "key": ["first_round", "code"],
        "fields": [
            ("first_round", "integer", "Địa giới từ kỳ", "First round published for it", None),
            ("code", "string", "Mã tỉnh", "GSO code, two digits as text", None),
            ("slug", "string", "Tên trong lệnh", "Name in commands and folders", None),
            ("name_vi", "string", "Tên tiếng Việt", "Vietnamese name", None),
            ("name_en", "string", "Tên không dấu", "Name without accents", None),
            ("region", "string", "Vùng", "Socio-economic region", list(places.REGIONS)),
            ("successor_code", "string", "Mã tỉnh kế tiếp", "Province of the next division", None),
            ("successor_name_vi", "string", "Tên tỉnh kế tiếp", "Its Vietnamese name", None),
        ],
    },
    "regimes": {
        "title": "What each sub-dimension was made of in each year",
        "key": ["code", "year"],
        "fields": [
            ("code", "string", "Mã chỉ số", "Sub-dimension", None),
            ("dimension", "string", "Nội dung", "Its dimension", None),
            ("year", "integer", "Năm khảo sát", "Survey round", None),
            ("scale_min", "number", "Điểm thấp nhất", "Lower end of the scale, points", None),
            ("scale_max", "number", "Điểm cao nhất", "Upper end of the scale, points", None),
            ("composition", "integer", "Lần cấu thành", "Counts up with other questions", (1,)),
            ("comparable", "string", "So với năm trước", "Mark against the year before", _MARKS),
            (
                "sample_block",
                "string",
                "Đợt chọn mẫu",
                "Years probably surveyed in the same places (inferred)",
                None,
            ),
            ("confidence_scale", "string", "Độ chắc (thang)", "How sure the scale is", None),
            (
                "confidence_comparability",
                "string",
                "Độ chắc (so sánh)",
                "How sure the mark is",
                None,
            ),
            ("evidence", "string", "Căn cứ", "Why, from the figures", None),
            ("official_statement", "string", "Nguồn chính thức", "What the publisher says", None),
        ],
    },
}
#: Columns whose values stand in another table: (table, columns, table referred to, its columns).
_LINKS: list[tuple] = [
    ("scores", ["first_round", "province"], "provinces", ["first_round", "code"]),
    ("scores", "code", "codebook", "code"),
    ("regimes", "code", "codebook", "code"),
]


def describe(folder: Path, tables: dict[str, pd.DataFrame], file_format: str) -> dict:
    """The data package of the files that were written into a folder.

    Parameters
    ----------
    folder : Path
        Where `<name>.<file_format>` stands for each table.
    tables : dict of DataFrame
        The tables by name, as `TABLES` describes them.
    file_format : str
        A key of `MEDIA_TYPES`.
    """
    years = tables["scores"]["year"]
    first, last = int(years.min()), int(years.max())
    kind = "tabular-data" if file_format == "csv" else "data"
    return {
        "profile": f"{kind}-package",
        "name": NAME,
        "title": f"PAPI scores of Vietnamese provinces, {first}-{last}",
        "description": "Published provincial scores at every level. An absent score keeps its row "
        "with the reason; a rank counts only among the n provinces that are scored.",
        "version": papi_analysis.__version__,
        "keywords": ["PAPI", "Viet Nam", "governance", "province"],
        "sources": [{"title": "PAPI: CECODES, VFF-CRT, RTA and UNDP", "path": PAPI}],
        "licenses": [_ATTRIBUTION],
        "resources": [
            _resource(folder / f"{name}.{file_format}", name, tables[name], f"{kind}-resource")
            for name in TABLES
        ],
    }


def _resource(path: Path, name: str, table: pd.DataFrame, profile: str) -> dict:
    file_format = path.suffix[1:]
    told = {"encoding": "utf-8"} if file_format == "csv" else {}
    content = path.read_bytes()
    return {
        "profile": profile,
        "name": name,
        "title": TABLES[name]["title"],
        "path": path.name,
        "format": file_format,
        "mediatype": MEDIA_TYPES[file_format],
        **told,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "licenses": [_MIT if name == "regimes" else _ATTRIBUTION],
        "schema": _schema(name, table),
    }


def _schema(name: str, table: pd.DataFrame) -> dict:
    """The table schema: every column of the table in its order, with what may stand in it."""
    told = {field[0]: field for field in TABLES[name]["fields"]}
    links = [link for link in _LINKS if link[0] == name]
    found = {
        "fields": [_field(*told[column], required=_full(table[column])) for column in table],
        "missingValues": [""],
        "primaryKey": TABLES[name]["key"],
    }
    if links:
        found["foreignKeys"] = [
            {"fields": column, "reference": {"resource": other, "fields": key}}
            for _, column, other, key in links
        ]
    return found


def _full(column: pd.Series) -> bool:
    return bool(column.notna().all() and column.ne("").all())


def _field(
    name: str, kind: str, title: str, meaning: str, allowed: list | tuple | None, *, required: bool
) -> dict:
    limits: dict[str, object] = {"required": required}
    if isinstance(allowed, list):
        limits["enum"] = allowed
    elif allowed:
        limits |= dict(zip(("minimum", "maximum"), allowed, strict=False))
    return {
        "name": name,
        "type": kind,
        "title": title,
        "description": meaning,
        "constraints": limits,
    }


CITATION = "CITATION.bib"

_TEXT = """@misc{{papi,
  author = {{{{Centre for Community Support and Development Studies (CECODES)}} and {{Centre for \
Research and Training of the Viet Nam Fatherland Front (VFF-CRT)}} and {{Real-Time Analytics \
(RTA)}} and {{United Nations Development Programme (UNDP)}}}},
  title = {{The {{Viet Nam}} Provincial Governance and Public Administration Performance Index \
({{PAPI}}), {first}-{last}}},
  year = {{{last}}},
  howpublished = {{\\url{{https://papi.org.vn}}}},
  note = {{Free with attribution to PAPI}}
}}

@software{{papi-analysis,
  author = {{{{The papi-analysis developers}}}},
  title = {{papi-analysis: which {{PAPI}} criteria a province should improve first}},
  version = {{{version}}},
  note = {{MIT License}}
}}
"""


def bibtex(*, first: int, last: int) -> str:
    """The two entries, PAPI and this work, for figures of the years `first` to `last`."""
    return _TEXT.format(first=first, last=last, version=papi_analysis.__version__)
