"""YAML that people write, read with the line of every mapping, so that a message can name it."""

from __future__ import annotations

from typing import Any

from veche.study.errors import N_, InputProblem

_ENDLESS = "found unexpected end of stream"
_MISPLACED = N_("the line begins deeper or less deep than those beside it, or something stands behind a value")
#: what the reader of YAML says (or a part of it), and the same in words of ours
_CAUSES = {
    _ENDLESS: N_("a quotation mark is opened here and never closed"),
    "found character that cannot start any token": N_("a tab, or a sign that no word can begin with"),
    "mapping values are not allowed": N_("a colon stands where none can be"),
    "could not find expected ':'": N_("a name here or just above lacks its colon"),
    "did not find expected ',' or": N_("a bracket is not closed, or a comma is missing"),
    "did not find expected key": _MISPLACED,
    "did not find expected '-' indicator": _MISPLACED,
    "did not find expected <block end>": _MISPLACED,
    "did not find expected node content": N_("a bracket or the end of the file stands where a value should"),
    "block sequence entries are not allowed": N_("a hyphen stands where none can be"),
    "found undefined alias": N_("an asterisk before a word; put such a word in quotes"),
    "expected alphabetic or numeric character": N_("an asterisk or & before a word; put such a word in quotes"),
    "could not determine a constructor": N_("an exclamation mark before a word; put such a word in quotes"),
    "control characters are not allowed": N_("a character that cannot be seen"),
}


class Entry(dict[Any, Any]):
    """A mapping of the file that knows its line."""

    line: int = 0


def load_yaml(text: str, name: str) -> object:
    """Load YAML with the line of every mapping; `name` is the file's, for messages.

    Raises
    ------
    InputProblem
        If it is not YAML or holds a value that cannot be read; the message names the line.
    """
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        pass

    def mapping(loader: Any, node: Any) -> Any:
        entry = Entry()
        yield entry
        entry.line = node.start_mark.line + 1
        entry.update(loader.construct_mapping(node))

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    try:
        return yaml.load(text, Loader=Loader)  # a safe loader: plain values only
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
        mark = getattr(error, "problem_mark", None)
        if problem == _ENDLESS:
            # the quote that is never closed stands where it was opened, not where the file ends
            mark = getattr(error, "context_mark", None) or mark
        raise InputProblem(
            N_("{where} is not YAML: {cause}. Look at that line: indentation, colons, quotes."),
            where=f"{name}:{mark.line + 1}" if mark else name,
            cause=next((words for told, words in _CAUSES.items() if told in problem), problem),
        ) from None
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        # a value that looks like a date or number and is none, or lists nested without end
        raise InputProblem(
            N_("{file} holds a value that cannot be read: {problem}. Put such a value in quotes or correct it."),
            file=name, problem=str(error) or type(error).__name__,
        ) from None  # fmt: skip
