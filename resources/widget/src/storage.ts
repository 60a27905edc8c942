// What stays in the browser, below one prefix: localStorage, or memory where the person denied it.

import { snippet } from "./site";

const memory = new Map<string, string>();
const full = (key: string): string => `deskapp:${snippet.box}:${key}`;

/** The JSON value under `key`; null when there is none, or none that can be read. */
export function read(key: string): unknown {
  try {
    return JSON.parse(memory.get(key) ?? localStorage.getItem(full(key))!);
  } catch {
    return null;
  }
}

/** Keep `value`, or forget it when it is undefined. */
export function keep(key: string, value?: unknown): void {
  memory.delete(key);
  try {
    if (value === undefined) localStorage.removeItem(full(key));
    else localStorage.setItem(full(key), JSON.stringify(value));
  } catch {
    // blocked, or full: what was said lasts as long as the page
    if (value !== undefined) memory.set(key, JSON.stringify(value));
  }
}

export function keysOf(start: string): string[] {
  let stored: string[] = [];
  try {
    stored = Object.keys(localStorage).filter((key) => key.startsWith(full(start)));
  } catch {
    // blocked
  }
  return [...stored.map((key) => key.slice(full("").length)), ...[...memory.keys()].filter((key) => key.startsWith(start))];
}

/** Call `changed` with a key that another tab has written or removed. */
export function watch(changed: (key: string) => void): void {
  addEventListener("storage", ({ key }) => {
    if (key?.startsWith(full(""))) changed(key.slice(full("").length));
  });
}

const random = (bytes: number): string =>
  [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const newId = (): string => random(16);

/** The secret by which the desk knows this browser again: 256 bits, 64 hexadecimal digits. */
export function token(): string {
  if (!/^[0-9a-f]{64}$/.test(`${read("token")}`)) keep("token", random(32));
  return read("token") as string;
}
