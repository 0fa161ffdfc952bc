"""The yearly run: a valid workflow whose steps are the very commands that are run here."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import toys
import yaml

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".github" / "workflows"
TEXT = (FOLDER / "annual.yml").read_text(encoding="utf-8")
WORKFLOW = yaml.safe_load(TEXT)
STEPS = WORKFLOW["jobs"]["reports"]["steps"]
#: The steps that make the results; before them stands what makes the environment.
OWN = [step for step in STEPS if "run" in step and "make setup" not in step["run"]]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.name)
def test_the_workflow_is_valid(path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema",
               "vendor.github-workflows", path]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stdout + shown.stderr


def test_it_runs_late_in_april_and_by_hand_for_a_province_and_a_year():
    when = WORKFLOW[True]  # YAML reads "on" as a truth
    minute, hour, day, month, weekday = when["schedule"][0]["cron"].split()
    assert month == "4" and 20 <= int(day) <= 30 and weekday == "*"
    assert int(minute) < 60 and int(hour) < 24
    assert set(when["workflow_dispatch"]["inputs"]) == {"province", "year"}


def test_what_is_typed_by_hand_reaches_the_steps_only_as_an_environment_variable():
    assert not any("${{" in step["run"] for step in STEPS if "run" in step)
    assert WORKFLOW["permissions"] == {"contents": "read"}


def test_the_order_is_check_run_compare_and_all_of_it_is_kept():
    commands = re.findall(r"\bpapi (\w+)", "\n".join(step["run"] for step in OWN))
    assert list(dict.fromkeys(commands)) == ["check", "batch", "verify", "diff", "plan"]
    kept = " ".join(step["with"]["path"] for step in STEPS if "upload" in step.get("uses", ""))
    assert set(kept.split()) == {"reports", "plans", "diff"}


@pytest.fixture
def machine(tmp_path):
    """A folder and an environment in which `papi` runs toy notebooks."""
    notebooks = toys.folder(tmp_path / "notebooks")
    shim = tmp_path / "bin" / "papi"
    shim.parent.mkdir()
    shim.write_text(
        f'#!/bin/sh\ncase "$1" in batch) set -- "$@" --notebooks "{notebooks}";; esac\n'
        f'exec "{sys.executable}" "{toys.__file__}" "$@"\n'
    )
    hub = shim.with_name("gh")  # stands for the program of GitHub
    hub.write_text('#!/bin/sh\nwhile [ "$1" != --body-file ]; do shift; done; cp "$2" opened.md\n')
    for program in (shim, hub):
        program.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    path = os.pathsep.join([str(shim.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    return work, {**os.environ, "PATH": path, "GITHUB_ENV": str(tmp_path / "env"),
                  "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}  # fmt: skip


def run(work, env, **typed):
    """Run the steps one after the other as the workflow does; the step that failed, or None."""
    env = {**env, **typed}
    for step in OWN:
        shown = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]], cwd=work, env=env,
            capture_output=True, text=True,
        )  # fmt: skip
        if shown.returncode:
            return step["name"], shown.stderr
        told = Path(env["GITHUB_ENV"])
        lines = told.read_text().splitlines() if told.exists() else []
        env |= dict(line.split("=", 1) for line in lines)
    return None


@pytest.mark.stress
@pytest.mark.slow
def test_the_steps_give_reports_differences_and_workbooks(machine):
    work, env = machine
    assert run(work, env, PROVINCE="tra-vinh", YEAR="") is None
    assert "tra-vinh" in (work / "opened.md").read_text(encoding="utf-8")
    summary = Path(env["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert summary.startswith("## PAPI 2024\npapi, version") and "| report |" in summary
    assert (work / "reports" / "tra-vinh" / "2024" / "report.html").is_file()
    assert (work / "reports" / "tra-vinh" / "2023" / "manifest.json").is_file()
    assert (work / "plans" / "papi-plan-tra-vinh-2024.xlsx").is_file()
    found = json.loads((work / "diff" / "tra-vinh.json").read_text(encoding="utf-8"))
    assert (found["old"], found["new"]) == ("tra-vinh/2023", "tra-vinh/2024")
    assert {one["tag"] for one in found["causes"]} == {"parameter"}
    assert "2023 → 2024" in (work / "diff" / "tra-vinh.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_year_that_is_no_number_stops_before_any_report(machine, tmp_path):
    work, env = machine
    name, _ = run(work, env, PROVINCE="tra-vinh", YEAR="a[$(touch pwned)]")
    assert name == "Choose the years" and list(work.iterdir()) == []
