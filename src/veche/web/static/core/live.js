// One WebSocket for the page: what happens in the study, by whomever, and who reads what.
import { flush } from "./api.js";

const events = new EventTarget();
let socket = null, seq = null, shown = null, pause = 0, state = "off", started = false;

const tell = (name, detail) => events.dispatchEvent(new CustomEvent(name, { detail }));
function become(next) {
  if (state === next) return;
  state = next;
  tell("state", next);
}

/**
 * Listen: on("change", message => ...), on("presence", people => ...), on("state", "on" | "off" => ...),
 * on("reload", () => ...) when so much was missed that what is shown must be loaded again. Returns a function that stops listening.
 */
export function on(name, listener) {
  const heard = (event) => listener(event.detail);
  events.addEventListener(name, heard);
  return () => events.removeEventListener(name, heard);
}

/** Begin; `since` is the entry that the page shows. Called again it only moves a start that has not happened yet. */
export function connect(since) {
  if (seq === null && Number.isInteger(since)) seq = since;
  if (started) return;
  started = true;
  open();
}

/** Say which document is shown; null: none. */
export function show(document_id) {
  shown = document_id;
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ document: shown }));
}

/** The document that this page shows; null: none. */
export const shownHere = () => shown;

function open() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/api/live${seq === null ? "" : `?since=${seq}`}`);
  socket.addEventListener("open", () => {
    pause = 0;
    become("on");
    socket.send(JSON.stringify({ document: shown }));
    flush();
  });
  socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    become("off");
    pause = Math.min(pause ? pause * 1.6 : 300, 5000);
    setTimeout(open, pause);
  });
}

function hear(message) {
  if (message.presence) {
    tell("presence", message.presence);
    return;
  }
  if (seq !== null && message.seq <= seq) return;
  seq = message.seq;
  tell(message.many ? "reload" : "change", message);
}
