"""Where there is no GPU, says so at the head of the report, and collects no tests on CuPy arrays.

The folder is not called after the library, or ``import cupy`` might find it in its place.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))


def found_gpu() -> tuple[bool, str]:
    """Return whether CuPy has a GPU to compute on, and a sentence about it."""
    try:
        import cupy
    except ImportError as error:
        return False, f"no CuPy: {error}"
    try:
        names = [
            cupy.cuda.runtime.getDeviceProperties(i)["name"].decode()
            for i in range(cupy.cuda.runtime.getDeviceCount())
        ]
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return False, f"no CUDA device: {error}"
    return bool(names), f"CuPy {cupy.__version__} on {', '.join(names) or 'no CUDA device'}"


FOUND, SENTENCE = found_gpu()
# pytest then ends with "no tests ran" and its code for that, 5: nothing passes unseen.
collect_ignore_glob = [] if FOUND else ["test_*.py"]


def pytest_report_header() -> str:
    return SENTENCE if FOUND else f"{SENTENCE}; the tests on CuPy's arrays are not run"
