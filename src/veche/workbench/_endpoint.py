"""Asking a language model of the user's own for quotations. Off until an address is given."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from veche.study import InputProblem
from veche.study.errors import N_
from veche.workbench._suggest_settings import Endpoint

#: characters of talk in one question
TOGETHER = 6000
#: questions about one interview at most
MOST_QUESTIONS = 40
#: bytes of an answer that are read
LONGEST_ANSWER = 2**21
#: seconds to wait for one answer
PATIENCE = 120.0

INSTRUCTION = (
    "You help to code interviews. You get a list of codes, each with its key and definition, and a part of an interview. Find the sentences to "
    'which a code clearly applies. Answer with nothing but a JSON array of objects {"code": key, "quote": words}. Copy the words exactly as they '
    "stand in the interview. If no code applies, answer []."
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A code and a quotation, as a model returned them; nothing is checked yet."""

    code: str
    quote: str


def question(codes: str, talk: str) -> list[dict[str, str]]:
    """Make the messages of one question."""
    return [{"role": "system", "content": f"{INSTRUCTION}\n\n{codes}"}, {"role": "user", "content": talk}]


def parts_of(passages: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Put passages together into questions: the numbers of the passages of each."""
    parts: list[list[int]] = [[]]
    size = 0
    for n, (start, end) in enumerate(passages):
        if parts[-1] and size + end - start > TOGETHER:
            parts.append([])
            size = 0
        parts[-1].append(n)
        size += end - start
    return [tuple(part) for part in parts if part][:MOST_QUESTIONS]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A model on this machine must not send the question on to another."""

    def redirect_request(self, *_given: Any) -> None:
        """Follow nothing."""
        return


def ask_model(endpoint: Endpoint, messages: Sequence[dict[str, str]]) -> tuple[Quoted, ...]:
    """Ask once.

    The key, if the model needs one, comes from the environment variable VECHE_MODEL_KEY and is kept nowhere.

    Raises
    ------
    InputProblem
        If the model does not answer, or not in the agreed form.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if key := os.environ.get("VECHE_MODEL_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    body = json.dumps({"model": endpoint.model, "messages": list(messages), "temperature": 0, "stream": False}).encode()
    # no proxy: an address of this machine is reached directly, and another one only where it says
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
    try:
        request = urllib.request.Request(f"{endpoint.address}/chat/completions", data=body, headers=headers)
        with opener.open(request, timeout=PATIENCE) as answer:
            raw = answer.read(LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        raise InputProblem(
            N_("The model at {address} refused the question (status {status}). Check its address, its name and its log."),
            address=endpoint.address, status=error.code,
        ) from None  # fmt: skip
    except (OSError, ValueError, UnicodeError) as error:
        raise _silent(endpoint, error) from None
    except Exception as error:
        # the standard library's own exceptions of broken answers share no other parent
        import http.client

        if isinstance(error, http.client.HTTPException):
            raise _silent(endpoint, error) from None
        raise
    return read_answer(raw, endpoint)


def _silent(endpoint: Endpoint, error: Exception) -> InputProblem:
    reason = getattr(error, "reason", None) or error
    return InputProblem(
        N_("The model at {address} does not answer ({problem}). Start it, or correct the address."),
        address=endpoint.address,
        problem=reason,
    )


def read_answer(raw: bytes, endpoint: Endpoint) -> tuple[Quoted, ...]:
    """Read the quotations out of an answer; rows of another form are left out.

    Raises
    ------
    InputProblem
        If it is no answer of a chat.
    """
    try:
        content = json.loads(raw.decode("utf-8", "replace"))["choices"][0]["message"]["content"]
        text = str(content or "")
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise InputProblem(
            N_(
                "The model at {address} did not answer in the form of a chat. Give the address of an interface compatible with OpenAI's."
            ),
            address=endpoint.address,
        ) from None
    first, last = text.find("["), text.rfind("]")
    try:
        rows = json.loads(text[first : last + 1]) if 0 <= first < last else []
    except (ValueError, RecursionError):
        rows = []
    return tuple(
        Quoted(row["code"], row["quote"])
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("code"), str) and isinstance(row.get("quote"), str)
    )
