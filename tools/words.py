"""Keep the catalogue of words: collect messages from the code, keep their translations, compile.

    python tools/words.py          collect, write, compile; lists what has no translation
    python tools/words.py --check  change nothing; fail if a message has no translation

Messages are marked with _("..."), N_("..."), ngettext("...", "...", n) and say("...").
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "veche"
CATALOGUE = SOURCE / "words" / "locale" / "ru" / "LC_MESSAGES" / "veche.po"
KEYWORDS = {"_": None, "N_": None, "say": None, "gettext": None, "ngettext": (1, 2), "plural": (1, 2)}
METHODS = [
    ("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.xml", "jinja2"),
]  # fmt: skip
#: messages of the command line's own library, which looks them up in our catalogue
CLICK: tuple[str | tuple[str, str], ...] = (
    "Usage:", "Options", "Commands", "Positional arguments", "Show this message and exit.", "Show the version and exit.",
    "default: {default}", "required", "env var: {var}", "file", "directory", "path", "Aborted!", "unknown error",
    "Missing argument", "Missing option", "Missing parameter", "Missing {param_type}", "Missing parameter: {param_name}",
    "Missing command.", "Error: {message}", "Error: invalid input", "Try '{command} {option}' for help.",
    "Invalid value: {message}", "Invalid value for {param_hint}: {message}", "Choose from:\n\t{choices}",
    "No such command {name!r}.", "No such option {name!r}.", "No such option: {name}",
    "Option {name!r} does not take a value.", "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.", "{name} {filename!r} does not exist.", "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.", "{name} {filename!r} is not readable.", "{name} {filename!r} is not writable.",
    "Could not open file {filename!r}: {message}",
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    ("Takes {nargs} values but 1 was given.", "Takes {nargs} values but {len} were given."),
)  # fmt: skip


def collect() -> dict[str, tuple[str, str] | str]:
    """Collect the messages of the code: msgid -> msgid, or the pair of singular and plural."""
    found: dict[str, tuple[str, str] | str] = {text if isinstance(text, str) else text[0]: text for text in CLICK}
    # left to itself Babel passes over folders whose names begin with an underscore
    rows = extract_from_dir(
        str(SOURCE), method_map=METHODS, keywords=KEYWORDS, options_map={"**/templates/**.html": {"trimmed": "true"}},
        directory_filter=lambda folder: not Path(folder).name.startswith(("__", ".")),
    )  # fmt: skip
    for _file, _line, message, _comments, _context in rows:
        if isinstance(message, tuple):
            found[message[0]] = (message[0], message[1])
        elif message:
            found.setdefault(message, message)
    for message, plural in messages_of_scripts():
        if plural is None:
            found.setdefault(message, message)
        else:
            found[message] = (message, plural)
    for noun in nouns():
        found.setdefault(noun, noun)
    return found


def messages_of_scripts() -> tuple[tuple[str, str | None], ...]:
    """The messages of the browser's scripts, found as the pages themselves find them.

    (Babel's own reader of JavaScript passes over a message that stands inside another call.)
    """
    import importlib.util

    # the module alone: its package would load the whole workbench
    spec = importlib.util.spec_from_file_location("script_words", SOURCE / "web" / "script_words.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(module.messages(SOURCE / "web" / "static"))


def nouns() -> set[str]:
    """The nouns of the record classes, which messages fill in, and the words of the vocabularies."""
    sys.path.insert(0, str(SOURCE.parent))
    from veche import study
    from veche.study.record import Record

    return {
        kind.noun
        for name in study.__all__
        if isinstance(kind := getattr(study, name), type) and issubclass(kind, Record)
    } | {"interview", "text"}


def translations() -> dict[str, Message]:
    """Read the translations of the catalogue that are there."""
    known: dict[str, Message] = {}
    with CATALOGUE.open("rb") as file:
        for message in read_po(file, locale="ru"):
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            if key and all(strings):
                known[key] = message
    return known


def faults(message: tuple[str, str] | str, translated: Message | None) -> str | None:
    """Say what is wrong with a translation; None if nothing."""
    if translated is None:
        return "no translation"
    if isinstance(message, tuple) != isinstance(translated.string, (tuple, list)):
        return "plural forms do not fit"
    strings = translated.string if isinstance(translated.string, (tuple, list)) else (translated.string,)
    if isinstance(message, tuple) and len(strings) != 3:
        return "three plural forms are needed"
    fields = [set(re.findall(r"\{(\w+)", text)) for text in ((message,) if isinstance(message, str) else message)]
    for text in strings:
        if set(re.findall(r"\{(\w+)", text)) - set.union(*fields):
            return f"unknown fields in {text!r}"
        # templates fill in %(names)s: a per cent sign that stands for itself would break the page
        if "%" in text and "%" not in "".join(message):
            return f"a per cent sign in {text!r} that the message has not"
    return None


def main() -> int:
    """Collect, write, compile, report."""
    messages, known = collect(), translations()
    bad = {key: fault for key, message in messages.items() if (fault := faults(message, known.get(key)))}
    for key, fault in sorted(bad.items()):
        print(f"{fault}: {key!r}")
    if "--check" in sys.argv:
        return 1 if bad else 0
    catalogue = Catalog(
        locale="ru", domain="veche", project="veche", header_comment="# Russian words of veche.", fuzzy=False,
        copyright_holder="The veche developers", msgid_bugs_address="", last_translator="", language_team="",
    )  # fmt: skip
    for key in sorted(messages):
        message, translated = messages[key], known.get(key)
        string = translated.string if translated is not None and faults(message, translated) is None else None
        catalogue.add(message, string or (("", "", "") if isinstance(message, tuple) else ""))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=100, omit_header=False, sort_output=True, include_lineno=False)
    sys.path.insert(0, str(ROOT))
    from hatch_build import compile_catalogues

    compile_catalogues()
    print(f"{len(messages)} messages, {len(bad)} without a good translation")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
