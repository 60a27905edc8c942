// What the desk says, checked and cut to size: everything from outside is untrusted, the desk too.

import { plain } from "./names";

export type State = "none" | "waiting" | "active" | "left_message" | "ended";
export type Ask = "no" | "optional" | "required";

export interface FileInfo {
  id: string;
  name: string;
  mime: string;
  size: number; // bytes
}

export interface Message {
  id: string;
  client: string; // the browser's own id of a message that it sent; empty for the desk's
  kind: "in" | "out";
  author: string;
  text: string;
  at: number; // ms since the epoch
  order: number; // sorts; what a reconnect asks for is "since" one
  files: FileInfo[];
}

export interface Status {
  state: State;
  agent: string;
  place: number; // in the queue; 1 is next, 0 is nowhere
  seen: number; // order of the visitor's last message that an agent has seen
  unanswered: boolean;
  rated: 0 | 1 | 2; // not, bad, good
}

export interface Question {
  label: string;
  options: string[]; // none: free text
  required: boolean;
}

export interface Box {
  name: string;
  language: string;
  colour: string;
  greeting: string;
  ask_name: Ask;
  ask_email: Ask;
  questions: Question[];
  preview: boolean;
  files: boolean;
  transcript: boolean;
  position: string;
  theme: string;
}

export interface Known {
  name: string;
  email: string;
}

export type Incoming =
  | { t: "welcome"; box: Box; online: boolean; agents: string[]; messages: Message[]; status: Status; known: Known }
  | { t: "said"; id: string; order: number; at: number }
  | { t: "message"; message: Message }
  | { t: "status"; status: Status }
  | { t: "typing"; agent: string; on: boolean }
  | { t: "online"; online: boolean; agents: string[] }
  | { t: "box"; box: Box }
  | { t: "pong" }
  | { t: "error"; code: string; id: string; retry: number };

type Raw = Record<string, unknown>;

const raw = (value: unknown): Raw => (value && typeof value === "object" ? (value as Raw) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown, most = 20_000): string => (typeof value === "string" ? value.slice(0, most) : "");
const name = (value: unknown): string => plain(text(value, 300));
const count = (value: unknown): number => (Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0);
const oneOf = <T extends string>(value: unknown, ...all: [T, ...T[]]): T => (all.includes(value as T) ? (value as T) : all[0]);

export function readMessage(value: unknown): Message {
  const m = raw(value);
  return {
    id: text(m.id, 64),
    client: text(m.client, 64),
    kind: oneOf(m.kind, "out", "in"),
    author: name(m.author),
    text: text(m.text),
    at: count(m.at),
    order: count(m.order),
    files: list(m.files).map(readFile),
  };
}

export function readFile(value: unknown): FileInfo {
  const f = raw(value);
  return { id: text(f.id, 64), name: name(f.name), mime: text(f.mime, 100), size: count(f.size) };
}

export function readStatus(value: unknown): Status {
  const s = raw(value);
  return {
    state: oneOf(s.state, "none", "waiting", "active", "left_message", "ended"),
    agent: name(s.agent),
    place: count(s.place),
    seen: count(s.seen),
    unanswered: s.unanswered === true,
    rated: s.rated === 1 || s.rated === 2 ? s.rated : 0,
  };
}

export function readBox(value: unknown): Box {
  const b = raw(value);
  const colour = text(b.colour);
  return {
    name: name(b.name),
    language: text(b.language, 35),
    colour: /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#3454d1",
    greeting: text(b.greeting, 1000),
    ask_name: oneOf(b.ask_name, "no", "optional", "required"),
    ask_email: oneOf(b.ask_email, "no", "optional", "required"),
    questions: list(b.questions).map((q) => ({
      label: name(raw(q).label),
      options: list(raw(q).options).map(name),
      required: raw(q).required === true,
    })),
    preview: b.preview === true,
    files: b.files === true,
    transcript: b.transcript === true,
    position: oneOf(b.position, "right", "left"),
    theme: oneOf(b.theme, "auto", "light", "dark"),
  };
}

export function readKnown(value: unknown): Known {
  return { name: name(raw(value).name), email: name(raw(value).email) };
}

export const readNames = (value: unknown): string[] => list(value).map(name).filter(Boolean);

/** The frame in a text from the socket; null when it is none that this version knows. */
export function readFrame(data: unknown): Incoming | null {
  let f: Raw;
  try {
    f = raw(JSON.parse(String(data)));
  } catch {
    return null;
  }
  const online = f.online === true;
  const agents = readNames(f.agents);
  switch (f.t) {
    case "welcome":
      return {
        t: "welcome",
        box: readBox(f.box),
        online,
        agents,
        messages: list(f.messages).map(readMessage),
        status: readStatus(f.status),
        known: readKnown(f.known),
      };
    case "said":
      return { t: "said", id: text(f.id, 64), order: count(f.order), at: count(f.at) };
    case "message":
      return { t: "message", message: readMessage(f.message) };
    case "status":
      return { t: "status", status: readStatus(f) };
    case "typing":
      return { t: "typing", agent: name(f.agent), on: f.on === true };
    case "online":
      return { t: "online", online, agents };
    case "box":
      return { t: "box", box: readBox(f.box) };
    case "pong":
      return { t: "pong" };
    case "error":
      return { t: "error", code: text(f.code, 40), id: text(f.id, 64), retry: count(f.retry_ms) };
  }
  return null;
}
