"""The folders beside the code: templates, migrations, translations, static files.

In a checkout they are at the top of the repository. In an installed wheel the build has put them inside this
package, as `foundation/_resources/<name>` (`pyproject.toml`, `force-include`).
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_resources"
_CHECKOUT = _PACKAGE.parents[1]


def resource_dir(name: str) -> Path:
    """The folder of that name, e.g. `resource_dir("templates")`. Raises LookupError when it is not installed."""
    for parent in (_INSTALLED, _CHECKOUT):
        if (parent / name).is_dir():
            return parent / name
    raise LookupError(f"this installation has no folder '{name}': neither in {_INSTALLED} nor in {_CHECKOUT}")
