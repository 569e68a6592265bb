"""`livsmester register`: write the register of processing activities (GDPR art. 30)."""

import argparse

from foundation.clock import local_date, system_clock
from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES
from livsmester.cli.files import EXIT_OK, CliError, check_output, print_error, write_file
from livsmester.processing_register.document import as_json, as_markdown, as_text, register_document
from livsmester.processing_register.model import translated_activities
from livsmester.settings import read_settings


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "register",
        help="write the register of processing activities",
        description=(
            "Writes what data the software holds about whom, why, how long and who receives it (GDPR art. 30), from its own "
            "list of tables and this municipality's retention periods. Reads no database."
        ),
    )
    parser.add_argument(
        "--format", choices=("text", "markdown", "json"), default="text", help="(default: text)"
    )
    parser.add_argument("--language", choices=LANGUAGES, default=DEFAULT_LANGUAGE, help="(default: da)")
    parser.add_argument(
        "--output", default="-", metavar="FILE", help="the file to write; - is standard output (default)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the register; returns the exit code."""
    settings, today, language = read_settings(), local_date(system_clock()), arguments.language
    register = translated_activities(settings.retention, language)
    if arguments.format == "json":
        content = as_json(register, settings.municipality, today, language)
    else:
        document = register_document(register, settings.municipality, today, language)
        content = as_markdown(document) if arguments.format == "markdown" else as_text(document)
    try:
        check_output(arguments.output)
        write_file(arguments.output, content.encode())
    except CliError as error:
        print_error(error.text.render(language))
        return error.exit_code
    return EXIT_OK
