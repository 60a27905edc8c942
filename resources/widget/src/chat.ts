// What the visitor and the desk have said, and where they stand. It knows nothing of how it looks.

import { wellFormed } from "./names";
import { Outbox, type Unsent } from "./outbox";
import { readBox, readKnown, readMessage, readStatus, type Box, type FileInfo, type Incoming, type Message, type Status } from "./protocol";
import { Socket, type Line } from "./socket";
import { newId, Storage, tokenOf } from "./storage";

export interface Page {
  url: string;
  title: string;
  referrer: string;
}

export interface Profile {
  name: string;
  email: string;
  answers: Record<string, string>; // what was typed so far, by the question's label
  done: boolean; // the questions before the chat have been answered
}

export type Event = "message" | "hello" | "error";

const KEPT = 200; // messages
const OVERLAP = 10_000_000; // µs: what was committed a moment before, but after, is asked for again
const TYPING_MS = 300;
const TYPED_MS = 15_000; // "is typing" ends by itself
const PREVIEW = 1000; // characters
const NOTHING: Status = { state: "none", agent: "", place: 0, seen: 0, unanswered: false, rated: 0 };

export class Chat {
  box: Box | null = null;
  online = false;
  agents: string[] = [];
  status = NOTHING;
  known = { name: "", email: "" };
  typing = ""; // the agent who is typing now
  error = ""; // the last one that is about no message
  token: string;
  onChange: (what?: Event, message?: Message) => void = () => {};

  private messages = new Map<string, Message>();
  private since = 0; // order up to which the desk has told everything
  private from = 0; // what is older was put away when a new chat was begun
  private read = 0; // order up to which the visitor has looked
  private reported = 0; // the same, as the desk knows it
  private rating: { good: boolean; comment: string } | null = null;
  private typed = { text: "", sent: "", timer: 0 };
  private typingTimer = 0;
  private saveTimer = 0;
  private socket: Socket;
  private outbox: Outbox;

  constructor(
    private where: { url: string; box: string; language: string; identity: string; page: () => Page },
    readonly storage: Storage,
  ) {
    this.token = tokenOf(storage);
    this.outbox = new Outbox(storage, (item) => this.say(item));
    this.socket = new Socket(where.url, () => this.hello(), (frame) => this.take(frame), () => this.lineChanged());
    this.restore();
    storage.watch((key) => this.changedElsewhere(key));
    addEventListener("pagehide", () => this.save());
  }

  connect(): void {
    this.socket.connect();
  }

  /** The site's back end says who this is; an empty string: nobody any more. */
  identify(identity: string): void {
    if (identity === this.where.identity) return;
    this.where.identity = identity;
    this.messages.clear();
    this.since = this.from = this.read = this.reported = 0;
    this.status = NOTHING;
    this.known = { name: "", email: "" };
    for (const key of ["chat", "profile", "read"]) this.storage.remove(key);
    this.onChange();
    this.connect();
  }

  // What can be seen ---------------------------------------------------------------------------

  /** What proves to the desk that a file is this visitor's. */
  get authorization(): string {
    return `Chat ${this.where.box} ${this.token}`;
  }

  get line(): Line {
    return this.socket.line;
  }

  get shown(): Message[] {
    return [...this.messages.values()].filter((m) => m.order > this.from).sort((a, b) => a.order - b.order);
  }

  get unsent(): Unsent[] {
    return this.outbox.all.filter((item) => !this.messages.has(item.id));
  }

  get unread(): number {
    return this.shown.filter((m) => m.kind === "out" && m.order > this.read).length;
  }

  /** Whether a conversation goes on, or was ended and is still being looked at. */
  get begun(): boolean {
    return this.unsent.length > 0 || this.shown.length > 0 || ["waiting", "active", "left_message"].includes(this.status.state);
  }

  get ended(): boolean {
    return this.status.state === "ended" && this.shown.length > 0 && !this.unsent.length;
  }

  /** Nobody is there to answer now: what is written is a message left. */
  get leaving(): boolean {
    return !this.online && this.status.state !== "waiting" && this.status.state !== "active";
  }

  get profile(): Profile {
    const kept = (this.storage.get("profile") ?? {}) as Partial<Profile>;
    return { name: "", email: "", answers: {}, done: false, ...kept };
  }

  set profile(profile: Profile) {
    this.storage.set("profile", profile);
  }

  get draft(): string {
    const kept = this.storage.get("draft");
    return typeof kept === "string" ? kept : "";
  }

  // What the visitor does ----------------------------------------------------------------------

  /** Send a message; it is kept until the desk has it. */
  write(text: string, files: FileInfo[]): void {
    const item: Unsent = { id: newId(), at: Date.now(), text: wellFormed(text), files, leave: this.leaving };
    if (!this.begun || this.ended || this.leaving) {
      const { name, email, answers } = this.profile;
      if (name) item.name = name;
      if (email) item.email = email;
      const given = Object.entries(answers).filter(([, value]) => value);
      if (given.length) item.answers = given;
    }
    this.keepDraft("");
    this.outbox.add(item);
    this.onChange();
  }

  retry(id: string): void {
    this.outbox.retry(id);
    this.onChange();
  }

  discard(id: string): void {
    this.outbox.remove(id);
    this.onChange();
  }

  /** The text that is being typed: kept here, and told to the agent at most every 300 ms. */
  keepDraft(text: string): void {
    this.storage.set("draft", text);
    this.typed.text = !text ? "" : this.box?.preview ? wellFormed(text.slice(-PREVIEW)) : "…";
    this.tellTyping();
  }

  look(): void {
    const last = Math.max(0, ...this.shown.filter((m) => m.kind === "out").map((m) => m.order));
    if (last > this.read) {
      this.read = last;
      this.storage.set("read", last);
      this.onChange();
    }
    if (last > this.reported && this.socket.send({ t: "seen", order: last })) this.reported = last;
  }

  rate(good: boolean, comment: string): void {
    this.rating = { good, comment };
    this.status = { ...this.status, rated: good ? 2 : 1 };
    this.tellRating();
    this.onChange();
  }

  end(): boolean {
    return this.socket.send({ t: "end" });
  }

  /** Put the old conversation away; the next message begins another. */
  startAnew(): void {
    this.from = Math.max(this.since, ...this.shown.map((m) => m.order));
    this.profile = { ...this.profile, answers: {}, done: false };
    this.status = { ...this.status, rated: 0 };
    this.save();
    this.onChange();
  }

  mailTranscript(email: string): boolean {
    return this.socket.send({ t: "transcript", email });
  }

  pageChanged(): void {
    const { url, title } = this.where.page();
    this.socket.send({ t: "page", url, title });
  }

  // What the desk says -------------------------------------------------------------------------

  private hello(): object {
    const { box, language, identity, page } = this.where;
    const since = Math.max(0, this.since - OVERLAP);
    return { t: "hello", v: 1, box, token: this.token, language, page: page(), since, ...(identity && { identity }) };
  }

  private say({ at: _at, error: _error, files, ...item }: Unsent): boolean {
    return this.socket.send({ t: "say", ...item, files: files.map((file) => file.id) });
  }

  private take(frame: Incoming): void {
    switch (frame.t) {
      case "welcome":
        return this.welcomed(frame);
      case "said":
        this.said(frame.id, frame.order, frame.at);
        break;
      case "message":
        return this.arrived(frame.message);
      case "status":
        this.status = frame.status;
        break;
      case "typing":
        this.agentTypes(frame.on ? frame.agent || this.status.agent : "");
        break;
      case "online":
        this.online = frame.online;
        this.agents = frame.agents;
        break;
      case "box":
        this.box = frame.box;
        break;
      case "error":
        return this.refused(frame.code, frame.id, frame.retry);
      case "pong":
        return;
    }
    this.saveSoon();
    this.onChange();
  }

  private welcomed(frame: Extract<Incoming, { t: "welcome" }>): void {
    this.box = frame.box;
    this.online = frame.online;
    this.agents = frame.agents;
    this.status = frame.status;
    this.known = frame.known;
    this.reported = 0;
    // The desk has no conversation with this browser: what is remembered is not its any more.
    if (frame.status.state === "none" && !frame.messages.length) this.messages.clear();
    const before = this.unread;
    for (const message of frame.messages) this.store(message);
    this.outbox.restart();
    this.tellRating();
    this.saveSoon();
    this.onChange("hello");
    if (this.unread > before) this.onChange("message", this.shown.at(-1));
    this.typed.sent = "";
    this.tellTyping();
  }

  private arrived(message: Message): void {
    const news = !this.messages.has(message.client || message.id);
    this.store(message);
    if (message.kind === "out") this.agentTypes("");
    this.saveSoon();
    this.onChange(news && message.kind === "out" ? "message" : undefined, message);
  }

  private store(message: Message): void {
    this.messages.set(message.client || message.id, message);
    this.since = Math.max(this.since, message.order);
    if (message.client) this.outbox.remove(message.client);
  }

  // Its order does not move `since`: an agent's message from before it may still be under way.
  private said(id: string, order: number, at: number): void {
    const item = this.outbox.remove(id);
    if (!item || this.messages.has(id)) return;
    const files = item.files.map((file) => ({ ...file, id: "" })); // they have other ids at the desk
    this.messages.set(id, { id: "", client: id, kind: "in", author: "", text: item.text, at, order, files });
  }

  private refused(code: string, id: string, retry: number): void {
    if (id && code === "slow_down") return this.outbox.again(retry || 1000);
    if (id) this.outbox.refuse(id, code);
    this.error = id ? "" : code;
    this.onChange("error");
  }

  private agentTypes(name: string): void {
    clearTimeout(this.typingTimer);
    this.typing = name;
    if (name)
      this.typingTimer = setTimeout(() => {
        this.typing = "";
        this.onChange();
      }, TYPED_MS);
  }

  private tellTyping(): void {
    const { typed } = this;
    if (typed.timer || typed.text === typed.sent) return;
    if (!this.socket.send({ t: "typing", text: typed.text })) return;
    typed.sent = typed.text;
    typed.timer = setTimeout(() => {
      typed.timer = 0;
      this.tellTyping();
    }, TYPING_MS);
  }

  private tellRating(): void {
    if (this.rating && this.socket.send({ t: "rate", ...this.rating })) this.rating = null;
  }

  private lineChanged(): void {
    this.agentTypes("");
    this.onChange();
  }

  // What stays in the browser ------------------------------------------------------------------

  private restore(): void {
    const kept = this.storage.get("chat") as Record<string, unknown> | null;
    this.read = Number(this.storage.get("read")) || 0;
    if (!kept) return;
    this.box = kept.box ? readBox(kept.box) : null;
    if (kept.who !== whoIs(this.where.identity)) return this.storage.remove("profile"); // it was somebody else
    this.known = readKnown(kept.known);
    this.status = readStatus(kept.status);
    this.online = kept.online === true;
    this.from = Number(kept.from) || 0;
    this.since = Number(kept.since) || 0;
    for (const message of (Array.isArray(kept.messages) ? kept.messages : []).map(readMessage))
      this.messages.set(message.client || message.id, message);
  }

  private saveSoon(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.save(), 100);
  }

  private save(): void {
    clearTimeout(this.saveTimer);
    const { box, status, known, online, since, from } = this;
    if (!box) return;
    const messages = this.shown.slice(-KEPT);
    const who = whoIs(this.where.identity);
    this.storage.set("chat", { who, box, status, known, online, since, from, messages });
  }

  private changedElsewhere(key: string): void {
    if (key === "token") {
      const token = tokenOf(this.storage);
      if (token === this.token) return;
      this.token = token;
      return this.connect();
    }
    if (key === "read") this.read = Math.max(this.read, Number(this.storage.get("read")) || 0);
    else if (key === "chat") this.from = Math.max(this.from, Number((this.storage.get("chat") as { from?: number } | null)?.from) || 0);
    else if (!this.outbox.changed(key)) return;
    this.onChange();
  }
}

/** Whom a signed identity is about, so that nobody is shown what was remembered of another. */
function whoIs(identity: string): string {
  try {
    const { id, email } = JSON.parse(atob(identity.split(".")[0]!.replace(/-/g, "+").replace(/_/g, "/"))) as Record<string, unknown>;
    return `${id} ${email}`;
  } catch {
    return "";
  }
}
