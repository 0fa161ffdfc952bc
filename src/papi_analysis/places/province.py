"""The 63 provinces to June 2025: codes, names, regions, successors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from papi_analysis import settings
from papi_analysis.data import codebook

REGIONS = {
    "red_river_delta": ("Red River Delta", "Đồng bằng sông Hồng"),
    "northern_midlands_and_mountains": (
        "Northern Midlands and Mountains",
        "Trung du và miền núi phía Bắc",
    ),
    "north_central_and_central_coast": (
        "North Central and Central Coast",
        "Bắc Trung Bộ và Duyên hải miền Trung",
    ),
    "central_highlands": ("Central Highlands", "Tây Nguyên"),
    "southeast": ("Southeast", "Đông Nam Bộ"),
    "mekong_delta": ("Mekong Delta", "Đồng bằng sông Cửu Long"),
}

#: Words and short forms that stand for a province in tables and in speech.
ALIASES = {
    "hcm": "79",
    "tphcm": "79",
    "hcmc": "79",
    "hochiminhcity": "79",
    "saigon": "79",
    "brvt": "77",
    "vungtaubaria": "77",
    "hue": "46",
    "thuathienhue": "46",
    "hanoicity": "01",
}


@dataclass(frozen=True)
class Province:
    """One province of the 63 in force to 30 June 2025."""

    code: str
    slug: str
    name_vi: str
    name_en: str
    region: str
    successor_code: str
    successor_name_vi: str

    def name(self, lang: str) -> str:
        """The name in `lang`."""
        return self.name_vi if lang == "vi" else self.name_en

    def region_name(self, lang: str) -> str:
        """The name of its socio-economic region in `lang`."""
        return REGIONS[self.region][lang == "vi"]


def provinces(data: str | Path | None = None) -> pd.DataFrame:
    """The 63 provinces to June 2025: code, slug, names, region, successor."""
    path = settings.data_folder(data) / "papi" / "provinces.csv"
    return codebook.read_table(path, dtype={"code": str, "successor_code": str})
