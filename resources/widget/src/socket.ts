// The line to the desk: one WebSocket, opened again whenever it is lost.

import { waitAfter } from "./backoff";
import { readFrame, type Incoming } from "./protocol";

export type Line = "connecting" | "open" | "lost" | "closed" | "refused";

const WELCOME_MS = 10_000;
const QUIET_MS = 20_000; // then we ask whether the desk is still there
const PONG_MS = 8_000;

export class Socket {
  line: Line = "connecting";
  private ws: WebSocket | null = null;
  private attempts = 0;
  private retry = 0; // timers
  private alarm = 0;
  private tried = 0; // when, ms

  constructor(
    private url: string,
    private hello: () => object,
    private take: (frame: Incoming) => void,
    private changed: () => void,
  ) {
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.lose(0));
    addEventListener("pageshow", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  connect(): void {
    clearTimeout(this.retry);
    this.drop();
    this.tried = Date.now();
    let ws: WebSocket;
    try {
      ws = this.ws = new WebSocket(this.url);
    } catch {
      return this.lose(4403); // a page that may not connect at all
    }
    ws.onopen = () => ws.send(JSON.stringify(this.hello()));
    ws.onmessage = (event) => this.received(event.data);
    ws.onclose = (event) => this.lose(event.code);
    this.alarmIn(WELCOME_MS, () => this.lose(0));
  }

  /** Whether the frame went out; it may be lost all the same. */
  send(frame: object): boolean {
    if (this.line !== "open" || this.ws?.readyState !== 1) return false;
    this.ws.send(JSON.stringify(frame));
    return true;
  }

  private received(data: unknown): void {
    const frame = readFrame(data);
    if (!frame) return;
    if (frame.t === "welcome") {
      this.attempts = 0;
      this.line = "open";
    }
    if (this.line !== "open") return;
    this.alarmIn(QUIET_MS, () => {
      this.send({ t: "ping" });
      this.alarmIn(PONG_MS, () => this.lose(0));
    });
    this.take(frame);
  }

  private lose(code: number): void {
    this.drop();
    const wait = waitAfter(code, this.attempts++, Math.random());
    this.line = code === 4403 ? "refused" : code === 4410 ? "closed" : "lost";
    clearTimeout(this.retry);
    if (wait < Infinity) this.retry = setTimeout(() => this.connect(), wait);
    this.changed();
  }

  /** Something says that it may work now; not more than once a second all the same. */
  private hurry(): void {
    if (this.line === "lost" && navigator.onLine !== false && Date.now() - this.tried > 1000) this.connect();
  }

  private drop(): void {
    clearTimeout(this.alarm);
    const ws = this.ws;
    this.ws = null;
    if (!ws) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
  }

  private alarmIn(ms: number, ring: () => void): void {
    clearTimeout(this.alarm);
    this.alarm = setTimeout(ring, ms);
  }
}
