// The line to the desk: one WebSocket, opened again whenever it is lost.

import { waitAfter } from "./backoff";
import { readFrame, type Frame } from "./protocol";
import { socketUrl } from "./site";

export let line: "connecting" | "open" | "lost" | "closed" | "refused" = "connecting";

const WELCOME_MS = 10_000;
const QUIET_MS = 20_000; // then we ask whether the desk is still there
const PONG_MS = 8_000;

let ws: WebSocket | undefined;
let attempts = 0;
let tried = 0; // when, ms
let retry = 0; // timers
let alarm = 0;
let hello: () => object;
let take: (frame: Frame) => void;
let changed: () => void;

/** `greet` makes the first frame, `taken` is given what the desk says, `told` is called when the line is lost. */
export function start(greet: typeof hello, taken: typeof take, told: typeof changed): void {
  [hello, take, changed] = [greet, taken, told];
  addEventListener("online", hurry);
  addEventListener("pageshow", hurry);
  addEventListener("offline", () => lose());
  document.addEventListener("visibilitychange", hurry);
  connect();
}

export function connect(): void {
  clearTimeout(retry);
  drop();
  tried = Date.now();
  try {
    ws = new WebSocket(socketUrl);
  } catch {
    return lose(4403); // a page that may not connect at all
  }
  const mine = ws;
  ws.onopen = () => mine.send(JSON.stringify(hello()));
  ws.onmessage = ({ data }) => received(readFrame(data));
  ws.onclose = ({ code }) => lose(code);
  ring(WELCOME_MS);
}

/** Whether the frame went out; it may be lost all the same. */
export function send(frame: object): boolean {
  if (line !== "open" || ws?.readyState !== 1) return false;
  ws.send(JSON.stringify(frame));
  return true;
}

function received(frame: Frame): void {
  if (frame.t === "welcome") {
    attempts = 0;
    line = "open";
  }
  if (line !== "open") return;
  clearTimeout(alarm);
  alarm = setTimeout(() => {
    send({ t: "ping" });
    ring(PONG_MS);
  }, QUIET_MS);
  take(frame);
}

function lose(code = 0): void {
  drop();
  line = code === 4403 ? "refused" : code === 4410 ? "closed" : "lost";
  clearTimeout(retry);
  const wait = waitAfter(code, attempts++, Math.random());
  if (wait < Infinity) retry = setTimeout(connect, wait);
  changed();
}

/** Something says that it may work now; not more than once a second all the same. */
function hurry(): void {
  if (line === "lost" && !document.hidden && Date.now() - tried > 1000) connect();
}

function drop(): void {
  clearTimeout(alarm);
  if (!ws) return;
  ws.onopen = ws.onmessage = ws.onclose = null;
  ws.close();
  ws = undefined;
}

/** The line is lost unless something comes in time. */
function ring(ms: number): void {
  clearTimeout(alarm);
  alarm = setTimeout(lose, ms);
}
