"""Dask workers make the same reports as this machine, also when one of them dies."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import toys
from test_batch import stamps

from papi_analysis import runner
from papi_analysis.errors import EnvironmentFault, SourceError
from papi_analysis.runner import cluster, manifest, notebook, request

pytest.importorskip("distributed", reason="the extra cluster is not installed")

PRELOAD = """import toys
from papi_analysis.runner import notebook
toys.install()
notebook.folder = lambda notebooks=None: __import__('pathlib').Path({folder!r})
"""
PROVINCES = "ca-mau,can-tho,ha-noi,kon-tum,nam-dinh,tra-vinh"


@contextlib.contextmanager
def dask(folder, *, workers):
    """A scheduler and workers as processes of their own on this machine."""
    preload = folder / "toy_workers.py"
    preload.write_text(PRELOAD.format(folder=str(folder / "notebooks")))
    path = os.pathsep.join([str(Path(toys.__file__).parent), os.environ.get("PYTHONPATH", "")])
    program = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    told = folder / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", told]
    started = [_started(program, options, folder, path)]
    try:
        while not told.exists():
            time.sleep(0.05)
        address = json.loads(told.read_text())["address"]
        program = [sys.executable, "-m", "distributed.cli.dask_worker", address]
        options = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--preload", preload]
        options += ["--local-directory", folder, "--host", "127.0.0.1"]
        started += [_started(program, options, folder, path) for _ in range(workers)]
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def _started(program, options, folder, path):
    return subprocess.Popen(
        [str(word) for word in [*program, *options]],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=open(folder / "dask.log", "a"),
    )


@pytest.fixture(scope="module")
def toy_country(tmp_path_factory):
    """Toy notebooks that take a moment, and the reports that a local batch makes of them."""
    root = tmp_path_factory.mktemp("cluster")
    nodes = toys.folder(root / "notebooks", report=("import time; time.sleep(0.5)",))
    with toys.runs():
        runner.run_batch(PROVINCES, "2024", out=root / "local", notebooks=nodes)
    return root


@pytest.mark.stress
def test_two_workers_of_which_one_is_killed_give_the_bytes_of_a_local_batch(
    toy_country, tmp_path, monkeypatch
):
    published = []
    publish = cluster._publish

    def watched(asked, out, future):
        published.append(asked.name)
        if len(published) == 1:
            os.kill(workers[0].pid, signal.SIGKILL)
        return publish(asked, out, future)

    monkeypatch.setattr(cluster, "_publish", watched)
    nodes = toy_country / "notebooks"
    with toys.runs(), dask(toy_country, workers=2) as (address, workers):
        summary = runner.run_batch(
            PROVINCES, "2024", out=tmp_path / "r", notebooks=nodes, scheduler=address
        )
        assert workers[0].wait(10) == -signal.SIGKILL
    assert summary["failed"] == {} and sorted(published) == sorted(summary["made"])
    assert len(stamps(tmp_path / "r")) == len(PROVINCES.split(","))
    for path in (toy_country / "local").rglob("*"):
        other = tmp_path / "r" / path.relative_to(toy_country / "local")
        if path.is_file() and path.name not in (manifest.FILE, "batch.json"):
            assert other.read_bytes() == path.read_bytes(), path
    for name in summary["made"]:
        assert manifest.verify(tmp_path / "r" / name) == []


def test_a_worker_with_other_data_or_code_makes_nothing(monkeypatch, toy_country):
    nodes = toy_country / "notebooks"
    (asked,), _ = request.many("tra-vinh", "2024")
    here = manifest.inputs(nodes)
    monkeypatch.setattr(notebook, "folder", lambda notebooks=None: nodes)
    with toys.runs():
        cluster._shop.cache_clear()
        with pytest.raises(SourceError, match="papi_analysis"):
            cluster.pack(asked, {**here, "papi_analysis": "other"}, None)
        cluster._shop.cache_clear()


def test_a_scheduler_that_does_not_answer_is_named(tmp_path, monkeypatch):
    import distributed

    def refused(address, **options):
        raise OSError("timed out")

    monkeypatch.setattr(distributed, "Client", refused)
    with pytest.raises(EnvironmentFault, match=r"127\.0\.0\.1:9"), toys.runs():
        nodes = toys.folder(tmp_path / "n")
        where = {"out": tmp_path / "r", "notebooks": nodes}
        runner.run_batch("tra-vinh", "2024", scheduler="tcp://127.0.0.1:9", **where)


def test_a_cluster_that_wants_certificates_says_where_to_name_them(tmp_path, monkeypatch):
    import distributed

    def bare(address, **options):
        raise TypeError("TLS expects a `ssl_context` argument")

    monkeypatch.setattr(distributed, "Client", bare)
    with pytest.raises(EnvironmentFault, match="COMM__TLS__CA_FILE"), toys.runs():
        nodes = toys.folder(tmp_path / "n")
        runner.run_batch(
            "tra-vinh", "2024", out=tmp_path / "r", notebooks=nodes, scheduler="tls://127.0.0.1:9"
        )
