// Talking to the study: reading, and an outbox for acts. An act has an id of its own; it is sent until it is answered, in order,
// also after the server was away or the page was loaded anew; the server applies it once.
import { _ } from "./words.js";

/** Something the server refused; `status`, `error`, `message`, `field` and, of a conflict, `rows` as they are now. */
class Refusal extends Error {
  constructor(status, details) {
    super(details.message || _("The workbench did not answer as expected ({status}). Load the page again.", { status }));
    this.status = status;
    this.error = details.error || "";
    this.field = details.field || null;
    this.rows = details.rows || [];
  }
}
/** The server could not be reached. */
export class Unreachable extends Error {}

let lastTime = 0, counter = 0;
/** Make a UUID of version 7, as the study uses them: newer ids sort later. */
export function newId() {
  const now = Date.now();
  counter = now === lastTime ? counter + 1 : 0;
  lastTime = now;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = now;
  for (let i = 5; i >= 0; i -= 1) { bytes[i] = time % 256; time = Math.floor(time / 256); }
  bytes[6] = 0x70 | ((counter >> 8) & 0x0f);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", headers: { Accept: "application/json", ...options.headers }, ...options });
  } catch {
    throw new Unreachable(_("The workbench does not answer. Start it again; nothing is lost."));
  }
  // 502 to 504: something between, or a study file that is busy; worth another try
  if (answer.status >= 502) throw new Unreachable(_("The workbench does not answer. Start it again; nothing is lost."));
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, body);
  return body;
}

/** Read something: get("/api/codebook"). */
export const get = (path) => ask(path);
/** Send something that is not an act. */
export const post = (path, body) => ask(path, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body ?? {}) });

// the outbox

// what waits belongs to one study: another one may be opened at the same address later
const STORE = `veche-outbox:${location.host}:${document.documentElement.dataset.study ?? ""}`;
const waiting = [];
let sending = false, pause = 0, timer = 0, refused = 0, resent = 0, locked = false;

const kept = () => { try { return JSON.parse(sessionStorage.getItem(STORE) || "[]"); } catch { return []; } };
const keep = () => { try { sessionStorage.setItem(STORE, JSON.stringify(waiting.map((one) => one.act))); } catch { /* a full or forbidden store: the acts still wait in the page */ } };

/** How it stands with saving: {state: "saved" | "saving" | "waiting" | "locked" | "refused", count}; locked: the workbench asks for its link again. */
export function saving() {
  if (pause && locked) return { state: "locked", count: waiting.length };
  if (pause) return { state: "waiting", count: waiting.length };
  if (waiting.length) return { state: "saving", count: waiting.length };
  return { state: refused ? "refused" : "saved", count: refused };
}
const tell = () => document.dispatchEvent(new CustomEvent("veche:saving", { detail: saving() }));

/**
 * Do one act: all its changes, or none. Resolves to {seq, revs}; rejects with a Refusal.
 * changes: [{op: "add" | "replace" | "remove", kind, record, rev}].
 */
export function act(action, changes, { note = "", id = newId() } = {}) {
  return new Promise((resolve, reject) => {
    refused = 0;
    waiting.push({ act: { id, action, note, changes }, waited: pause > 0, resolve, reject });
    keep();
    tell();
    flush();
  });
}

/** Send what waits, now. */
export function flush() {
  clearTimeout(timer);
  if (!sending) drain();
}

async function drain() {
  sending = true;
  while (waiting.length) {
    const first = waiting[0];
    try {
      const done = await post("/api/edits", first.act);
      pause = 0;
      locked = false;
      waiting.shift();
      resent += first.waited ? 1 : 0;
      keep();
      first.resolve(done);
    } catch (problem) {
      if (problem instanceof Unreachable || problem.status === 401) {
        pause = Math.min(pause ? pause * 1.6 : 400, 5000);
        locked = problem.status === 401;
        for (const one of waiting) one.waited = true;
        timer = setTimeout(flush, pause);
        break;
      }
      pause = 0;
      waiting.shift();
      refused += 1;
      keep();
      first.reject(problem);
      document.dispatchEvent(new CustomEvent("veche:refused", { detail: { problem, act: first.act, resumed: first.resumed === true } }));
    }
    tell();
  }
  if (!waiting.length && resent) {
    document.dispatchEvent(new CustomEvent("veche:resent", { detail: { count: resent } }));
    resent = 0;
  }
  sending = false;
  tell();
}

/** Undo one's own newest act, after all that waits is saved. */
export async function undo() { await settled(); return post("/api/undo"); }
/** Do again what was undone last. */
export async function redo() { await settled(); return post("/api/redo"); }
/** Wait until nothing waits to be saved. */
export function settled() {
  if (!waiting.length) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => { if (!waiting.length) { document.removeEventListener("veche:saving", look); resolve(); } };
    document.addEventListener("veche:saving", look);
  });
}

/** Take up what an earlier load of this page could not send; called once by the page. If it is refused, `veche:refused` says `resumed`. */
export function resume() {
  for (const one of kept()) waiting.push({ act: one, waited: true, resumed: true, resolve: () => {}, reject: () => {} });
  if (waiting.length) { tell(); flush(); }
}
addEventListener("online", flush);
addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
