"""Run every notebook as it stands and store its outputs: python .ci/notebooks.py [NAME …]."""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

WIDGET = "application/vnd.jupyter.widget-view+json"
#: What kernel and client tell each other stays between them, also on a shared machine.
SETTINGS = Config(KernelManager={"transport_encryption": "auto"})
FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
# Small matrices gain nothing from threads, which wait for each other on busy cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class Client(NotebookClient):
    """Runs cells without playing the part of widgets: their views show nothing without a kernel."""

    def handle_comm_msg(self, *message: object) -> None:
        """Leave what widgets tell each other: an answer to it can keep a cell waiting for good."""


def store(path: Path) -> None:
    """Execute one notebook from an empty folder and write it back without run times.

    Views of widgets are left out: without a kernel they show nothing.
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as elsewhere:
        options = {"resources": {"metadata": {"path": elsewhere}}, "record_timing": False}
        client = Client(notebook, timeout=300, config=SETTINGS, **options)
        client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if "outputs" in cell:
            cell.outputs = [out for out in cell.outputs if WIDGET not in out.get("data", {})]
    kept = ("kernelspec", "papi")  # "papi" says for whom the outputs hold
    notebook.metadata = {key: notebook.metadata[key] for key in kept if key in notebook.metadata}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    wanted = sys.argv[1:] or [path.stem for path in sorted(FOLDER.glob("[0-9]*.ipynb"))]
    for name in wanted:
        store(FOLDER / f"{Path(name).stem}.ipynb")
        print(name)
