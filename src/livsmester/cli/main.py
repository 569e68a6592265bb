"""The command line: one subcommand per module, each with `add_parser` and `run`.

Exit codes: 0 done, 1 the data is wrong (nothing was stored), 2 wrong usage or settings.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from types import ModuleType

from livsmester.cli import audit, demo, erase, keys, ledger, match, migrate, register, serve, user
from livsmester.cli.data import export as data_export
from livsmester.cli.data import import_money, import_people
from livsmester.settings import SETTINGS, InvalidSetting

COMMANDS: tuple[ModuleType, ...] = (
    serve,
    migrate,
    demo,
    user,
    keys,
    import_people,
    import_money,
    data_export,
    ledger,
    match,
    audit,
    erase,
    register,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    arguments = build_parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except InvalidSetting as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def build_parser() -> argparse.ArgumentParser:
    """The argument parser with every command; its help lists the settings."""
    settings_help = "\n".join(
        f"  {setting.name}\n      {setting.purpose}\n      default: {setting.default or '(empty)'}"
        for setting in SETTINGS
    )
    parser = argparse.ArgumentParser(
        prog="livsmester",
        description="Pairs citizens with peer guides and keeps the money that a citizen steers.",
        epilog=(
            "To try it:  livsmester migrate && livsmester demo && livsmester serve --demo\n\n"
            f"Settings come from the environment:\n{settings_help}\n\n"
            "Exit codes: 0 done, 1 the data is wrong and nothing was stored, 2 wrong usage or settings."
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"livsmester {version('livsmester')}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser
