"""The interface for programs against its own description."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

#: what may stand where a value of some type is wanted
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=12),
    st.lists(st.text(max_size=4), max_size=3), st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)  # fmt: skip


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    body=st.dictionaries(st.sampled_from(["id", "action", "note", "changes", "record", "x"]), ANYTHING), data=st.data()
)
def test_no_body_makes_a_fault(client: Any, body: dict[str, Any], data: st.DataObject) -> None:
    import json

    method, path = data.draw(st.sampled_from([
        ("POST", "/api/edits"), ("PUT", "/api/records/town/1"), ("DELETE", "/api/records/town/1"), ("PUT", "/api/records/planet/1"),
    ]))  # fmt: skip
    headers = {"If-Match": data.draw(st.text(string.printable.strip(), max_size=6))} if data.draw(st.booleans()) else {}
    answer = client.request(method, path, content=json.dumps(body), headers=headers)
    assert answer.status_code in (400, 403, 404, 409, 422, 428)
    assert set(answer.json()) >= {"error", "message"}


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    fields=st.dictionaries(
        st.sampled_from(["id", "key", "name", "kind", "position", "monotown", "region_id", "note"]), ANYTHING
    ),
    op=st.sampled_from(["add", "replace", "remove"]),
)
def test_no_record_makes_a_fault(client: Any, fields: dict[str, Any], op: str) -> None:
    import json

    from veche.study import new_id

    act = {"id": new_id(), "action": "a", "changes": [{"op": op, "kind": "town", "record": fields, "rev": 1}]}
    answer = client.post("/api/edits", content=json.dumps(act))
    assert answer.status_code in (200, 404, 409, 422)


@pytest.mark.parametrize("path", ["/api/edits", "/api/undo/x", "/api/records/town/1"])
def test_bytes_that_are_no_json(client: Any, path: str) -> None:
    for content in (b"", b"{", b"\xff\xfe", b"[" * 2000, random.Random(1).randbytes(200)):
        answer = client.put(path, content=content) if "records" in path else client.post(path, content=content)
        assert answer.status_code in (400, 404, 405, 422, 428), content[:10]
