"""What is known about places in Trà Vinh: districts, communes, and their minority population."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from papi_analysis import framework


def districts(data: str | Path | None = None) -> pd.DataFrame:
    """Trà Vinh's nine districts to June 2025: code, name_vi, type, official_area_km2, communes."""
    path = framework.data_folder(data) / "tra_vinh" / "districts.csv"
    return framework.read_table(path, dtype={"code": str})


def communes_crosswalk(data: str | Path | None = None) -> pd.DataFrame:
    """Trà Vinh's 104 communes to June 2025 and the 41 they became."""
    path = framework.data_folder(data) / "tra_vinh" / "crosswalk_2025.csv"
    codes = {"old_district_code": str, "old_code": str, "new_code": str}
    return framework.read_table(path, dtype=codes)


def ethnic_minority_communes(data: str | Path | None = None) -> pd.DataFrame:
    """Communes above 20 % ethnic minority, as far as the published list goes.

    Columns: district, commune, population, ethnic_minority, share_pct, hoa, khmer (people),
    source_url. Complete for five districts, cut off for Cầu Ngang, absent for the rest.
    """
    return framework.read_table(
        framework.data_folder(data) / "tra_vinh" / "communes_ethnic_minority.csv"
    )
