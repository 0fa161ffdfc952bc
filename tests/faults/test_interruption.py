"""Whatever ends a run, the old report stands whole, the next run succeeds, no process is left."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
import toys
from machine import PROGRAM, Run, hidden, needs_linux, needs_mounts, needs_network_spaces

from papi_analysis import cli
from papi_analysis.runner import manifest

pytestmark = needs_linux
SLOW = "import time; time.sleep(60)"
HELD = "import os, time\nwhile not os.path.exists(os.environ['GATE']): time.sleep(0.01)"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Notebooks that work, that hang, that wait at a gate, and a report made by the first."""
    root = tmp_path_factory.mktemp("faults")
    toys.folder(root / "quick", **{"01_data": toys.notebook("province")})
    toys.folder(root / "slow", report=(SLOW,))
    toys.folder(root / "held", report=(HELD,))
    status, _, err = Run(root / "quick", root / "made").end()
    assert status == 0, err
    return root


@pytest.fixture
def out(base, tmp_path):
    """A folder of reports that holds one from an earlier run."""
    return shutil.copytree(base / "made", tmp_path / "reports")


def whole(out):
    return manifest.verify(out / "tra-vinh" / "2024") == []


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)],
    ids=["TERM", "INT", "HUP"],
)
def test_a_run_that_is_asked_to_end_ends_at_once_and_clears_its_traces(
    base, out, tmp_path, number, status
):
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    run = Run(base / "slow", out, TMPDIR=str(scratch))
    run.kernels()
    run.process.send_signal(number)
    begun = time.monotonic()
    code, told, err = run.end()
    assert (code, told) == (status, "") and "Traceback" not in err
    assert time.monotonic() - begun < 5  # the cell would sleep much longer
    assert run.gone() and whole(out) and hidden(out) == [] and not list(scratch.iterdir())


@pytest.mark.parametrize("pause", [0.05, 0.3, 0.6, 1.0, 2.0])
def test_a_run_ends_soon_wherever_it_is(base, out, tmp_path, pause):
    run = Run(base / "quick", out, TMPDIR=str(tmp_path))
    time.sleep(pause)
    run.process.send_signal(signal.SIGTERM)
    run.end()
    assert run.gone() and whole(out) and hidden(out) == [] and not list(tmp_path.glob("papi-*"))


@pytest.fixture(autouse=True)
def heeded():
    """A hang-up counts, also where the tests themselves were started by nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


STUBBORN = """import time
from papi_analysis import cli

@cli.papi.command()
def stubborn():
    print("ready", flush=True)
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass

cli.main(["stubborn"])"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_program_that_does_not_unwind_is_ended_when_its_patience_is_over(name):
    """What a run takes to end is bounded by `PATIENCE`, whatever it is doing."""
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        process.send_signal(getattr(signal, name))
        try:
            assert process.wait(60) == 128 + getattr(signal, name)
        finally:
            process.kill()
    assert cli.PATIENCE <= 2


@pytest.mark.parametrize("limit", [24, 64])
def test_too_few_open_files_are_one_line_before_anything_is_made(base, tmp_path, limit):
    prefix = ["sh", "-c", f'ulimit -n {limit}; exec "$@"', "sh"]
    status, told, err = Run(base / "quick", tmp_path / "r", prefix=prefix).end()
    assert (status, told) == (5, "") and "ulimit -n" in err and len(err.splitlines()) == 1
    assert not (tmp_path / "r").exists()


def test_the_next_run_clears_the_temporary_folders_of_one_that_was_killed(base, out, tmp_path):
    run = Run(base / "slow", out, TMPDIR=str(tmp_path))
    run.kernels()
    mine = tmp_path / "papi-notes"
    mine.mkdir()
    run.process.kill()
    run.end()
    assert run.gone() and len(list(tmp_path.glob("papi-*"))) == 2
    status, _, err = Run(base / "quick", out, TMPDIR=str(tmp_path)).end()
    assert status == 0, err
    assert list(tmp_path.glob("papi-*")) == [mine]


def test_a_second_interrupt_does_not_leave_a_kernel(base, out):
    run = Run(base / "slow", out)
    run.kernels()
    for _ in range(2):
        run.process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    run.end()
    assert run.gone() and whole(out)


@pytest.mark.stress
def test_kills_at_random_moments_harm_nothing(base, out):
    dice, begun = random.Random(84), time.monotonic()
    Run(base / "quick", out).end()
    usual = time.monotonic() - begun
    for _ in range(int(os.environ.get("PAPI_KILLS", "10"))):  # 200 to measure
        run = Run(base / "quick", out)
        time.sleep(dice.uniform(0, usual))
        run.process.kill()
        run.end()
        assert run.gone(), "a process outlived its run"
        assert whole(out)
    status, _, err = Run(base / "quick", out).end()
    assert status == 0, err
    assert whole(out) and hidden(out) == []


@pytest.mark.parametrize("victim", ["kernel", "template"])
def test_a_killed_kernel_is_status_6_with_the_cell_named(base, out, victim):
    run = Run(base / "slow", out)
    kernel = run.kernels()[0]
    time.sleep(0.5)
    os.kill(kernel if victim == "kernel" else _parent(kernel), signal.SIGKILL)
    status, told, err = run.end()
    assert (status, told) == (6, "") and "06-report.ipynb" in err and SLOW in err
    assert run.gone() and whole(out) and hidden(out) == []


def _parent(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return int(file.read().rpartition(")")[2].split()[1])


@pytest.mark.stress
def test_of_two_runs_on_one_folder_one_succeeds_and_one_is_told_to_wait(base, tmp_path):
    for pair in range(int(os.environ.get("PAPI_PAIRS", "2"))):
        out, gate = tmp_path / f"reports-{pair}", tmp_path / f"gate-{pair}"
        runs = [Run(base / "held", out, GATE=str(gate)) for _ in range(2)]
        until = time.monotonic() + 60
        while time.monotonic() < until and all(run.process.poll() is None for run in runs):
            time.sleep(0.02)
        gate.touch()
        assert sorted(status for status, _, _ in [run.end() for run in runs]) == [0, 5]
        assert whole(out) and hidden(out) == []


SMALL_DISK = """
set -e
mount -t tmpfs -o size=$1k tmpfs "$2"
cp -r "$3"/. "$2"
shift 3
status=0; "$@" || status=$?
mount -o remount,size=64m "$OUT"
{verify}
test -z "$(find "$OUT" -name '.*.part-*')"
exit $status
"""


@needs_mounts
@pytest.mark.parametrize("spare", [0.3])
def test_a_full_disk_leaves_the_old_report_whole(base, tmp_path, spare):
    disk, old = tmp_path / "disk", tmp_path / "old"
    disk.mkdir()
    shutil.copytree(base / "made" / "tra-vinh", old / "tra-vinh")
    used = sum(-(-p.stat().st_size // 4096) * 4 for p in old.rglob("*") if p.is_file())
    size = used + int(used * spare)
    verify = f'{" ".join(PROGRAM)} verify "$OUT/tra-vinh/2024" >&2 || exit 99'
    script = SMALL_DISK.replace("{verify}", verify)
    prefix = ["unshare", "-rm", "sh", "-c", script, "sh", size, disk, old]
    status, _, err = Run(base / "quick", disk, prefix=prefix, OUT=str(disk)).end()
    assert status == 5 and "Traceback" not in err, err


@needs_mounts
def test_an_output_on_a_read_only_disk_is_status_5(base, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    script = 'mount -t tmpfs -o ro tmpfs "$1"; shift; exec "$@"'
    run = Run(base / "quick", disk, prefix=["unshare", "-rm", "sh", "-c", script, "sh", disk])
    status, told, err = run.end()
    assert (status, told) == (5, "") and str(disk) in err and "Traceback" not in err


@needs_network_spaces
def test_a_run_needs_no_network(base, tmp_path):
    status, _, err = Run(base / "quick", tmp_path / "r", prefix=["unshare", "-rn"]).end()
    assert status == 0, err
    assert whole(tmp_path / "r")


def test_a_cell_that_exhausts_memory_under_a_limit_is_status_6(base, tmp_path):
    greedy = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
    greedy += "held = [bytearray(1 << 26) for _ in range(1000)]"
    run = Run(toys.folder(tmp_path / "n", report=(greedy,)), tmp_path / "r")
    status, _, err = run.end()
    assert status == 6 and "06-report.ipynb" in err
    assert run.gone() and not (tmp_path / "r").exists()
