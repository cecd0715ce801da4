"""Keep the catalogue of words: collect messages from the code, merge translations, compile.

    python tools/words.py          collect, merge, compile; lists what has no translation
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
PARTS = SOURCE / "words" / "locale" / "ru.parts"
KEYWORDS = {"_": None, "N_": None, "say": None, "gettext": None, "ngettext": (1, 2), "plural": (1, 2)}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.xml", "jinja2"), ("**.js", "javascript")]
#: messages of the command line's own library, which looks them up in our catalogue
CLICK = (
    "Usage:", "Options", "Commands", "Arguments", "Show this message and exit.", "Show the version and exit.", "default: {default}",
    "[default: {default}]", "default", "required", "Missing argument", "Missing option", "Missing parameter", "Missing {param_type}",
    "No such option: {name}", "Invalid value: {message}", "Invalid value for {param_hint}: {message}", "Error: {message}",
    "Try '{command} {option}' for help.", "Got unexpected extra argument ({args})", "No such command {name!r}.", "Missing command.",
    "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", "No such option: {name!r}",
    "Option {name!r} does not take a value.", "{value!r} is not a valid {number_type}.", "{value} is not in the range {range}.",
    "{value!r} is not one of {choice}.", "{name} {filename!r} does not exist.", "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.", "file", "directory", "path", "Aborted!", "Error: invalid input", "env var: {var}",
    "Did you mean {possibility}?", "(Possible options: {possibilities})",
)  # fmt: skip


def collect() -> dict[str, tuple[str, str] | str]:
    """Collect the messages of the code: msgid -> msgid, or the pair of singular and plural."""
    found: dict[str, tuple[str, str] | str] = {text: text for text in CLICK}
    rows = extract_from_dir(
        str(SOURCE), method_map=METHODS, keywords=KEYWORDS, options_map={"**/templates/**.html": {"trimmed": "true"}}
    )
    for _file, _line, message, _comments, _context in rows:
        if isinstance(message, tuple):
            found[message[0]] = (message[0], message[1])
        elif message:
            found.setdefault(message, message)
    found.update({noun: noun for noun in nouns()})
    return found


def nouns() -> set[str]:
    """The nouns of the record classes, which messages fill in, and the words of the vocabularies."""
    sys.path.insert(0, str(SOURCE.parent))
    from veche import study
    from veche.study.record import Record

    return {
        kind.noun for name in study.__all__ if isinstance(kind := getattr(study, name), type) and issubclass(kind, Record)
    } | {"interview", "text"}


def translations() -> dict[str, Message]:
    """Read the translations: of the catalogue, then of the parts beside it, which win."""
    known: dict[str, Message] = {}
    for path in [CATALOGUE, *sorted(PARTS.glob("*.po"))]:
        if path.exists():
            with path.open("rb") as file:
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
    return None


def main() -> int:
    """Collect, merge, compile, report."""
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
