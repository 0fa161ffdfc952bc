"""A forked kernel does what a fresh one does, and nothing passes from one notebook to the next."""

import copy
import re
import time
from pathlib import Path

import pytest
import toys

from papi_analysis.errors import ExecutionError
from papi_analysis.runner import execution, notebook, warm

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"

#: Cells that an engine can get wrong, by what they try.
TRICKY = {
    "text on both streams": "import sys; print('out'); print('err', file=sys.stderr)",
    "text past Python": "import os; os.write(1, b'raw out\\n'); os.write(2, b'raw err\\n'); 1",
    "collection of garbage": "import gc; gc.isenabled(), gc.get_threshold()",
    "text of a child process": "import subprocess; subprocess.run(['echo', 'child']).returncode",
    "shell escape": "!echo shell",
    "last value": "{'a': [1, 2.5, None], 'b': 'Trà Vinh'}",
    "several displays": "from IPython.display import display\nfor i in range(3): display(i)\n4",
    "rich reprs": """class Rich:
    def _repr_html_(self): return '<b>html</b>'
    def _repr_svg_(self): return '<svg xmlns="http://www.w3.org/2000/svg"/>'
    def _repr_latex_(self): return '$x$'
    def _repr_json_(self): return {'a': 1}
    def __repr__(self): return 'plain'
Rich()""",
    "update of a display": """handle = display('first', display_id='one')
handle.update('second')""",
    "cleared output": """from IPython.display import clear_output
print('gone'); clear_output(wait=True); print('stays')""",
    "frame": "import pandas as pd; pd.DataFrame({'Tỉnh': ['Trà Vinh', None], 'x': [1.5, 2]})",
    "pandas options": "pd.set_option('display.precision', 1); pd.DataFrame({'x': [1.23456]})",
    "one figure": "import matplotlib.pyplot as plt; plt.plot([1, 2]);",
    "many figures": "for i in range(4): plt.figure(); plt.plot([i, 1])",
    "closed figures": "plt.plot([1]); plt.close('all'); len(plt.get_fignums())",
    "figure as a value": "f, a = plt.subplots(); a.bar([1, 2], [3, 4]); plt.close(f); f",
    "rcParams": "plt.rcParams['figure.figsize'] = (2, 1); plt.plot([3]);",
    "figure format": """from matplotlib_inline.backend_inline import set_matplotlib_formats
set_matplotlib_formats('svg', metadata={'Date': None})
plt.rcParams['svg.hashsalt'] = 'x'; plt.plot([1, 3]);""",
    "backend": "import matplotlib; matplotlib.get_backend()",
    "caught exception": """try: 1 / 0
except ZeroDivisionError as error: print(type(error), error)""",
    "warning": "import warnings; warnings.warn('take care')",
    "logging": "import logging; logging.warning('logged'); logging.getLogger('x').error('x')",
    "await": "import asyncio; await asyncio.sleep(0.01, 'awaited')",
    "gathered": "await asyncio.gather(*(asyncio.sleep(0, i) for i in range(3)))",
    "thread": """import threading
one = threading.Thread(target=lambda: print('from a thread')); one.start(); one.join()""",
    "process pool": """import concurrent.futures, multiprocessing
fork = multiprocessing.get_context('fork')
with concurrent.futures.ProcessPoolExecutor(1, mp_context=fork) as pool:
    print(pool.submit(abs, -3).result())""",
    "cell magic": "%%capture held\nprint('held')",
    "captured": "held.stdout",
    "line magics": "%precision 2\n%xmode Minimal\n3.14159",
    "history": "In[1][:8], len(Out) > 3, _ is not None",
    "widget": "import ipywidgets; ipywidgets.IntSlider(value=3, description='n')",
    "progress bar": """from tqdm import tqdm
for _ in tqdm([1, 2], bar_format='{n}', file=sys.stdout): pass""",
    "input is refused": """try: input('?')
except Exception as error: print(type(error).__name__)""",
    "seeded draws": """import random, numpy as np
random.seed(1); np.random.seed(1)
random.random(), float(np.random.rand()), float(np.random.default_rng(1).random())""",
    "hash of text": "hash('Trà Vinh')",
    "order of a set": "list({'a', 'b', 'c', 'd', 'e'})",
    "what may differ": "CHANCE = {'JPY_PARENT_PID', 'IPYTHONDIR', 'PYTHONPATH'}; CHANCE",
    "time zone": "time_zone = __import__('time').strftime('%Z'); time_zone",
    "paths": "sys.path[0], os.getcwd() == os.path.realpath('.'), sys.argv[0][-21:], __name__",
    "environment": "sorted((k, v) for k, v in os.environ.items() if k not in CHANCE)",
    "signals": "import signal; [str(signal.getsignal(n)) for n in (2, 15, 13, 17)]",
    "limits": "sys.getrecursionlimit(), sys.flags.optimize, sys.flags.utf8_mode, sys.warnoptions",
    "streams": "sys.stdin.__class__.__name__, sys.stdout.encoding, sys.stdout.isatty()",
    "open files": "[os.path.basename(os.readlink(f'/proc/self/fd/{n}'))[:4] for n in (1, 2)]",
    "main module": "import __main__; __main__.__dict__ is globals(), os.getpid() == os.getpgid(0)",
    "process": "os.getsid(0) == os.getpid(), sys.stdout.__class__.__module__",
    "traceback": """import traceback
try: int('x')
except ValueError: print(traceback.format_exc(limit=0))""",
    "unraisable": "class Bad:\n    def __del__(self): raise ValueError('lost')\nBad(); None",
    "long text": "print('x' * 100_000)",
    "much output": "for i in range(500): print(i)",
    "letters": "print('Đồng bằng sông Cửu Long', '\\u200b', '🌾')",
}


def told(name="toy", **more):
    """What an engine is told beside the notebook."""
    limits = execution.Limits(cell=60, start=60)
    return {"name": name, "limits": limits, "deadline": time.monotonic() + 600, **more}


def executed(node, folder, ready):
    parameters = {"lang": "vi", "seed": 84, "out": ""}
    done, seconds = execution.execute(
        node=copy.deepcopy(node), parameters=parameters, cwd=folder, ready=ready, **told()
    )
    assert seconds["engine"] == ("warm" if ready else "stock")
    return done


def outputs(node):
    """The outputs of each cell, with what differs between any two fresh kernels put aside."""
    names = {}

    def neutral(value):
        if isinstance(value, dict):
            return {neutral(k): neutral(v) for k, v in value.items()}
        if isinstance(value, list):
            return [neutral(v) for v in value]
        if isinstance(value, str):
            value = re.sub(r"ipykernel_\d+/\d+\.py", "ipykernel/cell.py", value)
            value = re.sub(r"at 0x[0-9a-f]+", "at 0x", value)
            return re.sub(
                r"\b[0-9a-f]{32}\b", lambda hit: names.setdefault(hit[0], f"id-{len(names)}"), value
            )
        return value

    return [neutral(merged(cell)) for cell in node.cells if cell.cell_type == "code"]


def merged(cell):
    """The outputs of a cell; how a stream was cut into messages, and how two streams mix, is
    chance."""
    streams, others = {}, []
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
        else:
            others.append(dict(output))
    return {"others": others, **streams}


@pytest.fixture(scope="module")
def ready():
    """A template that imported what the tricky cells use."""
    modules = warm.named([*TRICKY.values(), "import matplotlib.pyplot, pandas, seaborn"])
    with warm.templates([f"import {name}" for name in modules if name != "__main__"]) as found:
        yield found


@pytest.fixture(scope="module")
def pair(ready, tmp_path_factory):
    """The tricky cells run by both engines."""
    node = toys.notebook(*TRICKY.values())
    folder = tmp_path_factory.mktemp("tricky")
    return [outputs(executed(node, folder, which)) for which in (None, ready)]


needs_fork = pytest.mark.skipif(not warm.available(), reason="this system has no safe fork")


@needs_fork
@pytest.mark.parametrize("number", range(len(TRICKY)), ids=list(TRICKY))
def test_a_forked_kernel_shows_what_a_fresh_one_shows(pair, number):
    fresh, forked = pair
    assert len(fresh) == len(forked) == len(TRICKY) + 2
    assert forked[number + 2] == fresh[number + 2]


@needs_fork
def test_the_tricky_cells_try_something(pair):
    silent = [
        name for name, shown in zip(TRICKY, pair[0][2:], strict=True) if not any(shown.values())
    ]
    assert silent == ["cell magic"]
    figures = [sum("image/png" in o.get("data", {}) for o in c["others"]) for c in pair[0][2:]]
    assert figures[list(TRICKY).index("many figures")] == 4


CHANGES = """import os, sys, pathlib, warnings, builtins
import matplotlib.pyplot as plt, pandas as pd, numpy as np
plt.rcParams['figure.figsize'] = (1, 1)
plt.rcParams['axes.facecolor'] = 'red'
pd.set_option('display.max_rows', 3)
np.set_printoptions(precision=1)
os.environ['LEAK'] = 'yes'
os.chdir('/')
sys.path.insert(0, '/leak')
warnings.simplefilter('ignore')
pd.DataFrame.describe = lambda self: 'patched'
builtins.leak = 1
sys.modules['leak'] = sys"""
STATE = """import os, sys, pathlib, warnings, builtins
import matplotlib.pyplot as plt, pandas as pd, numpy as np
(plt.rcParams['figure.figsize'], plt.rcParams['axes.facecolor'],
 pd.get_option('display.max_rows'), np.get_printoptions()['precision'], os.environ.get('LEAK'),
 os.getcwd() == '/', '/leak' in sys.path, len(warnings.filters) > 1,
 'patched' in str(pd.DataFrame({'x': [1]}).describe()), hasattr(builtins, 'leak'),
 'leak' in sys.modules, len(In))"""


@needs_fork
def test_nothing_passes_from_one_notebook_to_the_next(ready, tmp_path):
    before = outputs(executed(toys.notebook(STATE), tmp_path, ready))
    executed(toys.notebook(CHANGES), tmp_path, ready)
    assert outputs(executed(toys.notebook(STATE), tmp_path, ready)) == before
    assert outputs(executed(toys.notebook(STATE), tmp_path, None)) == before


@needs_fork
def test_two_forks_draw_different_numbers_when_nobody_gives_a_seed(ready, tmp_path):
    node = toys.notebook("import random, numpy; random.random(), float(numpy.random.rand())")
    one, other = (outputs(executed(node, tmp_path, ready))[-1] for _ in range(2))
    assert one != other


@needs_fork
@pytest.mark.parametrize("cell", ["import os; os.abort()", "import ctypes; ctypes.string_at(0)"])
def test_a_crash_is_a_dead_kernel_and_the_template_goes_on(ready, tmp_path, cell):
    with pytest.raises(ExecutionError, match="died in cell 2"):
        executed(toys.notebook(cell), tmp_path, ready)
    assert outputs(executed(toys.notebook("1 + 1"), tmp_path, ready))[-1]["others"]


@needs_fork
def test_a_template_that_is_gone_is_replaced_by_fresh_kernels(tmp_path):
    with warm.templates([]) as gone:
        gone.process.kill()
        gone.process.wait()
        done, seconds = execution.execute(
            node=toys.notebook("1 + 1"),
            parameters={"year": 2024},
            cwd=tmp_path,
            ready=gone,
            **told(),
        )
    assert seconds["engine"] == "stock" and done.cells[-1].outputs


@needs_fork
def test_a_template_with_a_second_thread_gives_no_kernels(tmp_path):
    keeps_one = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()"
    (tmp_path / "threaded.py").write_text(keeps_one)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
        with (
            warm.templates(["import threaded"]) as refused,
            pytest.raises(RuntimeError, match="thread"),
        ):
            refused.fork([], env={}, cwd="/", log=tmp_path / "log")


def test_the_imports_of_notebooks_are_found_and_broken_code_is_passed_over():
    sources = [
        "import a.b as c, d\nfrom e import f",
        "from . import g",
        "%magic",
        "def h(): import i",
    ]
    assert warm.named(sources) == ["a.b", "d", "e", "e.f", "i"]


@needs_fork
@pytest.mark.stress
@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("[0-9]*.ipynb")), ids=lambda p: p.stem)
def test_every_notebook_of_ours_shows_the_same_on_both_engines(path, tmp_path):
    node = notebook.read(path)
    with warm.templates([c.source for c in node.cells if c.cell_type == "code"]) as ready:
        fresh, forked = (outputs(executed(node, tmp_path, which)) for which in (None, ready))
    assert forked == fresh and any(cell["others"] for cell in fresh)
