// What stays in the browser, below one prefix: localStorage, or memory where the person denied it.

export class Storage {
  private memory = new Map<string, string>();
  private local: globalThis.Storage | null = null;

  constructor(private prefix: string) {
    try {
      const probe = `${prefix}?`;
      localStorage.setItem(probe, "");
      localStorage.removeItem(probe);
      this.local = localStorage;
    } catch {
      // private windows, blocked storage, a full disk: what was said lasts as long as the page
    }
  }

  /** The JSON value under `key`; null when there is none, or none that can be read. */
  get(key: string): unknown {
    try {
      return JSON.parse((this.memory.get(key) ?? this.local?.getItem(this.prefix + key)) || "null");
    } catch {
      return null;
    }
  }

  set(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    try {
      if (!this.local) throw null;
      this.local.setItem(this.prefix + key, text);
      this.memory.delete(key);
    } catch {
      this.memory.set(key, text);
    }
  }

  remove(key: string): void {
    this.memory.delete(key);
    try {
      this.local?.removeItem(this.prefix + key);
    } catch {
      // denied: it was never there
    }
  }

  keys(start: string): string[] {
    const stored = this.local ? Object.keys(this.local) : [];
    const ours = stored.filter((key) => key.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length));
    return [...new Set([...ours, ...this.memory.keys()])].filter((key) => key.startsWith(start));
  }

  /** Call `changed` with a key that another tab has written or removed. */
  watch(changed: (key: string) => void): void {
    addEventListener("storage", (event) => {
      if (event.storageArea === this.local && event.key?.startsWith(this.prefix)) changed(event.key.slice(this.prefix.length));
    });
  }
}

const hexOf = (bytes: number): string =>
  [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const newId = (): string => hexOf(16);

/** The secret by which the desk knows this browser again: 256 bits, 64 hexadecimal digits. */
export function tokenOf(storage: Storage): string {
  const valid = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
  if (!valid(storage.get("token"))) storage.set("token", hexOf(32));
  return storage.get("token") as string;
}
