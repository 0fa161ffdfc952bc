"""What the README says is so: its commands, tree, finding and picture, in both languages."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import commands
import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXTS = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "README.vi.md")}
spec = importlib.util.spec_from_file_location("readme", ROOT / ".ci" / "readme.py")
readme = importlib.util.module_from_spec(spec)
spec.loader.exec_module(readme)
REMEDY = "run: make readme"

#: Commands that set up an environment: what each needs in the repository. `.ci/run` does the same.
SET_UP = {
    "python3 .ci/setup.py": ".ci/setup.py",
    'pip install ".[lab]"': "pyproject.toml",
    "docker build -t papi-analysis .": "Dockerfile",
    'docker run --rm -v "$PWD/reports:/papi-analysis/reports" papi-analysis make report': (
        "Dockerfile"
    ),
    "conda env create -f environment.yml": "environment.yml",
    "conda activate papi-analysis": "environment.yml",
}


def part(text, mark):
    """What stands between two marks."""
    return text.split(f"<!-- {mark} -->\n")[1].split(f"<!-- /{mark} -->")[0]


def tree(text):
    """The paths of the tree with what is said of each."""
    lines = commands.blocks(part(text, "tree"), "")[0].splitlines()
    return dict(re.split(r"\s{2,}", line, maxsplit=1) for line in lines)


@pytest.fixture(params=TEXTS)
def text(request):
    """Each README in turn."""
    return TEXTS[request.param]


# --- the tree


def test_the_tree_is_the_one_on_disk(text):
    listed = tree(text)
    ignored = (ROOT / ".gitignore").read_text("utf-8")
    for path in listed:
        assert (ROOT / path).exists() or f"{path}*" in ignored, path
    folders = {path.split("/")[0] for path in listed if "/" in path}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout
    on_disk = {line.split("/")[0] for line in tracked.splitlines() if "/" in line}
    missing = {name for name in on_disk if not name.startswith(".")} - folders
    assert missing == set()


def test_every_notebook_is_in_the_table_and_every_link_leads_somewhere(text):
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert all((ROOT / link).exists() for link in links), links
    shown = {link for link in links if link.startswith("notebooks/")}
    numbered = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert shown == {f"notebooks/{path.name}" for path in numbered}
    ends = [path.stem[:2] for path in numbered]
    assert f"{ends[0]} … {ends[-1]}" in tree(text)["notebooks/"]


# --- the finding


def test_the_finding_is_the_one_that_is_computed():
    for lang, quoted in readme.sentences().items():
        assert part(TEXTS[readme.PAGES[lang][0]], "finding") == quoted, REMEDY


def test_the_picture_is_the_one_that_is_drawn():
    for lang, drawn in readme.pictures().items():
        stored = ROOT / "docs" / "images" / readme.PAGES[lang][1]
        assert stored.read_text("utf-8") == drawn, REMEDY
        assert f"](docs/images/{stored.name})" in TEXTS[readme.PAGES[lang][0]]


# --- the commands


def test_every_command_is_understood_or_run_by_a_test(text):
    for line in commands.lines(text):
        words = commands.arguments(line)
        if words:
            assert commands.understood(words), line
        elif line.startswith("make "):
            target = line.split()[1]
            shown = subprocess.run(
                ["make", "-n", target, f"VENV={sys.prefix}"],
                cwd=ROOT,
                capture_output=True,
                text=True,
            )
            assert shown.returncode == 0 and f"-m {MODULES[target]}" in shown.stdout
        else:
            assert (ROOT / SET_UP[line]).exists()


MODULES = {"report": "papi_analysis run", "test": "pytest", "lab": "papi_analysis lab"}


def test_the_environment_is_made_in_the_same_way_with_and_without_make():
    shown = subprocess.run(
        ["make", "-n", "report", "VENV=nowhere"], cwd=ROOT, capture_output=True, text=True
    )
    assert '.ci/setup.py  "nowhere"' in shown.stdout and "--dev" not in shown.stdout
    shown = subprocess.run(
        ["make", "-n", "test", "VENV=nowhere"], cwd=ROOT, capture_output=True, text=True
    )
    assert '.ci/setup.py --dev "nowhere"' in shown.stdout
    conda = (ROOT / "environment.yml").read_text("utf-8")
    assert "\nname: papi-analysis\n" in conda


@pytest.mark.stress
@pytest.mark.slow
def test_the_commands_for_another_province_run_as_they_stand(tmp_path):
    section = TEXTS["README.md"].split("## Another province, another year")[1].split("\n## ")[0]
    done = commands.lines(section)
    assert [line.split()[1] for line in done] == ["run", "run", "verify", "check", "export"]
    for line in done:
        command = [sys.executable, "-m", "papi_analysis", *commands.arguments(line)]
        shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert shown.returncode == 0, f"{line}\n{shown.stderr}"
    made = {path.parent.relative_to(tmp_path) for path in tmp_path.rglob("manifest.json")}
    assert made == {Path("reports/can-tho/2023"), Path("reports/tra-vinh/2016")}
    assert (tmp_path / "papi-scores" / "datapackage.json").exists()


# --- the Vietnamese twin


def test_both_languages_have_the_same_structure():
    english, vietnamese = TEXTS.values()
    for pattern in (r"^#+ ", r"^- ", r"^\d\. ", r"^\| ", r"^```", r"^!\[", r"^<!-- .* -->$"):
        counts = [len(re.findall(pattern, text, re.M)) for text in (english, vietnamese)]
        assert counts[0] == counts[1], pattern
    marks = [re.findall(r"^(#+) |^(```)|^(<!-- .*)$", text, re.M) for text in TEXTS.values()]
    assert marks[0] == marks[1]


def test_both_languages_have_the_same_commands_and_paths():
    english, vietnamese = TEXTS.values()
    assert commands.lines(english) == commands.lines(vietnamese)
    assert list(tree(english)) == list(tree(vietnamese))
    code = [
        re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", t, flags=re.S)) for t in TEXTS.values()
    ]
    assert sorted(code[0]) == sorted(code[1])


def test_the_vietnamese_page_is_vietnamese_all_through():
    import unicodedata

    vietnamese = TEXTS["README.vi.md"]
    assert vietnamese == unicodedata.normalize("NFC", vietnamese)
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|<!--.*?-->", "", vietnamese, flags=re.S)
    assert not re.search(r"\b(the|and|which|criteria|province)\b", prose, re.IGNORECASE)
