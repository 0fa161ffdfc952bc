"""The gallery shows what its code gives, and every figure function saves what it shows."""

import io
import re
import runpy
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from papi_analysis.plots import research, style
from papi_analysis.plots.svg import SVG as NAMESPACE

ROOT = Path(__file__).resolve().parents[1]
SVG = f"{{{NAMESPACE}}}"


@pytest.fixture(scope="module")
def gallery():
    return runpy.run_path(str(ROOT / ".ci" / "gallery.py"))


@pytest.fixture(scope="module")
def figures(gallery):
    """Every figure of the page, and those that need a long calculation from small tables."""
    odds = pd.DataFrame(
        {
            "code": ["a", "b"],
            "tier": ["A", None],
            "p_top5": [0.9, 0.4],
            "p_top5_redrawn": [0.7, 0.3],
        }
    )
    more = {
        "certainty": research.certainty(odds, names={"a": "A", "b": "B"}, lang="en"),
    }
    return dict(gallery["drawn"]()) | more


def test_every_figure_function_is_in_the_gallery(gallery):
    assert gallery["public"]() == set(gallery["FIGURES"]) | gallery["ELSEWHERE"]


def test_the_page_and_its_pictures_are_what_the_code_gives(gallery, figures):
    """Else: python .ci/gallery.py"""
    assert (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8") == gallery["page"]()
    for name in gallery["FIGURES"]:
        path = ROOT / "docs" / "images" / "gallery" / f"{name}.svg"
        assert path.read_text(encoding="utf-8") == style.standalone(figures[name]), name


def test_no_type_is_printed_smaller_than_eight_and_a_half_points(figures):
    """A wide drawing fills the width of A4 between margins of 10 mm; a small one is no larger."""
    for name, figure in figures.items():
        sizes = re.findall(r"font-size:([\d.]+)px", style.svg(figure))
        wide = max(figure.get_figwidth() * 72, style.WIDE)
        points = min(map(float, sizes)) * (210 - 20) / 25.4 * 72 / wide
        assert wide == style.WIDE and points >= 8.5, (name, points)


def test_every_figure_saves_what_it_shows(figures):
    """Each colour that the page's drawing fills something large with, and most of its words."""
    for name, figure in figures.items():
        assert figure.axes, name
        drawing = style.svg(figure)
        seen = set(re.findall(r"fill:\s*var\(--c-\w+,\s*(#[0-9a-f]{6})\)", drawing))
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=144)
        file.seek(0)
        pixels = (matplotlib.image.imread(file) * 255).round().astype(int)
        opaque = pixels[pixels[..., 3] > 250][:, :3]
        there = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.unique(opaque, axis=0).tolist()}
        assert seen and len(seen - there) <= 1, (name, seen - there)
        rows = np.flatnonzero((pixels[..., 3] > 0).any(axis=1))
        assert np.ptp(rows) > 0.75 * len(pixels), name  # ink from top to bottom


@pytest.mark.parametrize("name", ["country", "region", "communes", "grid", "certainty"])
def test_a_saved_svg_has_the_words_and_a_saved_pdf_the_ink_of_the_picture(name, figures, tmp_path):
    """Charts of the report are held by tests/test_figures.py in the same way."""
    figure = figures[name]
    figure.savefig(tmp_path / "a.svg")
    shown = [e.text for e in style.written(figure).iter(f"{SVG}text")]
    assert shown and [e.text for e in ET.parse(tmp_path / "a.svg").iter(f"{SVG}text")] == shown
    if not shutil.which("pdftoppm"):
        pytest.skip("no pdftoppm: apt-get install poppler-utils")
    figure.savefig(tmp_path / "a.pdf")
    command = ["pdftoppm", "-r", "144", "-png", "-singlefile", "a.pdf", "printed"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    figure.savefig(tmp_path / "drawn.png", dpi=144, facecolor="white")
    ink = [1 - matplotlib.image.imread(tmp_path / f"{n}.png")[..., :3].mean(axis=2)
           for n in ("printed", "drawn")]  # fmt: skip
    rows, columns = (min(part.shape[k] for part in ink) // 36 * 36 for k in (0, 1))
    blocks = [part[:rows, :columns].reshape(rows // 36, 36, -1, 36).mean(axis=(1, 3))
              for part in ink]  # fmt: skip
    assert np.abs(blocks[0] - blocks[1]).sum() < 0.12 * blocks[1].sum()
