// Messages that the desk has not acknowledged. They wait in the browser's storage, so that a reload,
// a crash or a lost network loses none; the desk knows each by its id and takes it once.

import { readFile, type FileInfo } from "./protocol";
import type { Storage } from "./storage";

export interface Unsent {
  id: string;
  at: number;
  text: string;
  files: FileInfo[];
  leave: boolean;
  name?: string;
  email?: string;
  answers?: [string, string][];
  error?: string; // the desk refused it: why
}

const KEY = "out:";
export const ACK_MS = 8_000; // then it is sent again

export class Outbox {
  private items = new Map<string, Unsent>();
  private flying = ""; // id of the one that is on its way: one at a time keeps the order
  private timer = 0;

  constructor(
    private storage: Storage,
    private send: (item: Unsent) => boolean,
  ) {
    for (const key of storage.keys(KEY)) this.load(key);
  }

  /** In the order in which they were written. */
  get all(): Unsent[] {
    return [...this.items.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  add(item: Unsent): void {
    item.at = Math.max(item.at, ...this.all.map((other) => other.at + 1));
    this.keep(item);
    this.flush();
  }

  /** The desk has it, or the person does not want to send it any more. */
  remove(id: string): Unsent | undefined {
    const item = this.items.get(id);
    this.items.delete(id);
    this.storage.remove(KEY + id);
    this.landed(id);
    return item;
  }

  refuse(id: string, error: string): void {
    const item = this.items.get(id);
    if (item) this.keep({ ...item, error });
    this.landed(id);
  }

  retry(id: string): void {
    const { error: _, ...item } = this.items.get(id) ?? {};
    if ("text" in item) this.keep(item as Unsent);
    this.flush();
  }

  /** Send the next one, unless one is on its way. */
  flush(): void {
    const next = this.all.find((item) => !item.error);
    if (this.flying || !next || !this.send(next)) return;
    this.flying = next.id;
    this.again(ACK_MS);
  }

  /** Send what is unacknowledged again in a while; the desk asked for one, or said nothing. */
  again(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.restart(), ms);
  }

  /** After a new connection, what was on its way may be lost. */
  restart(): void {
    clearTimeout(this.timer);
    this.flying = "";
    this.flush();
  }

  /** Another tab has written or removed `key`. What it wrote is sent from here should that tab be gone. */
  changed(key: string): boolean {
    if (!key.startsWith(KEY)) return false;
    if (this.load(key) && !this.flying) this.again(ACK_MS);
    return true;
  }

  private landed(id: string): void {
    if (this.flying === id) this.restart();
  }

  private keep(item: Unsent): void {
    this.items.set(item.id, item);
    this.storage.set(KEY + item.id, item);
  }

  private load(key: string): boolean {
    const item = this.storage.get(key) as Unsent | null;
    if (!item || typeof item.text !== "string" || !Array.isArray(item.files)) return false;
    this.items.set(item.id, { ...item, files: item.files.map(readFile) });
    return true;
  }
}
