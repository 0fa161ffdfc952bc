"""Runs the notebooks through papermill for one province-year, or for many.

The runner owns the run: parameters are checked before a kernel starts, everything is written to a
staging folder beside the target, verified there, and published in one rename with the manifest.
"""

from papi_analysis.runner.batches import batch
from papi_analysis.runner.single import run
from papi_analysis.runner.verification import require_whole, verify

__all__ = ["batch", "require_whole", "run", "verify"]
