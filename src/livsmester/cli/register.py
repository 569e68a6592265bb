"""`livsmester register`: write the register of processing activities (GDPR art. 30)."""

import argparse

from foundation.clock import local_date, system_clock
from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES
from livsmester.cli.files import EXIT_OK, CliError, check_output, print_error, write_file
from livsmester.processing_register.document import as_json, as_markdown, as_text, register_document
from livsmester.processing_register.model import translated_activities
from livsmester.settings import read_settings


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "register",
        help="write the register of processing activities",
        description=(
            "Writes what the software holds about whom, what for, how long and who sees it (GDPR art. 30), from its own list of "
            "tables and this municipality's times. Reads no database."
        ),
    )
    parser.add_argument(
        "--format", choices=("text", "markdown", "json"), default="text", help="(default: text)"
    )
    parser.add_argument("--language", choices=LANGUAGES, default=DEFAULT_LANGUAGE, help="(default: da)")
    parser.add_argument(
        "--output", default="-", metavar="FILE", help="where it goes; - is standard output (default)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the register; gives the exit code."""
    settings, today, language = read_settings(), local_date(system_clock()), arguments.language
    register = translated_activities(settings.retention, language)
    if arguments.format == "json":
        written = as_json(register, settings.municipality, today, language)
    else:
        paper = register_document(register, settings.municipality, today, language)
        written = as_markdown(paper) if arguments.format == "markdown" else as_text(paper)
    try:
        check_output(arguments.output)
        write_file(arguments.output, written.encode())
    except CliError as refused:
        print_error(refused.text.render(language))
        return refused.exit_code
    return EXIT_OK
