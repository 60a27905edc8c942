// What the visitor and the desk have said, and where they stand. It knows nothing of how it looks.

import { wellFormed } from "./names";
import * as outbox from "./outbox";
import { KNOWN, readChat, readStatus, STATUS, type Box, type FileInfo, type Frame, type Message, type Unsent } from "./protocol";
import * as site from "./site";
import * as socket from "./socket";
import { keep, newId, read, token, watch } from "./storage";

export let box: Box | undefined;
export let online = false;
export let status = STATUS;
export let known = KNOWN;
export let typing = ""; // the agent who is typing now

const KEPT = 200; // messages
const TYPING_MS = 300;
const TYPED_MS = 15_000; // "is typing" ends by itself
const PREVIEW = 1000; // characters

const messages = new Map<string, Message>();
let since = 0; // order up to which the desk has told everything
let from = 0; // what is older was put away when a new chat was begun
let looked = 0; // order up to which the visitor has looked
let reported = 0; // the same, as the desk knows it
let got = 0; // what the desk knows to have arrived here
let reportTimer = 0;
let rating: object | undefined; // still to be sent
let typed = ""; // by the visitor
let told = ""; // of it, to the desk
let tellTimer = 0;
let typingTimer = 0;
let saveTimer = 0;
let secret = "";
let change: (news?: Message, error?: string) => void;

/** `told` is called after every change; with a message of the desk's that is new, or the code of an error. */
export function start(told: typeof change): void {
  change = told;
  secret = token();
  restore();
  outbox.start(say);
  watch(changedElsewhere);
  addEventListener("pagehide", save);
  socket.start(hello, take, () => {
    agentTypes("");
    change();
  });
}

/** The site's back end says who this is; an empty text: nobody any more, and the next one is somebody new. */
export function identify(signed: string): void {
  if (!site.identify(signed)) return;
  forget();
  if (!signed) keep("token");
  secret = token();
  change();
  socket.connect();
}

// What can be seen ---------------------------------------------------------------------------------

/** What proves to the desk that a file is this visitor's. */
export const authorization = (): string => `Chat ${site.snippet.box} ${secret}`;

export const shown = (): Message[] => [...messages.values()].filter((m) => m.order > from).sort((a, b) => a.order - b.order);

export const unsent = (): Unsent[] => outbox.all().filter((item) => !messages.has(item.id));

export const unread = (): number => shown().filter((m) => m.kind === "out" && m.order > looked).length;

const running = (): boolean => status.state === "waiting" || status.state === "active";

/** Whether a conversation goes on, or was ended and is still being looked at. */
export const begun = (): boolean => unsent().length + shown().length > 0 || running() || status.state === "left_message";

export const ended = (): boolean => status.state === "ended" && shown().length > 0 && !unsent().length;

/** Nobody is there to answer now: what is written is a message left. */
export const leaving = (): boolean => !online && !running();

export interface Profile {
  name: string;
  email: string;
  answers: Record<string, string>; // what was typed so far, by the question's label
  done: boolean; // the questions before the chat have been answered
}

export const profile = (): Profile => ({ name: "", email: "", answers: {}, done: false, ...(read("profile") as Profile | null) });

export const keepProfile = (changed: Partial<Profile>): void => keep("profile", { ...profile(), ...changed });

export const draft = (): string => `${read("draft") ?? ""}`;

// What the visitor does ----------------------------------------------------------------------------

/** Send a message; it is kept until the desk has it. */
export function write(text: string, files: FileInfo[]): void {
  const asked = !begun() || ended() || leaving();
  const { name, email, answers } = asked ? profile() : { name: "", email: "", answers: {} };
  const given = Object.entries<string>(answers).filter(([, value]) => value);
  const item = { id: newId(), at: Date.now(), text: wellFormed(text), files, name, email, answers: given };
  keepDraft("");
  outbox.add({ ...item, client: item.id, kind: "in", author: site.signedIn(), order: 0, error: "" });
  change();
}

/** Send what the desk has refused once more, or give it up. */
export function again(id: string, wanted: boolean): void {
  if (wanted) outbox.mark(id, "");
  else outbox.remove(id);
  change();
}

/** The text that is being typed: kept here; in a chat, told to the agent at most every 300 ms. */
export function keepDraft(text: string): void {
  keep("draft", text);
  typed = text && begun() ? (box?.preview ? wellFormed(text.slice(-PREVIEW)) : "…") : "";
  tellTyping();
}

/** The visitor has the conversation before their eyes. */
export function look(): void {
  const last = Math.max(0, ...shown().map((m) => (m.kind === "out" ? m.order : 0)));
  if (last > looked) {
    keep("looked", (looked = last));
    change();
  }
  report();
}

/** Tell the desk what has arrived and what was looked at; a burst of messages is one report. */
function report(): void {
  if (reportTimer) return;
  if (looked > reported && socket.send({ t: "seen", order: looked })) reported = looked;
  else if (since > got && socket.send({ t: "got", order: since })) got = since;
  else return;
  reportTimer = setTimeout(() => {
    reportTimer = 0;
    report();
  }, TYPING_MS);
}

export function rate(good: boolean, comment: string): void {
  rating = { t: "rate", good, comment: wellFormed(comment) };
  status = { ...status, rated: good ? 2 : 1 };
  tellRating();
  change();
}

export const end = (): boolean => socket.send({ t: "end" });

export const mailTranscript = (email: string): boolean => socket.send({ t: "transcript", email });

export const pageChanged = (): boolean => socket.send({ t: "page", ...site.page() });

/** Put the old conversation away; the next message begins another. */
export function startAnew(): void {
  from = Math.max(since, ...shown().map((m) => m.order));
  keepProfile({ answers: {}, done: false });
  status = { ...status, rated: 0 };
  save();
  change();
}

// What the desk says -------------------------------------------------------------------------------

function hello(): object {
  // Files of our own have ids at the desk that only it can tell.
  const nameless = shown().filter((m) => m.files.some((file) => !file.id));
  const order = Math.min(since, ...nameless.map((m) => m.order - 1));
  const { box, identity } = site.snippet;
  const language = site.snippet.language || navigator.language;
  return { t: "hello", v: 1, box, token: secret, language, page: site.page(), since: order, identity };
}

function say({ id, text, files, name, email, answers }: Unsent): boolean {
  return socket.send({ t: "say", id, text, leave: leaving(), name, email, answers, files: files.map((file) => file.id) });
}

function take(frame: Frame): void {
  let news: Message | undefined;
  let error = "";
  switch (frame.t) {
    case "welcome":
      news = welcomed(frame);
      break;
    case "said":
      said(frame);
      break;
    case "message":
      if (frame.message.kind === "out") agentTypes("");
      news = store(frame.message);
      report();
      break;
    case "status":
      status = readStatus(frame);
      break;
    case "typing":
      agentTypes(frame.on ? frame.agent || status.agent : "");
      break;
    case "online":
      ({ online } = frame);
      break;
    case "box":
      box = frame.box;
      break;
    case "error":
      error = refused(frame);
      break;
    default:
      return;
  }
  clearTimeout(saveTimer);
  saveTimer = setTimeout(save, 100);
  change(news, error);
}

function welcomed(frame: Frame): Message | undefined {
  ({ box, online, status, known } = frame);
  // The desk has no conversation with this browser: what is remembered is not its any more.
  if (status.state === "none" && !frame.messages.length) messages.clear();
  const news = frame.messages.map(store).filter((message) => message).pop();
  reported = got = 0;
  told = "";
  report();
  outbox.restart();
  tellRating();
  tellTyping();
  return news && news.order > looked ? news : undefined;
}

/** Take a message in; itself when it is news of the desk's. */
function store(message: Message): Message | undefined {
  const key = message.client || message.id;
  const news = message.kind === "out" && !messages.has(key);
  messages.set(key, message);
  since = Math.max(since, message.order);
  outbox.remove(message.client);
  return news ? message : undefined;
}

function said({ id, order, at }: Frame): void {
  const item = outbox.remove(id);
  if (status.state === "ended") status = STATUS; // another chat has begun
  if (item && !messages.has(id)) store({ ...item, id: "", at, order, files: item.files.map((file) => ({ ...file, id: "" })) });
}

/** What the person has to be told; nothing when the message itself shows it. */
function refused({ id, code, retry_ms }: Frame): string {
  if (!id) return code;
  if (code === "slow_down") outbox.again(retry_ms || 1000);
  else outbox.mark(id, code);
  return "";
}

function agentTypes(name: string): void {
  clearTimeout(typingTimer);
  typing = name;
  if (name)
    typingTimer = setTimeout(() => {
      typing = "";
      change();
    }, TYPED_MS);
}

function tellTyping(): void {
  if (tellTimer || typed === told || !socket.send({ t: "typing", text: typed })) return;
  told = typed;
  tellTimer = setTimeout(() => {
    tellTimer = 0;
    tellTyping();
  }, TYPING_MS);
}

function tellRating(): void {
  if (rating && socket.send(rating)) rating = undefined;
}

// What stays in the browser ------------------------------------------------------------------------

function restore(): void {
  const kept = readChat(read("chat"));
  if (kept.box.name) box = kept.box;
  looked = Number(read("looked")) || 0;
  if (site.snippet.identity) return; // what was said before may be somebody else's
  ({ known, status, online, from, since } = kept);
  for (const message of kept.messages) messages.set(message.client || message.id, message);
}

function forget(): void {
  messages.clear();
  since = from = looked = reported = 0;
  status = STATUS;
  known = KNOWN;
  for (const key of ["chat", "profile", "looked", "draft"]) keep(key);
}

function save(): void {
  clearTimeout(saveTimer);
  // What a person said who is signed in is not left in a browser where others may sign in.
  if (site.snippet.identity) keep("chat", { box });
  else if (box) keep("chat", { box, status, known, online, since, from, messages: shown().slice(-KEPT) });
}

function changedElsewhere(key: string): void {
  if (key === "token" && token() !== secret) {
    secret = token();
    socket.connect();
  }
  looked = Math.max(looked, Number(read("looked")) || 0);
  if (key === "chat") from = Math.max(from, readChat(read("chat")).from);
  outbox.changed(key);
  change();
}
