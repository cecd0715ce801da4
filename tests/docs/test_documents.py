"""What the documents name is there: files, commands and options, modules; and what is there is named."""

from __future__ import annotations

import ast
import importlib
import tomllib
from pathlib import Path

import click
import pytest

from tests.docs._documents import DOCUMENTS, ROOT, blocks, commands, links
from veche.cli.main import COMMANDS, build

#: the analysis that a reader writes by himself
OWN = {"denials"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(path: Path) -> None:
    missing = [one for one in links(path) if not (path.parent / one).exists()]
    assert missing == []


def test_every_document_and_picture_can_be_reached() -> None:
    named = {(path.parent / one).resolve() for path in DOCUMENTS for one in links(path)}
    documents = {*(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("*.png")}
    assert {one.name for one in documents if one.resolve() not in named} == set()


def _resolved(words: list[str]) -> tuple[list[click.Command], list[str]]:
    """The commands that a line names, one inside the other, and what follows."""
    group: click.Command = build()
    context = click.Context(group, info_name="veche")
    found = [group]
    left = list(words)
    while isinstance(found[-1], click.Group) and left:
        while left and left[0].startswith("--"):  # options of the group, with their values
            left = left[2:]
        name = left[1] if len(left) > 1 and left[0].endswith(".veche") else left[0] if left else ""
        if name in OWN or not name:
            break
        command = found[-1].get_command(context, name)
        assert command is not None, f"there is no command {name}: veche {' '.join(words)}"
        found.append(command)
        left.remove(name)
    return found, left


def _parameters(command: click.Command) -> list[click.Parameter]:
    return command.get_params(click.Context(command))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_has_the_options_that_are_named(path: Path) -> None:
    for words in commands(path):
        found, left = _resolved(words)
        if isinstance(found[-1], click.Group) and any(one in OWN for one in left):
            continue
        known = {
            opt for command in found for param in _parameters(command) for opt in (*param.opts, *param.secondary_opts)
        }
        given = [one.partition("=")[0] for one in left if one.startswith("-") and not one.lstrip("-").isdigit()]
        assert [one for one in given if one not in known | {"--help", "-h"}] == [], f"veche {' '.join(words)}"


def test_every_command_stands_in_some_document() -> None:
    named = {words[0] for path in DOCUMENTS for words in commands(path)}
    assert set(COMMANDS) - named == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_python_block_can_be_read_and_imports_what_there_is(path: Path) -> None:
    for block in blocks(path, "python"):
        for one in ast.walk(ast.parse(block)):
            if isinstance(one, ast.ImportFrom) and one.module and one.module.startswith("veche"):
                module = importlib.import_module(one.module)
                for alias in one.names:
                    if not hasattr(module, alias.name):
                        importlib.import_module(f"{one.module}.{alias.name}")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_tables_of_settings_can_be_read(path: Path) -> None:
    for block in blocks(path, "toml"):
        for groups in tomllib.loads(block).values():
            assert groups
