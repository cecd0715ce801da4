"""Generated requests to every operation of the interface for programs: no faults, and no answer that the description does not know."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web._study import make_study
from veche.study import Coding, Document, new_id
from veche.web import make_app
from veche.web.wire import KINDS, to_wire

schemathesis = pytest.importorskip("schemathesis")
BASE = "http://127.0.0.1:8331"
EXAMPLES = 12
#: what the requests to an operation must bring about at least, where it is not 200 alone
REACHED = {
    "POST /api/edits": {200, 422}, "PUT /api/records/{kind}/{row_id}": {200, 422}, "DELETE /api/records/{kind}/{row_id}": {422},
    "GET /api/analyses/jobs/{job_id}": {404}, "POST /api/analyses/jobs/{job_id}/cancel": {404},
    "POST /api/documents/{document_id}/suggestions/ask": {422}, "POST /api/redo": {403},
}  # fmt: skip


@contextmanager
def _client(path: Path) -> Iterator[Any]:
    from starlette.testclient import TestClient

    app = make_app(path, who="АК", language="en", token="token")
    with TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False) as client:
        client.get("/?token=token")
        client.headers["Sec-Fetch-Site"] = "same-origin"
        yield client


def _description() -> dict[str, Any]:
    """Return the description; operations are needed before there are fixtures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.veche"
        make_study(path).close()
        with _client(path) as client:
            found: dict[str, Any] = client.get("/api/openapi.json").json()
    return found


DESCRIPTION = _description()
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}


def _send(client: Any, case: Any) -> Any:
    """Send a generated request in this process."""
    given_now = case.as_transport_kwargs(base_url=BASE, headers={})
    body = given_now.pop("data", None)
    wanted = {name: given_now[name] for name in ("method", "url", "params", "headers", "json") if name in given_now}
    # what cannot be written into a header never arrives
    wanted["headers"] = {
        name: value for name, value in wanted["headers"].items() if name.lower() not in ("host", "cookie")
    }
    return client.request(**wanted, **({} if body is None else {"content": body}))


def _checks() -> list[Any]:
    from schemathesis.checks import load_all_checks, not_a_server_error
    from schemathesis.specs.openapi import checks

    load_all_checks()
    return [
        not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
        checks.response_headers_conformance, checks.response_schema_conformance, checks.negative_data_rejection,
    ]  # fmt: skip


def _rows(store: Any) -> list[tuple[str, Any]]:
    """Rows of several kinds that stand in the study now."""
    return [
        (name, one) for name in ("town", "coding", "memo", "code", "interview") for one in store.all(KINDS[name])[:3]
    ]


def _meant(case: Any, draw: random.Random, store: Any) -> None:
    """Let a generated request mean rows that are there, mostly: made-up ones are refused before anything is tried."""

    def mostly() -> bool:
        return draw.random() < 0.8

    if not (rows := _rows(store)):
        return
    kind, row = draw.choice(rows)
    documents = [one.id for one in store.all(Document)[:3]]
    if "kind" in case.path_parameters and mostly():
        case.headers = {**(case.headers or {}), "If-Match": f'"{draw.choice([row.rev, row.rev, 1, 9])}"'}
        if isinstance(case.body, dict):
            case.body = {**case.body, "record": to_wire(row)}
    for name, value in (
        ("document_id", draw.choice(documents)),
        ("seq", draw.choice("123")),
        ("kind", kind),
        ("row_id", row.id),
    ):
        if name in case.path_parameters and mostly():
            case.path_parameters[name] = value
    if not isinstance(case.body, dict):
        return
    if case.body.get("changes"):
        # of several made-up changes one is always refused, and with it all
        case.body = {
            **case.body,
            "changes": [_change(one, draw, store) for one in case.body["changes"][: draw.choice([1, 1, 2])]],
        }
    elif "text_id" in case.body and mostly():
        coding = draw.choice(store.all(Coding))
        places = {"start": draw.randrange(30), "end": draw.randrange(30, 60)}
        case.path_parameters["document_id"] = coding.document_id
        case.body = {**case.body, "text_id": coding.text_id, "code_id": coding.code_id, "id": new_id(), **places}


def _change(made_up: dict[str, Any], draw: random.Random, store: Any) -> dict[str, Any]:
    """Let a change mean a row that is there."""
    if draw.random() < 0.1:
        return made_up
    kind, row = draw.choice(_rows(store))
    other: dict[str, Any] = draw.choice([{}, {}, {"note": "x"}, {"start": 3, "end": 2}, {"key": ""}])
    fresh = {"id": new_id(), "key": new_id()} if made_up["op"] == "add" and hasattr(row, "key") else {}
    record = {**to_wire(row), **fresh, **other}
    return {**made_up, "kind": kind, "rev": draw.choice([row.rev, row.rev, 1, 7, None]), "record": record}


def _asking(operation: Any, mode: Any, client: Any, answered: set[int]) -> Any:
    """Make the function that sends generated requests to an operation and looks at the answers."""
    store = client.app.state.veche.study.store

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode), seed=st.integers(0, 2**32 - 1))
    def ask(case: Any, seed: int) -> None:
        if mode.is_positive:
            _meant(case, random.Random(seed), store)
        answer = _send(client, case)
        answered.add(answer.status_code)
        case.validate_response(answer, checks=_checks())
        if answer.status_code >= 400:
            assert set(answer.json()) >= {"error", "message"}

    return ask


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_generated_requests_are_answered_as_described(client: Any, label: str) -> None:
    from schemathesis import GenerationMode

    operation, answered = OPERATIONS[label], set[int]()
    _asking(operation, GenerationMode.POSITIVE, client, answered)()
    if operation.body or operation.query:
        _asking(operation, GenerationMode.NEGATIVE, client, answered)()
    # the requests got through to what they ask for
    assert REACHED.get(label, {200}) <= answered, answered


def test_every_operation_is_described_with_its_refusals() -> None:
    assert len(OPERATIONS) >= 20
    for label, one in OPERATIONS.items():
        answers = set(one.definition.raw["responses"])
        assert {"200", "401", "422"} <= answers, label
        if one.method.upper() in ("PUT", "DELETE"):
            assert {"409", "428"} <= answers, label


def test_other_methods_are_refused(client: Any) -> None:
    known: dict[str, set[str]] = {}
    for path, methods in DESCRIPTION["paths"].items():
        known[path] = {name.upper() for name in methods}
    for path, methods in known.items():
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - methods:
            answer = client.request(method, path.replace("{", "").replace("}", ""))
            # a path with a place in it may have another rule under the same address
            assert answer.status_code in (404, 405, 422), (method, path)
            assert set(answer.json()) >= {"error", "message"}
