"""Claims of one's own: kept in the study from a file or as written, with every mistake beside the text."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import unquote

import pytest

from veche.analyses.claims.compute import shipped

GOOD = """claims:
  - id: MINE
    says: Дорог не хватает. 🛣
    checks:
      - {kind: present, of: {codes: [NO.SUCH]}, expect: present}
"""
BAD = """claims:
  - id: MINE
    sayz: A word too many.
    says: Something.
    checks:
      - {kind: chance, of: {codes: [A]}, expect: rises}
      - {kind: level, of: {codes: [A]}, expect: above}
"""


def send(client: Any, name: str, content: bytes) -> Any:
    return client.post("/claims", files={"file": (name, content, "application/yaml")})


def write(client: Any, name: str, text: str) -> Any:
    return client.post("/claims", files={"name": (None, name), "text": (None, text)})


def computed(client: Any, place: str) -> Any:
    """The page with its numbers, however long they take."""
    assert client.get(place.replace("claims?", "claims/file.csv?")).status_code == 200
    return client.get(place)


def plain(answer: Any) -> str:
    return html.unescape(answer.text)


def test_a_file_is_kept_in_the_study_and_its_claims_are_checked(client: Any, store: Any) -> None:
    answer = send(client, "mine.yaml", GOOD.encode())
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert re.fullmatch(r"/analysis/claims\?file=study:mine\.yaml@[0-9a-f]{8}", unquote(place))
    page = plain(computed(client, place))
    assert "MINE" in page and "Дорог не хватает. 🛣" in page and "cannot be tested here" in page and "NO.SUCH" in page
    assert "H27" not in page
    listed = plain(client.get("/claims"))
    assert "mine.yaml" in listed and place in listed
    # it is one act, and it can be taken back
    assert "mine.yaml" in plain(client.get("/history"))
    client.post("/api/undo")
    assert place not in plain(client.get("/claims"))
    gone = client.get("/analysis/claims?file=study:mine.yaml")
    assert gone.status_code == 422 and "keeps no claims called mine.yaml" in plain(gone)


def test_mistakes_stand_beside_the_text_each_with_its_line(client: Any) -> None:
    for answer in (send(client, "bad.yaml", BAD.encode()), write(client, "bad.yaml", BAD)):
        assert answer.status_code == 422
        page = plain(answer)
        assert "3 mistakes" in page and BAD.splitlines()[2] in page
        for line, words in ((2, "Nearest: says"), (6, "Nearest: change"), (7, "lacks the field than")):
            assert re.search(rf"line {line}</b>[^§]*?{words}", page), line
        assert 'aria-invalid="true"' in page
    assert "bad.yaml</a>" not in plain(client.get("/claims"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("mine.yaml", b"\xff\xfe\x00", "not text in UTF-8"),
        ("mine.yaml", b"claims: [", "not YAML"),
        ("mine.yaml", b"", "has no list of claims"),
        ("mine.yaml", b"#" * 1_000_001, "larger than a file of claims"),
        ("mine.txt", GOOD.encode(), "name of a YAML file"),
        ("a@b.yaml", GOOD.encode(), "name of a YAML file"),
        (".yaml", GOOD.encode(), "name of a YAML file"),
    ],
)
def test_what_cannot_be_kept_is_told(client: Any, name: str, content: bytes, said: str) -> None:
    answer = send(client, name, content)
    assert answer.status_code == 422 and said in plain(answer)
    assert "Kept in the study" not in plain(client.get("/claims"))


def test_claims_are_written_changed_and_removed(client: Any) -> None:
    first = write(client, "own.yaml", GOOD.replace("\n", "\r\n")).headers["location"]
    assert "MINE" in plain(computed(client, "/analysis/claims?file=study:own.yaml"))
    again = client.get("/claims?name=own.yaml")
    assert GOOD.splitlines()[2] in plain(again) and 'value="own.yaml"' in again.text
    second = write(client, "own.yaml", GOOD.replace("MINE", "YOURS")).headers["location"]
    assert first != second
    # an address that was kept does not give other claims unseen
    assert "YOURS" in plain(computed(client, "/analysis/claims?file=study:own.yaml"))
    old = client.get(first + "&seed=2")
    assert old.status_code == 422 and "were changed since this address was kept" in plain(old)
    assert "YOURS" in plain(computed(client, second))
    listed = plain(client.get("/claims"))
    assert listed.count("own.yaml</a>") == 1
    assert client.post("/claims/remove", data={"name": "own.yaml"}).status_code == 303
    assert "Kept in the study" not in plain(client.get("/claims"))
    missing = client.post("/claims/remove", data={"name": "own.yaml"})
    assert missing.status_code == 404 and "keeps no claims called own.yaml" in plain(missing)


def test_the_claims_of_the_program_are_an_example_that_can_be_kept(client: Any) -> None:
    example = client.get("/claims/example.yaml")
    assert example.text == shipped() and "attachment" in example.headers["content-disposition"]
    assert send(client, "all.yaml", example.content).status_code == 303


def test_a_name_with_folders_is_kept_without_them(client: Any) -> None:
    assert "file=study%3Aown.yaml" in send(client, "..\\..\\own.yaml", GOOD.encode()).headers["location"]
