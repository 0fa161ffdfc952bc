"""What can be wrong with a layer of boundaries, by code."""

from __future__ import annotations

from papi_analysis.errors import Issue, SourceError
from papi_analysis.ingest.issues import Diagnosis, Phrase, shown

_FORMATS = "a GeoJSON, GeoPackage, Shapefile or TopoJSON file"
_AGAIN = "Take the layer again from its source, then run the command again."
_CELL = "Correct the table, save it and run the command again."
_EDIT = "Correct the layer in a GIS program, save it and run the command again."

MAPS = {
    "E-NOT-FOUND": Diagnosis("no such file", "the path of a layer", "Check the folder and name."),
    "E-NOT-A-FILE": Diagnosis("this is not a file", _FORMATS, "Name one file."),
    "E-FILE-EMPTY": Diagnosis("the file holds 0 bytes", _FORMATS, _AGAIN),
    "E-FILE-SIZE": Diagnosis(
        "the file is too large: {found}, the limit is {limit}",
        "a generalised layer",
        "Simplify the layer in a GIS program, save it and run the command again.",
    ),
    "E-LFS-POINTER": Diagnosis(
        "this is a pointer of Git LFS, not the file itself",
        "the file itself",
        "Fetch it with: git lfs pull",
    ),
    "E-FILE-TYPE": Diagnosis(
        "the content is not a layer, whatever its name says",
        _FORMATS,
        "Unpack an archive first; save other formats as GeoPackage in a GIS program.",
    ),
    "E-FILE-BROKEN": Diagnosis("the file is damaged: {reason}", _FORMATS, _AGAIN),
    "E-FILE-PARTS": Diagnosis(
        "a Shapefile is several files; {part} is missing beside it",
        "the .shp, .shx and .dbf of one layer",
        "Put all parts into one folder, then run the command again.",
    ),
    "E-CRS": Diagnosis(
        "the coordinates do not fit: {reason}",
        "longitudes and latitudes (WGS 84), or a layer that names its coordinate system",
        "Set the right coordinate system in a GIS program (VN-2000 of Trà Vinh is EPSG:9209, not "
        "9210), save as WGS 84 and run the command again.",
    ),
    "E-GEO-PLACE": Diagnosis(
        "{name} does not lie where it must: {reason}",
        "every unit in its place",
        _EDIT,
    ),
    "E-GEO-LEVEL": Diagnosis(
        "the layer holds {count} other {count:unit|units}, not the {expected_count} units asked "
        "for",
        "a layer of level {level}",
        "Name a layer of that level.",
    ),
    "E-GEO-PROVINCE": Diagnosis(
        "the layer holds the districts of {other}, not those of {province}",
        "the districts of {province}",
        "Name a layer of {province}, or run the command with --province {slug}.",
    ),
    "E-GEOM": Diagnosis("the shape of {name} cannot be used: {reason}", "polygons", _EDIT),
    "E-GEOM-OVERLAP": Diagnosis(
        "{name} and {other} overlap by {share} % of the smaller one",
        "places that share borders only",
        _EDIT,
    ),
    "E-DISTRICT-MISSING": Diagnosis(
        "{name} ({unit}) is not in the layer",
        "every unit once",
        _EDIT,
    ),
    "E-DISTRICT-DUP": Diagnosis(
        "{name} ({unit}) stands in {count} features",
        "every unit once",
        "Dissolve its parts into one feature in a GIS program, then run the command again.",
    ),
    "E-DISTRICT-AMBIGUOUS": Diagnosis(
        "the name {found} may mean {names}",
        "a column with the official (GSO) codes, or names with their type",
        "Add the codes to the layer, save it and run the command again.",
    ),
    "E-DISTRICT-UNKNOWN": Diagnosis(
        "{found} is none of the units expected there",
        "the official (GSO) codes or names",
        "Correct the code or name, save the layer and run the command again.",
    ),
    "E-MISSING-COLUMN": Diagnosis(
        "the column is missing",
        "columns code, indicator, value, year, source; districts by their official (GSO) code",
        _CELL,
    ),
    "E-NUMBER": Diagnosis("{found} is not a number", "a number, or an empty cell", _CELL),
    "E-YEAR": Diagnosis("{found} is not a year", "a year of four digits", _CELL),
    "E-RAGGED": Diagnosis(
        "the column holds {count} different entries: {found}",
        "one indicator of one year from one source",
        "Keep one indicator per file, save it and run the command again.",
    ),
    "E-EMPTY": Diagnosis("the table holds no rows", "one row per district", _CELL),
    "W-CRS": Diagnosis(
        "the layer names no coordinate system; its numbers were taken as WGS 84 degrees",
        "a layer that names its coordinate system",
        "Save it as WGS 84 when convenient.",
    ),
    "W-GEOM-REPAIRED": Diagnosis(
        "the shape of {name} crossed itself and was repaired; its area changed by {share} %",
        "valid polygons",
        "Repair the layer in a GIS program when convenient.",
    ),
}


def finding(
    code: str,
    *,
    file: str,
    row: object = "",
    column: str = "",
    found: object = "",
    **values: object,
) -> Issue:
    """A finding about a layer or a table; `row` counts features from 1, rows as in the file."""
    diagnosis = MAPS[code]
    safe = {k: v if isinstance(v, Phrase | int | float) else shown(v) for k, v in values.items()}
    return Issue(
        code=code,
        message=diagnosis.message,
        expected=diagnosis.expected,
        mend=diagnosis.mend,
        file=shown(file),
        row=str(row),
        column=column,
        value=shown(found),
        values=(("found", shown(found)), *safe.items()),
    )


def refusal(findings: list[Issue]) -> SourceError:
    """The error that refuses a layer for all its faults."""
    codes = ", ".join(dict.fromkeys(found.code for found in findings))
    return SourceError(
        "{file} is refused: {codes}.",
        issues=tuple(findings),
        file=findings[0].file,
        codes=codes,
    )
