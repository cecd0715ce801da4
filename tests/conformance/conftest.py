"""The option --vectors, one test per example of the folders it names, and a list of what nobody checks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conformance.registry import Holding, collect

OWN = Path(__file__).parents[1] / "vectors"
HELD = pytest.StashKey[Holding]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vectors",
        action="append",
        metavar="DIR",
        help="folder of vectors to check; may be given several times (default: tests/vectors)",
    )


def folders_of(named: list[str] | None, at: Path) -> list[Path]:
    """Return the folders named, as seen from a folder; our own if none is.

    Raises
    ------
    pytest.UsageError
        If one does not exist.
    """
    found = [at / name for name in named] if named else [OWN]
    for folder in found:
        if not folder.is_dir():
            raise pytest.UsageError(f"--vectors: there is no folder {folder}")
    return found


def pytest_configure(config: pytest.Config) -> None:
    # say so before anything is collected
    folders_of(config.getoption("vectors", default=None), config.invocation_params.dir)


def held_by(config: pytest.Config) -> Holding:
    """Return what the folders asked for hold, read once per run."""
    if HELD not in config.stash:
        # the option is not known when this folder was not named on the command line
        named = config.getoption("vectors", default=None)
        config.stash[HELD] = collect(folders_of(named, config.invocation_params.dir))
    return config.stash[HELD]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "example" in metafunc.fixturenames:
        examples = held_by(metafunc.config).examples
        names = [f"{one.path.parent.name}/{one.path.name}:{one.id}:{one.kind}" for one in examples]
        metafunc.parametrize("example", examples, ids=names)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    held = config.stash.get(HELD, None)
    if held is None or not (held.unknown or held.unread):
        return
    terminalreporter.section("vectors without a registered checker")
    for kind, examples in sorted(held.unknown.items()):
        names = sorted({one.path.name for one in examples})
        terminalreporter.line(f"kind {kind}: {len(examples)} examples in {', '.join(names)}")
    for (folder, suffix), number in sorted(Counter((str(p.parent), p.suffix) for p in held.unread).items()):
        terminalreporter.line(f"no kind: {number} file(s) {suffix or 'without suffix'} in {folder}")
