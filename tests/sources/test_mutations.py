"""Each check, switched off, lets a faulty file pass or hides what is wrong with it."""

import faulty_files
import faulty_tables
import pytest
from faulty import FAULTY

from papi_analysis.ingest import (
    checks,
    crosstab,
    files,
    header,
    index_versions,
    layouts,
    past,
    verdict,
    workbook,
    years,
)

#: For every check of the table one file that only this check sees through.
ONLY_BY_CHECK = {
    "year is known": faulty_tables.a_year_far_ahead,
    "structure is that of the regime": faulty_tables.a_part_gone,
    "columns are complete": faulty_tables.column_gone,
    "columns differ": faulty_tables.column_twice,
    "columns belong to the index": faulty_tables.ranks_beside,
    "provinces stand once": faulty_tables.a_province_twice,
    "provinces are complete": faulty_tables.a_province_left_out,
    "provinces have scores": faulty_tables.a_province_emptied,
    "scores lie in their scale": faulty_tables.a_single_zero,
    "sub-dimensions sum to dimensions": faulty_tables.a_dimension_that_is_not_the_sum,
    "dimensions sum to totals": faulty_tables.a_total_that_is_not_the_sum,
    "rows differ": faulty_tables.a_row_of_another_province,
    "years differ": faulty_tables.scores_of_the_year_before,
    "labels continue their past": faulty_tables.names_moved_in_a_new_year,
    "rows continue their past": faulty_tables.scores_one_row_down_in_a_new_year,
    "columns continue their past": faulty_tables.one_criterion_sorted_alone_in_a_new_year,
    "cells stand under their names": faulty_tables.all_cells_one_column_to_the_right,
    "registered scores stay": faulty_tables.a_registered_score_changed,
    "scores are there": faulty_tables.a_dimension_not_published,
    "series goes on": faulty_tables.a_part_that_breaks_with_its_past,
    "regime is carried on": faulty_tables.the_year_after_the_last,
}


def none(*_, **__):
    """A check that finds nothing."""
    return []


#: Functions and limits of the readers, what they are replaced by, and the file that tells it.
MUTATIONS = [
    (workbook, "MAX_ENTRIES", 10**9, faulty_files.many_entries),
    (workbook, "MAX_ENTRY", 10**9, faulty_files.large_entry),
    (workbook, "MAX_SUM", 10**9, faulty_files.large_sum),
    (workbook, "MAX_RATIO", 10**9, faulty_files.high_ratio),
    (workbook, "_broken_limit", lambda *_: "", faulty_files.overlapping),
    (workbook, "_require_plain", none, faulty_files.doubled_part),
    (workbook, "_odd_parts", none, faulty_files.stowaway),
    (workbook, "MAX_ELEMENTS", 10**9, faulty_files.too_many_elements),
    (workbook, "MAX_DEPTH", 10**9, faulty_files.too_deep),
    (files, "MAX_FILE", 10**12, faulty_files.a_huge_csv),
    (files, "LOCKS", (), faulty_files.lock),
    (files, "LFS", b"no such beginning", faulty_files.lfs_pointer),
    (files, "SIGNATURES", (), faulty_files.a_pdf),
    (files, "MARKUP", (), faulty_files.a_web_page),
    (layouts, "WORKBOOKS", (), faulty_files.a_word_named_a_workbook),
    (workbook, "STRICT", "no such name", faulty_files.strict),
    (files, "LINES_IN_FIELD", 10**9, faulty_tables.quotation_mark_closed_far_below),
    (files, "MAX_CELLS", 10**9, faulty_files.too_many_cells),
    (header, "_doubled", none, faulty_tables.name_twice),
    (header, "_contradicting", none, faulty_tables.names_of_two_languages_disagree),
    (header, "_merged", none, faulty_tables.merged_header),
    (crosstab, "oddities", none, faulty_tables.a_remark_beside),
    (crosstab, "ragged", lambda *_: {}, faulty_tables.one_field_too_many),
    (years, "said", none, faulty_tables.a_year_with_a_mark),
    (crosstab, "numbers_said", none, faulty_tables.not_a_number),
    (crosstab, "_merged_said", none, faulty_tables.merged_scores),
    (
        checks,
        "_part",
        lambda *_: None,
        faulty_tables.a_part_without_a_score_in_a_published_dimension,
    ),
    (checks, "_empty", none, faulty_tables.a_dimension_of_zeros_in_every_province),
    (layouts, "_form", none, faulty_tables.one_score_a_row),
    (layouts, "SAME", 10**9, faulty_tables.a_sheet_of_parts_that_disagrees),
    (years, "MISNAMED", set(), faulty_tables.the_misnamed_tab_of_2011),
    (
        crosstab,
        "dimensions_missing",
        lambda values: values,
        faulty_tables.a_dimension_not_published,
    ),
    (checks, "MOST_UNPUBLISHED", 63, faulty_tables.many_provinces_emptied),
    (past, "REGISTERED", 10**9, faulty_tables.a_registered_score_changed),
    (past, "ROW_GAIN", 10**9, faulty_tables.scores_one_row_down_in_a_new_year),
    (index_versions, "OPEN", "no such mark", faulty_tables.a_regime_with_open_marks),
    (verdict, "_emptiness", none, faulty_tables.no_rows),
    (verdict, "_year_asked", none, faulty_tables.asked_for_a_year_that_no_row_has),
]


def listed(make):
    """The code of a faulty file, and how it is judged."""
    return next((code, made) for code, all_ in FAULTY.items() for made in all_ if made.make is make)


def test_the_list_names_every_check():
    assert list(ONLY_BY_CHECK) == list(verdict.CHECKS)


@pytest.mark.parametrize("name", ONLY_BY_CHECK)
def test_without_a_check_its_fault_is_not_told(name, judge, monkeypatch):
    code, made = listed(ONLY_BY_CHECK[name])
    monkeypatch.setitem(verdict.CHECKS, name, none)
    assert code not in {one.code for one in judge(made).findings}


@pytest.mark.parametrize(
    ("module", "name", "instead", "make"), MUTATIONS, ids=[m[3].__name__ for m in MUTATIONS]
)
def test_without_a_guard_its_fault_is_not_told(module, name, instead, make, judge, monkeypatch):
    code, made = listed(make)
    monkeypatch.setattr(module, name, instead)
    assert code not in {one.code for one in judge(made).findings}
