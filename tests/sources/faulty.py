"""One faulty file for every diagnosis: how it is made, and where its finding must point.

Each maker gets an empty folder and gives the path of the file; `FAULTY` lists them by code.
"""

from typing import NamedTuple

import official


class Faulty(NamedTuple):
    """A maker, the place its finding must name, and what the verdict is asked with."""

    make: object
    place: dict
    asked: dict


FAULTY: dict[str, list[Faulty]] = {}
YEAR = 2016
TRA_VINH = official.row("84")
SHEET = f"{YEAR}_PAPI"


def faulty(code, *, new_year=False, revise=False, year=None, confirmed="", **place):
    """List a maker under its code with the place that the finding must name."""
    asked = {"new_year": new_year, "revise": revise, "year": year, "confirmed": confirmed}

    def listed(make):
        FAULTY.setdefault(code, []).append(Faulty(make, place, asked))
        return make

    return listed


def book(folder, change=None, *, name=f"PAPI_{YEAR}.xlsx", sheet=SHEET, year=YEAR):
    """A workbook of one year, its grid changed."""
    grid = official.consolidated(year)
    grid = (change(grid) or grid) if change else grid
    return official.write_xlsx(folder / name, {sheet: grid})


def text(folder, change=None, *, name=f"PAPI_{YEAR}.csv", **form):
    """A CSV of one year, its grid changed."""
    grid = official.wide_csv(YEAR)
    grid = (change(grid) or grid) if change else grid
    return official.write_csv(folder / name, grid, **form)


def put(province, code, value):
    """A change of one score of a workbook."""

    def change(grid):
        grid[official.row(province)][official.column(code, YEAR)] = value

    return change


def written(folder, name, content):
    """A file of these bytes."""
    path = folder / name
    path.write_bytes(content)
    return path
