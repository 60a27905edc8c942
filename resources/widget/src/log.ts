// The conversation as it is read: bubbles, times, what became of each message.

import * as chat from "./chat";
import { button, div, DOWN, fileLabel, h, iconButton, items, named, say, set, type Item } from "./dom";
import { isPicture, load, preview, save } from "./files";
import { findLinks } from "./links";
import { clock, fileSize, firstName, moment } from "./names";
import type { FileInfo, Message, Unsent } from "./protocol";
import { filesUrl } from "./site";
import * as words from "./words";

const PAUSE_MS = 30 * 60_000; // after which the time is told again
const NEAR = 80; // px from the end that still count as being there

export let element: HTMLElement;
let scroll: HTMLElement;
let typing: HTMLElement;
let show: (items: Item[]) => void;
let complain: (sentence: string) => void;
let form: HTMLElement;
let follow = true; // the newest message stays in sight

/** The form `above` and what is `below` scroll with the conversation; `told` is given what went wrong. */
export function build(above: HTMLElement, below: HTMLElement, told: typeof complain): void {
  [form, complain] = [above, told];
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.conversation() });
  const latest = iconButton(DOWN, words.latest(), toEnd);
  latest.className = "icon latest";
  latest.hidden = true;
  typing = div("bubble typing");
  show = items(log);
  scroll = h("div", { class: "scroll", tabindex: 0 }, [form, log, typing, below], {
    scroll: () => {
      follow = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
      latest.hidden = follow;
    },
  });
  const watcher = new ResizeObserver(keepEnd);
  watcher.observe(log);
  watcher.observe(scroll);
  element = div("rest", scroll, latest);
}

export function toEnd(): void {
  follow = true;
  keepEnd();
}

export function render(): void {
  show(wanted());
  say(typing, words.typing(firstName(chat.typing) || words.someone()));
  typing.hidden = !chat.typing;
  keepEnd();
}

function keepEnd(): void {
  if (follow) scroll.scrollTop = scroll.scrollHeight;
}

function wanted(): Item[] {
  const [box, status, shown, unsent] = [chat.box, chat.status, chat.shown(), chat.unsent()];
  const all: Item[] = [];
  let last = 0;
  let author = "";
  const greeting = box?.greeting || (!chat.begun() && words.greeting());
  if (box && greeting && form.hidden) all.push(line("greeting", greeting, "bubble"));
  for (const message of [...shown, ...unsent] as Partial<Unsent>[] as Unsent[]) {
    const { at } = message;
    const key = message.client || message.id;
    if (at - last > PAUSE_MS || new Date(at).getDate() !== new Date(last).getDate()) all.push(line(`at ${key}`, moment(at, Date.now(), words.language)));
    if (message.kind === "out" && message.author !== author) {
      if (author) all.push(line(`by ${key}`, message.author, "from"));
      author = message.author;
    }
    all.push(bubble(key, message));
    if (message.error) all.push(refused(key, message.error));
    last = at;
  }
  const mine = shown.filter((m) => m.kind === "in").at(-1);
  if (unsent.some((item) => !item.error)) all.push(line("receipt", words.sending(), "line end"));
  else if (mine && !unsent.length)
    all.splice(all.findIndex((item) => item.key === (mine.client || mine.id)) + 1, 0, line("receipt", (status.seen >= mine.order ? words.seen : words.delivered)(), "line end"));
  if (status.unanswered && status.state === "waiting") all.push(line("slow", words.slow()));
  if (status.state === "left_message" && chat.leaving() && !unsent.length) all.push(line("left", words.left()));
  return all;
}

const line = (key: string, text: string, kind = "line"): Item => ({ key, look: text, make: () => h("div", { class: kind, dir: "auto" }, [text]) });

function refused(id: string, error: string): Item {
  const make = (): HTMLElement =>
    div(
      "line end bad",
      `${words.problem(error)} `,
      button("", words.retry(), () => chat.again(id, true)),
      " ",
      button("", words.discard(), () => chat.again(id, false)),
    );
  return { key: `refused ${id}`, look: error, make };
}

function bubble(key: string, { text, kind, author, at, files, order }: Message): Item {
  const make = (): HTMLElement => {
    const who = kind === "in" ? words.you() : firstName(author) || words.someone();
    const element = div("bubble", h("span", { class: "sr" }, [`${who}: `]), ...linked(text), ...files.map(file));
    if (kind === "in") element.classList.add("me");
    set(element, "dir", "auto");
    set(element, "title", clock(at, words.language));
    return element;
  };
  return { key, look: JSON.stringify([text, author, files, !order]), make };
}

function file({ id, name, mime, size }: FileInfo): HTMLElement {
  const element = fileLabel(id ? "button" : "span", name, fileSize(size, words.language));
  if (!id) return element;
  const get = (): Promise<Blob> => load(`${filesUrl}/${encodeURIComponent(id)}`, chat.authorization());
  element.onclick = () =>
    get().then(
      (blob) => save(blob, name),
      () => complain(words.problem("")),
    );
  named(element, words.download(name));
  if (isPicture(mime))
    get()
      .then((blob) => preview(blob, name))
      .then(
        (canvas) => element.replaceChildren(canvas),
        () => {}, // no picture after all: it stays a file
      );
  return element;
}

const linked = (text: string): (Node | string)[] =>
  findLinks(text).map((piece) =>
    piece.href ? h("a", { href: piece.href, target: "_blank", rel: "noopener noreferrer", title: piece.href }, [piece.text]) : piece.text,
  );
