"""Vectors are known by what they hold; what nobody checks is listed; what does not hold fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.conftest import OWN, folders_of
from tests.conformance.kinds_agreement import KINDS
from tests.conformance.registry import CHECKERS, Example, checker, collect, load_kinds

PERCENT = {
    "kind": "coding",
    "id": "half",
    "units": [[1, 1], [1, 2]],
    "expected": [{"measure": "percent", "value": 0.5}],
}
WRONG = PERCENT | {"id": "wrong", "expected": [{"measure": "percent", "value": 0.4}]}


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_a_kind_is_found_under_any_name_and_in_any_folder(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "zebra.json", {"about": "x", "examples": [PERCENT]})
    write(tmp_path / "list.json", [PERCENT, PERCENT | {"id": 7}])
    write(tmp_path / "one.json", PERCENT)
    held = collect([tmp_path])
    assert [(one.kind, one.id, one.path.name) for one in held.examples] == [
        ("coding", "half", "zebra.json"),
        ("coding", "half", "list.json"),
        ("coding", "7", "list.json"),
        ("coding", "half", "one.json"),
    ]
    assert not held.unknown and not held.unread


def test_unknown_kinds_and_other_files_are_listed(tmp_path: Path) -> None:
    write(tmp_path / "new.json", {"examples": [PERCENT, {"kind": "horoscope", "id": "aries"}]})
    write(tmp_path / "index.json", ["a", "b"])
    write(tmp_path / "empty.json", {"examples": []})
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "README.md").write_text("words", encoding="utf-8")
    held = collect([tmp_path])
    assert [one.id for one in held.examples] == ["half"]
    assert {kind: [one.id for one in ones] for kind, ones in held.unknown.items()} == {"horoscope": ["aries"]}
    assert sorted(path.name for path in held.unread) == [
        "README.md", "broken.json", "bytes.json", "empty.json", "index.json",
    ]  # fmt: skip


def test_our_own_folder_has_an_example_of_every_kind_of_agreement() -> None:
    found = {one.kind for one in collect([OWN / "agreement"]).examples}
    assert found == set(KINDS)


def test_a_kind_has_one_checker() -> None:
    load_kinds()
    with pytest.raises(ValueError, match="two checkers for vectors of kind 'coding'"):
        checker("coding")(lambda example: None)


def test_a_measure_that_is_not_known_fails() -> None:
    load_kinds()
    odd = PERCENT | {"expected": [{"measure": "sympathy", "value": 0.5}]}
    with pytest.raises(Exception, match="sympathy"):
        CHECKERS["coding"](Example("coding", "odd", odd, Path("odd.json")))


@pytest.mark.parametrize("name", KINDS)
def test_wrong_figures_are_noticed(name: str) -> None:
    """Change every expected number of our own vectors: each change must fail."""
    examples = [one for one in collect([OWN / "agreement"]).examples if one.kind == name]
    changed = 0
    for example in examples:
        CHECKERS[name](example)
        for place in _numbers(example.data["expected"]):
            wrong = json.loads(json.dumps(example.data))
            _change(wrong["expected"], place)
            with pytest.raises(AssertionError):
                CHECKERS[name](Example(name, example.id, wrong, example.path))
            changed += 1
    assert changed


def _numbers(value: object, place: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        if isinstance(part, (int, float)) and key not in ("tol", "published_tol", "alpha_tol", "samples"):
            found.append((*place, key))
        elif key != "params":
            found += _numbers(part, (*place, key))
    return found


def _change(value: object, place: tuple[object, ...]) -> None:
    for key in place[:-1]:
        value = value[key]  # type: ignore[index]
    value[place[-1]] += 0.5 if isinstance(value[place[-1]], float) else 1  # type: ignore[index]


def test_the_command_fails_on_wrong_figures_and_lists_unknown_kinds(tmp_path: Path) -> None:
    write(tmp_path / "one" / "x.json", [PERCENT, WRONG])
    write(tmp_path / "two" / "y.json", {"kind": "horoscope"})
    command = [sys.executable, "-m", "pytest", "tests/conformance/test_vectors.py", "-p", "no:cacheprovider"]
    folders = ["--vectors", str(tmp_path / "one"), "--vectors", str(tmp_path / "two")]
    root = Path(__file__).parents[2]
    found = subprocess.run([*command, *folders], capture_output=True, text=True, cwd=root, check=False)
    assert found.returncode == 1
    assert "1 failed, 1 passed" in found.stdout
    assert "wrong:coding" in found.stdout
    assert "kind horoscope: 1 examples in y.json" in found.stdout


def test_folders_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    assert folders_of(None, tmp_path) == [OWN]
    assert folders_of([".", str(OWN)], tmp_path) == [tmp_path, OWN]
    with pytest.raises(pytest.UsageError, match="there is no folder"):
        folders_of(["nowhere"], tmp_path)
