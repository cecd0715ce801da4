"""YAML that people write, read with the line of every mapping, so that a message can name it."""

from __future__ import annotations

from typing import Any

from veche.study.errors import N_, InputProblem


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
        mark = getattr(error, "problem_mark", None)
        raise InputProblem(
            N_("{where} is not YAML: {problem}. Look at that line: indentation, colons, quotes."),
            where=f"{name}:{mark.line + 1}" if mark else name,
            problem=getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__,
        ) from None
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        # a value that looks like a date or number and is none, or lists nested without end
        raise InputProblem(
            N_("{file} holds a value that cannot be read: {problem}. Put such a value in quotes or correct it."),
            file=name, problem=str(error) or type(error).__name__,
        ) from None  # fmt: skip
