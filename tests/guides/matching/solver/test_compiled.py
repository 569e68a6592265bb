"""The kernels are compiled at installation, loaded only for a matching, and work without a cache folder."""

import os
import subprocess
import sys
from pathlib import Path

from guides.matching.solver import assignment

SOURCE = Path(assignment.__file__).parent


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_interface_does_not_load_the_compiler() -> None:
    loaded = "import sys, guides.matching.solver.assignment, guides.matching.solver.tiers; print('numba' in sys.modules)"
    assert run(loaded).strip() == "False"


def test_after_compile_kernels_nothing_is_left_to_compile() -> None:
    """The next process finds the machine code of all kernels in the cache."""
    count = """
import sys, numpy as np
from guides.matching.solver.warm_cache import compile_kernels
compile_kernels()
from guides.matching.solver.assignment import assign
assign(np.arange(600).reshape(30, 20) % 7, np.ones(20, int))
kernels = [k for name, m in sys.modules.items() if name.startswith('guides.matching.')
           for k in vars(m).values() if hasattr(k, 'stats') and k.__module__ == name]
print(len(kernels), sum(sum(k.stats.cache_misses.values()) for k in kernels))
"""
    run(count)
    kernels, compiled_again = map(int, run(count).split())
    assert kernels > 30
    assert compiled_again == 0


def test_kernels_work_without_a_writable_cache_folder(tmp_path: Path) -> None:
    """Without a writable cache folder every process compiles the kernels itself."""
    copy = tmp_path / "alone"
    copy.mkdir()
    (copy / "compiled.py").write_text((SOURCE / "compiled.py").read_text())
    nowhere = tmp_path / "nowhere"
    nowhere.write_text("")
    code = f"""
import importlib.util
from numba.core import caching
caching.CacheImpl._locator_classes = []  # as if no folder were writable, also for root
spec = importlib.util.spec_from_file_location('compiled', {str(copy / "compiled.py")!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
def double(number): return 2 * number
print(module.compiled(double)(21))
"""
    assert run(code, HOME=str(nowhere)).strip() == "42"
