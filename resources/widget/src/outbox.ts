// Messages that the desk has not acknowledged. They wait in the browser's storage, so that a reload,
// a crash or a lost network loses none; the desk knows each by its id and takes it once.

import { readUnsent, type Unsent } from "./protocol";
import { signedIn } from "./site";
import { keep, keysOf, read } from "./storage";

const KEY = "out:";
export const ACK_MS = 8_000; // then it is sent again

const items = new Map<string, Unsent>();
let send: (item: Unsent) => boolean;
let flying = ""; // id of the one that is on its way: one at a time keeps the order
let timer = 0;

/** Take up what an earlier page left. `by` sends one and tells whether it could. */
export function start(by: typeof send): void {
  send = by;
  keysOf(KEY).forEach(load);
}

/** In the order in which they were written. Those of somebody who is not signed in now wait unseen. */
export const all = (): Unsent[] =>
  [...items.values()].filter(({ author }) => !author || author === signedIn()).sort((a, b) => a.at - b.at);

export function add(item: Unsent): void {
  store({ ...item, at: Math.max(item.at, ...all().map((other) => other.at + 1)) });
  flush();
}

/** The desk has it, or the person does not want to send it any more. */
export function remove(id: string): Unsent | undefined {
  const item = items.get(id);
  items.delete(id);
  if (item) keep(KEY + id);
  landed(id);
  return item;
}

/** The desk refused it (why), or it is to be tried again (empty). */
export function mark(id: string, error: string): void {
  const item = items.get(id);
  if (item) store({ ...item, error });
  landed(id);
  flush();
}

/** Send the next one, unless one is on its way. */
function flush(): void {
  const next = all().find((item) => !item.error);
  if (flying || !next || !send(next)) return;
  flying = next.id;
  again(ACK_MS);
}

/** Send what is unacknowledged again in a while: the desk asks for one, or says nothing. */
export function again(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(restart, ms);
}

/** On a new connection: what was on its way may be lost. */
export function restart(): void {
  clearTimeout(timer);
  flying = "";
  flush();
}

/** Another tab has written `key`. What it wrote is sent from here should that tab be gone. */
export function changed(key: string): void {
  if (key.startsWith(KEY) && load(key) && !flying) again(ACK_MS);
}

function landed(id: string): void {
  if (flying === id) restart();
}

function store(item: Unsent): void {
  items.set(item.id, item);
  keep(KEY + item.id, item);
}

function load(key: string): boolean {
  const item = readUnsent(read(key));
  if (item.id) items.set(item.id, item);
  return !!item.id;
}
