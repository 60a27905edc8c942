// What the desk says, in the shape that we expect: everything from outside is untrusted, the desk too.

import { plain } from "./names";

const FILE = { id: "", name: "", mime: "", size: 0 };
const MESSAGE = {
  id: "",
  client: "", // the browser's own id of a message that it sent; empty for the desk's
  kind: "out", // of the desk; "in": of the visitor
  author: "", // of an unsent one: whom the site had signed in
  text: "",
  at: 0, // ms since the epoch
  order: 0, // sorts; what a reconnect asks for is "since" one
  files: [FILE],
};
export const STATUS = {
  state: "none", // waiting, active, left_message, ended
  agent: "",
  place: 0, // in the queue; 1 is next, 0 is nowhere
  seen: 0, // order of the visitor's last message that an agent has seen
  unanswered: false,
  rated: 0, // 1 bad, 2 good
};
const QUESTION = { label: "", options: [""], required: false };
const BOX = {
  name: "",
  language: "", // auto, en, es
  colour: "", // #rrggbb
  greeting: "",
  ask_name: "", // no, optional, required
  ask_email: "",
  questions: [QUESTION],
  preview: false,
  files: false,
  transcript: false,
  position: "", // right, left
  theme: "", // auto, light, dark
};
export const KNOWN = { name: "", email: "" };
const FRAME = {
  ...STATUS,
  t: "",
  id: "",
  at: 0,
  order: 0,
  box: BOX,
  online: false,
  message: MESSAGE,
  messages: [MESSAGE],
  status: STATUS,
  known: KNOWN,
  on: false,
  code: "",
  retry_ms: 0,
};
const UNSENT = {
  ...MESSAGE,
  error: "", // the desk refused it: why
  name: "",
  email: "",
  answers: [[""]], // label and value
};
const CHAT = { ...FRAME, since: 0, from: 0 };

export type FileInfo = typeof FILE;
export type Message = typeof MESSAGE;
export type Status = typeof STATUS;
export type Box = typeof BOX;
export type Frame = typeof FRAME;
export type Unsent = typeof UNSENT;

const MOST = 20_000; // characters of one text, items of one list

/** `value`, with the fields and types of `like` and no others; what does not fit is empty. */
export function shaped<T>(value: unknown, like: T, name?: string): T;
export function shaped(value: unknown, like: unknown, name = ""): unknown {
  if (typeof like === "string") {
    const text = typeof value === "string" ? value.slice(0, MOST) : like;
    return name === "text" || name === "greeting" ? text : plain(text);
  }
  if (typeof like === "number") return Number.isSafeInteger(value) && (value as number) > 0 ? value : 0;
  if (typeof like === "boolean") return value === true;
  if (Array.isArray(like)) return Array.isArray(value) ? value.slice(-MOST).map((item) => shaped(item, like[0])) : [];
  const fields = Object(value) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(like as object).map(([key, part]) => [key, shaped(fields[key], part, key)]));
}

export const readFile = (value: unknown): FileInfo => shaped(value, FILE);
export const readStatus = (value: unknown): Status => shaped(value, STATUS);
export const readUnsent = (value: unknown): Unsent => shaped(value, UNSENT);
export const readChat = (value: unknown): typeof CHAT => shaped(value, CHAT);

/** The frame in a text from the socket; its `t` is empty when it is none. */
export function readFrame(data: unknown): Frame {
  let value: unknown;
  try {
    value = JSON.parse(`${data}`);
  } catch {
    // no JSON, no frame
  }
  return shaped(value, FRAME);
}
