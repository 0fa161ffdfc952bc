"""A merged province before it existed is called synthetic wherever it is shown."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from papi_analysis import places
from papi_analysis.data import context
from papi_analysis.errors import ParameterError
from papi_analysis.plots import charts, style


@pytest.fixture(scope="module")
def table(levels):
    cast = places.back_cast(levels, context.population_2019(), "86")
    return cast.query("code == 'total' and year >= 2018")


@pytest.fixture(scope="module")
def draw(table):
    parts = [places.find(code) for code in places.members("86")]

    def draw(lang="vi", **options):
        names = {part.code: part.name(lang) for part in parts}
        look = {"name": "Vĩnh Long", "what": "PAPI", "breaks": [2021]}
        return charts.back_cast(table, names, lang=lang, **look, **options)

    return draw


@pytest.mark.parametrize(("lang", "word"), [("vi", "ước tính ghép"), ("en", "synthetic")])
def test_synthetic_is_said_in_every_text(lang, word, draw):
    chart = draw(lang=lang)
    words = chart.caption
    assert all(word in text for text in (words.title, words.subtitle, words.alt))
    assert any(word in text.get_text().replace("\n", " ") for text in chart.axes[0].texts)
    for name in ("Bến Tre", "Trà Vinh") if lang == "vi" else ("Ben Tre", "Tra Vinh"):
        assert name in words.subtitle and name in words.alt


def test_old_series_stand_beside_it_and_lines_stop_at_breaks(draw):
    lines = [line for line in draw().axes[0].lines if len(line.get_xdata()) > 2]
    assert len(lines) == 8  # four provinces, 2018-2020 and 2021-2024
    assert sorted({len(line.get_xdata()) for line in lines}) == [3, 4]
    dashed = [line for line in lines if line.get_linestyle() != "-"]
    assert len(dashed) == 2


@pytest.mark.parametrize("width", [style.WIDE, style.NARROW])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words_stay_inside_and_apart(width, lang, draw):
    chart = draw(width=width, lang=lang)
    chart.set_dpi(288)
    renderer = FigureCanvasAgg(chart).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in chart.axes[0].texts]
    assert len(boxes) == 4
    for i, box in enumerate(boxes):
        assert box.x1 <= 4 * width and box.y0 >= 0
        assert not any(box.y0 < o.y1 - 2 and o.y0 < box.y1 - 2 for o in boxes[i + 1 :])


def test_a_table_without_a_synthetic_series_is_refused(table):
    with pytest.raises(ParameterError, match="back_cast"):
        charts.back_cast(table[~table["synthetic"]], {}, name="", what="")
