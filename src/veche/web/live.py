"""Live views: one WebSocket per tab brings every change of the study and who reads what, also from other processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from veche.store import Store
from veche.store.presence import Present
from veche.study import VecheError
from veche.web.presence import Elsewhere
from veche.web.state import state_of
from veche.web.wire import change_to_wire

router = APIRouter()

#: how often the newest entry is looked up while anybody listens, in seconds
PERIOD = 0.3
#: how often it is looked up who works on the study in other programs, in seconds
COMPANY = 1.0
#: acts with more rows than this are only announced, and the tab loads what it shows again
MANY = 500
#: a tab that missed more entries than this loads what it shows again
MISSED = 200


@dataclass(eq=False)
class Listener:
    """One open tab."""

    socket: WebSocket
    who: str
    document: str | None = None
    seq: int = 0
    queue: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(maxsize=1000))


class Hub:
    """Everybody who listens to one study; looks at the journal while there is anybody."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._elsewhere = Elsewhere(store)
        self._listeners: set[Listener] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._seq = 0

    def present(self) -> list[dict[str, Any]]:
        """Return who has which document open, here and in other programs."""
        open_now = self._here() | self._elsewhere.present
        return [
            {"who": who, "document": document} for who, document in sorted(open_now, key=lambda p: (p[0], p[1] or ""))
        ]

    def _here(self) -> frozenset[Present]:
        return frozenset((one.who, one.document) for one in tuple(self._listeners))

    def wake(self) -> None:
        """Look at the journal now; may be called from any thread."""
        if self._loop is not None and self._listeners:
            with contextlib.suppress(RuntimeError):  # the loop may just have ended
                self._loop.call_soon_threadsafe(self._woken.set)

    async def join(self, listener: Listener, since: int | None) -> None:
        """Take in a tab, and bring it what happened since the entry that it knows."""
        self._loop = asyncio.get_running_loop()
        newest = await run_in_threadpool(self._store.last_entry)
        listener.seq = newest if since is None else min(since, newest)
        if not self._listeners:
            self._seq = newest
        self._listeners.add(listener)
        if since is not None and since != newest:
            for message in await run_in_threadpool(self._messages, listener.seq, newest):
                _put(listener, message)
        listener.seq = newest
        self.announce()
        for name, work in (("watch", self._watch), ("meet", self._meet)):
            if name not in self._tasks or self._tasks[name].done():
                self._tasks[name] = asyncio.create_task(work())

    def leave(self, listener: Listener) -> None:
        """Let a tab go."""
        self._listeners.discard(listener)
        self.announce()

    def announce(self) -> None:
        """Tell all tabs who has which document open."""
        message = {"presence": self.present()}
        for one in tuple(self._listeners):
            _put(one, message)

    async def close(self) -> None:
        """Stop looking, and close all connections."""
        for task in self._tasks.values():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await run_in_threadpool(self._elsewhere.leave)
        for one in tuple(self._listeners):
            with contextlib.suppress(Exception):  # the other end may be gone already
                await one.socket.close(1001)

    async def _watch(self) -> None:
        while self._listeners:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), PERIOD)
            self._woken.clear()
            try:
                newest = await run_in_threadpool(self._store.last_entry)
                if newest > self._seq:
                    messages = await run_in_threadpool(self._messages, self._seq, newest)
                    self._seq = newest
                    self._spread(messages)
            except VecheError:
                # the file may be busy for a moment; the next look will tell
                continue

    async def _meet(self) -> None:
        while self._listeners:
            if await run_in_threadpool(self._elsewhere.look, self._here()):
                self.announce()
            await asyncio.sleep(COMPANY)
            if not self._listeners:
                await run_in_threadpool(self._elsewhere.leave)

    def _spread(self, messages: list[dict[str, Any]]) -> None:
        for one in tuple(self._listeners):
            for message in messages:
                if message["seq"] > one.seq:
                    _put(one, message)
                    one.seq = message["seq"]

    def _messages(self, after: int, upto: int) -> list[dict[str, Any]]:
        """Return what happened after one entry up to another, oldest first."""
        entries = [one for one in self._store.history(limit=MISSED + 1, before=upto + 1) if one.seq > after]
        if len(entries) > MISSED:
            return [{"seq": upto, "who": "", "action": "", "kind": "reload", "of": None, "many": True, "changes": []}]
        return [self._message(one) for one in reversed(entries)]

    def _message(self, entry: Any) -> dict[str, Any]:
        many = entry.changes > MANY
        changes = [] if many else [change_to_wire(one) for one in self._store.changes(entry.seq)]
        return {
            "seq": entry.seq, "who": entry.who, "action": entry.action, "kind": entry.kind, "of": entry.of,
            "many": many, "changes": changes,
        }  # fmt: skip


def _put(listener: Listener, message: dict[str, Any]) -> None:
    # a tab that does not read any more loses messages, and its gap in seq tells it to load again
    with contextlib.suppress(asyncio.QueueFull):
        listener.queue.put_nowait(json.dumps(message, ensure_ascii=False))


@router.websocket("/api/live")
async def live(socket: WebSocket) -> None:
    """Bring changes as they happen; the tab says which document it shows."""
    state = state_of(socket)
    await socket.accept()
    given = socket.query_params.get("since", "")
    since = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    listener = Listener(socket, state.who)
    await state.hub.join(listener, since)
    sender = asyncio.create_task(_send(listener))
    try:
        while True:
            _hear(listener, await socket.receive_text())
            state.hub.announce()
    except (WebSocketDisconnect, RuntimeError, KeyError):
        pass  # closed by either side, or not text
    finally:
        sender.cancel()
        state.hub.leave(listener)


def _hear(listener: Listener, text: str) -> None:
    try:
        message = json.loads(text)
    except ValueError:
        return
    if isinstance(message, dict):
        document = message.get("document")
        listener.document = document[:64] if isinstance(document, str) else None


async def _send(listener: Listener) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await listener.socket.send_text(await listener.queue.get())
