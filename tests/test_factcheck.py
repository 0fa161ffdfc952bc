"""Texts of our own making about Trà Vinh and others: which of their claims are right."""

import pytest

from papi_analysis import cli, factcheck

#: Text, and the verdict of each claim in the order of the patterns. Totals, ranks and counts are
#: those that the publisher and the province printed.
TEXTS = {
    "right in Vietnamese": (
        "Năm 2024, Trà Vinh đạt 40,62 điểm, xếp hạng 57/61, thuộc nhóm đạt điểm thấp nhất.",
        ["right", "right", "right"]),
    "right in English": (
        "In 2023 Tra Vinh scored 40.14 points and ranked 54 of 61.", ["right", "right"]),
    "a rank of the year before": (
        "Năm 2024, Trà Vinh đạt 40,62 điểm, xếp thứ 54/61.", ["wrong", "right"]),
    "of 63 where 61 were scored": ("Trà Vinh năm 2024 xếp hạng 57/63 tỉnh, thành phố.", ["wrong"]),
    "of 63 where 63 were scored": ("Trà Vinh năm 2019 xếp hạng 36/63 tỉnh, thành phố.", ["right"]),
    "eight dimensions beside six": (
        "Năm 2018, tổng điểm của Trà Vinh tăng 6,72 điểm so với năm 2017.", ["not_comparable"]),
    "eight beside six with a sign": (
        "So với năm 2017, chỉ số PAPI năm 2018 của Trà Vinh: +6,73 điểm.", ["not_comparable"]),
    "counts of last year": (
        "Năm 2024, Trà Vinh có 3 nội dung tăng và 5 nội dung giảm.", ["wrong"]),
    "right counts": ("Năm 2024, Trà Vinh có 6 nội dung tăng, 2 nội dung giảm.", ["right"]),
    "points and places": (
        "Năm 2024, Trà Vinh tăng 0,47 điểm nhưng giảm 3 bậc so với năm 2023.",
        ["right", "right"]),
    "the difference of printed numbers": (
        "Năm 2024, tổng điểm Trà Vinh tăng 0,48 điểm so với năm 2023.", ["right"]),
    "the wrong direction": (
        "In 2024, Tra Vinh rose by 3 places compared with 2023.", ["wrong"]),
    "the wrong direction of points": (
        "Năm 2024, Trà Vinh giảm 0,47 điểm so với năm 2023.", ["wrong"]),
    "a slip of digits": ("Năm 2024 Trà Vinh đạt 46,02 điểm.", ["wrong"]),
    "a dimension": ("Năm 2020, Trà Vinh đạt 7,84 điểm ở nội dung Thủ tục hành chính công, "
                    "đứng thứ 1/63.", ["right", "right"]),
    "the wrong group": ("Trà Vinh năm 2024 thuộc nhóm trung bình thấp.", ["wrong"]),
    "the right group in English": (
        "Tra Vinh was in the lowest group in 2024.", ["right"]),
    "a province that was not scored": (
        "Năm 2024, Vĩnh Phúc đạt 43,10 điểm, xếp hạng 20/61.", ["not_found", "not_found"]),
    "two provinces in the right order": ("Năm 2024, Trà Vinh xếp dưới Vĩnh Long.", ["right"]),
    "two provinces in the wrong order": ("Năm 2024, Trà Vinh cao hơn Vĩnh Long.", ["wrong"]),
    "a subject of the sentence before": (
        "Trà Vinh vừa công bố kết quả PAPI năm 2022. Tổng điểm đạt 40,72 điểm, xếp hạng 48/61.",
        ["right", "right"]),
    "another index is not judged": (
        "Năm 2023, Trà Vinh đạt 85,79 điểm PAR INDEX, xếp hạng 48/63.", ["not_read"]),
    "a target is not judged": (
        "Năm 2024, Trà Vinh phấn đấu đạt 42,5 điểm, xếp hạng 45/61.", ["not_read"]),
    "a regional rank is not judged": (
        "Năm 2024, Trà Vinh xếp hạng 10/12 trong vùng Đồng bằng sông Cửu Long.", ["not_read"]),
    "the country is not the province": (
        "Năm 2024, trung bình cả nước tăng 1,01 điểm so với năm 2023.", ["not_read"]),
    "a gap is no score": (
        "Năm 2024, Trà Vinh còn thiếu 1,32 điểm để vào nhóm trên liền kề.", ["not_read"]),
    "a criterion with its dimension": (
        "Năm 2024, Trà Vinh: Cơ hội tham gia (Tham gia của người dân ở cấp cơ sở): 1,02 điểm.",
        ["right"]),
    "two criteria in one sentence": (
        "Năm 2024, Trà Vinh có Cơ hội tham gia đạt 1,02 điểm, Tri thức công dân đạt 0,75 điểm.",
        ["right", "right"]),
    "a longer span": ("Năm 2024, Trà Vinh giảm 2,44 điểm so với năm 2018.", ["not_comparable"]),
    "nothing to read": ("Trà Vinh quyết tâm cải thiện chỉ số PAPI.", []),
}  # fmt: skip


@pytest.fixture(scope="module")
def known():
    return factcheck.facts()


STEPS = {
    "ranks of two years": ("Trà Vinh tụt từ hạng 54/61 năm 2023 xuống 57/61 năm 2024.", ["right"]),
    "ranks, the first of another year": (
        "Trà Vinh tụt từ hạng 48/61 năm 2023 xuống 57/61 năm 2024.", ["wrong"]),
    "years that the sentence gives once": (
        "Năm 2024, Trà Vinh từ 54/61 xuống 57/61.", ["right"]),
    "scores of two years": (
        "Điểm của Trà Vinh tăng từ 40,14 (năm 2023) lên 40,62 (năm 2024).", ["right"]),
    "scores in English, one slip": (
        "Tra Vinh's total rose from 40.14 in 2023 to 40.72 in 2024.", ["wrong"]),
    "scores across a change of method": (
        "Trà Vinh giảm từ 42,28 điểm năm 2020 xuống 39,81 điểm năm 2021.", ["not_comparable"]),
    "a range is no step": ("Năm 2024, điểm của Trà Vinh từ 2,74 đến 7,20 điểm.", ["not_read"]),
    "a step of another index": (
        "PAR INDEX của Trà Vinh từ 50/63 năm 2022 lên 48/63 năm 2023.", ["not_read"]),
    "rank in the country": ("Năm 2024, Trà Vinh xếp thứ 57/61 cả nước.", ["right"]),
    "of 63 in the country": ("Năm 2024, Trà Vinh xếp thứ 57/63 cả nước.", ["wrong"]),
    "two criteria": ("Năm 2024, Trà Vinh: Cơ hội tham gia đạt 1,02 điểm, Chất lượng bầu cử đạt "
                     "1,37 điểm.", ["right", "right"]),
    "two criteria, one slip": ("Năm 2024, Trà Vinh: Cơ hội tham gia đạt 1,02 điểm, Chất lượng bầu "
                               "cử đạt 1,47 điểm.", ["right", "wrong"]),
    "two criteria, scores behind both": (
        "Năm 2024, Trà Vinh: Cơ hội tham gia và Chất lượng bầu cử lần lượt đạt 1,02 điểm và 1,37 "
        "điểm.", ["not_read"]),
    "a change across a doubt": (
        "Năm 2023, Trà Vinh giảm 0,57 điểm so với năm 2022.", ["right"]),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_steps_and_several_numbers_of_a_sentence(name, known):
    text, verdicts = STEPS[name]
    assert [one.verdict for one in factcheck.check(text, known)] == verdicts


def test_the_mean_of_the_country_is_that_of_the_provinces_scored(known):
    rows = known.positions.loc["total"].xs(2024, level="year")["score"].dropna()
    true = f"{rows.mean():.2f}"
    said = "The national mean in 2024 was {}."
    assert [one.verdict for one in factcheck.check(said.format(true), known)] == ["right"]
    off = f"{rows.mean() + 0.5:.2f}"
    assert [one.verdict for one in factcheck.check(said.format(off), known)] == ["wrong"]


@pytest.mark.parametrize("name", TEXTS)
def test_each_claim_of_a_text(name, known):
    text, verdicts = TEXTS[name]
    claims = factcheck.check(text, known)
    assert [one.verdict for one in claims] == verdicts, claims


def test_a_wrong_claim_comes_with_the_true_value(known):
    claims = factcheck.check(TEXTS["of 63 where 61 were scored"][0], known)
    for lang in ("vi", "en"):
        assert "57/61" in factcheck.lines(claims, lang)[0]


def test_no_right_sentence_of_the_reports_is_called_wrong(known):
    """Precision before recall: true sentences of every province and year give no alarm."""
    rows = known.positions.reset_index().query("code == 'total' and year >= 2018")
    rows = rows.dropna(subset=["score", "rank"])
    names = {code: name for name, code in reversed(known.names.items())}
    for row in rows.iloc[::7].itertuples():
        score = f"{row.score:.2f}".replace(".", ",")
        text = (f"Năm {row.year}, {names[row.province]} đạt {score} điểm, xếp hạng "
                f"{int(row.rank)}/{int(row.n)}.")  # fmt: skip
        claims = factcheck.check(text, known)
        assert [one.verdict for one in claims] == ["right", "right"], (text, claims)


def test_the_command_tells_and_ends_with_status_3(tmp_path, capsys):
    path = tmp_path / "draft.txt"
    path.write_text(TEXTS["counts of last year"][0], encoding="utf-8")
    assert cli.status(["factcheck", str(path), "--lang", "en"]) == 3
    out = capsys.readouterr().out
    assert "[wrong]" in out and "6 up, 2 down in 2024" in out and "1 claim: 0 right, 1 wrong" in out
    path.write_text(TEXTS["right counts"][0], encoding="utf-8")
    assert cli.status(["factcheck", str(path)]) == 0
