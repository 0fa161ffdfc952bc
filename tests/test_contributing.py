"""What a contributor is told works: hooks, templates, floors of dependencies, targets of make."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import commands
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
#: Below these versions lie known faults by which a page or a server can be attacked.
FLOORS = {"nbconvert": "7.17.1", "jupyter-server": "2.20.0", "jupyterlab": "4.5.7"}
#: Files whose form has a published schema.
FORMS = {
    "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/[0-9]*.yml",
    "vendor.github-issue-config": ".github/ISSUE_TEMPLATE/config.yml",
    "vendor.github-workflows": ".github/workflows/*.yml",
    "vendor.citation-file-format": "CITATION.cff",
}


@pytest.mark.parametrize("name", FLOORS)
def test_the_floor_of_a_dependency_lies_above_its_known_faults(name):
    wanted = {r.name: r for r in map(Requirement, PROJECT["optional-dependencies"]["lab"])}
    floors = [s.version for s in wanted[name].specifier if s.operator == ">="]
    assert Version(*floors) >= Version(FLOORS[name])
    assert f"{name}==" in (ROOT / "requirements-dev.lock").read_text("utf-8")


@pytest.mark.parametrize("schema", FORMS)
def test_a_file_has_the_form_that_its_reader_expects(schema):
    files = sorted(ROOT.glob(FORMS[schema]))
    assert files
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    shown = subprocess.run([*command, *files], capture_output=True, text=True)
    assert shown.returncode == 0, shown.stdout


def test_hooks_run_programs_of_the_environment_that_are_there():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert {hook["id"] for hook in hooks} == {"ruff", "notebooks", "environment", "data"}
    for hook in hooks:
        program, *words = hook["entry"].split()
        assert program == ".venv/bin/python" and hook["language"] == "system"
        if words[0] == "-m":
            shown = subprocess.run([sys.executable, "-m", words[1], "--help"], capture_output=True)
            assert shown.returncode == 0
        else:
            assert (ROOT / words[0]).is_file()


def test_make_lists_its_own_targets():
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", text, re.M)[1].split()
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True).stdout
    listed = re.findall(r"^  make (\w+)\s+\S.*$", shown, re.M)
    assert sorted(listed) == sorted(targets)


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md"])
def test_links_lead_somewhere_and_commands_name_what_is_there(name):
    text = (ROOT / name).read_text("utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert all((ROOT / link).exists() for link in links)
    for line in commands.lines(text):
        for word in line.split():
            assert not word.startswith(".ci/") or (ROOT / word).exists(), line
        if line.startswith("make "):
            assert re.search(rf"^{line.split()[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.M)


def test_every_supported_python_is_in_the_matrix():
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    versions = flow["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert PROJECT["requires-python"] == f">={versions[0]}" and len(versions) >= 3


def test_the_changelog_speaks_of_what_is_not_yet_released():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## Unreleased\n\n- .+", text, re.M)
    assert PROJECT["version"] in (ROOT / "CITATION.cff").read_text("utf-8")
