// Where the visitor writes: text, emoji, files.

import * as chat from "./chat";
import { AGAIN, CLIP, CROSS, div, fileLabel, h, iconButton, items, say, SEND, set, SMILE, type Item } from "./dom";
import { emojiPicker } from "./emoji";
import { fileSize } from "./names";
import { line } from "./socket";
import * as uploads from "./uploads";
import * as words from "./words";

export const MOST = 4000; // characters of a message
const TALL = 116; // px

export let element: HTMLElement;
export let text: HTMLTextAreaElement;
let list: HTMLElement;
let show: (items: Item[]) => void;
let hint: HTMLElement;
let attach: HTMLButtonElement;
let go: HTMLButtonElement;
let emoji: HTMLElement;
let before = line;
let waiting = false; // to be sent once the files are up

export function build(): void {
  const choose = h("input", { type: "file", multiple: true, hidden: true }, [], {
    change: () => {
      add(choose.files ?? []);
      choose.value = "";
    },
  });
  const write = words.write();
  text = h("textarea", { rows: 1, "aria-label": write, placeholder: write, enterkeyhint: "send", dir: "auto" }, [], {
    input: typed,
    keydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    },
    paste: (event) => {
      const files = event.clipboardData?.files ?? [];
      if (files.length) event.preventDefault();
      add(files);
    },
  });
  text.value = chat.draft();
  attach = iconButton(CLIP, words.attach(), () => choose.click());
  go = iconButton(SEND, words.send(), send);
  go.classList.add("go");
  emoji = emojiPicker((chosen) => {
    text.setRangeText(chosen, text.selectionStart, text.selectionEnd, "end");
    escape();
    typed();
  });
  const smile = iconButton(SMILE, words.emoji(), () => {
    emoji.hidden = !emoji.hidden;
    (emoji.firstChild as HTMLElement).focus(); // not when it is hidden
  });
  list = div("uploads");
  show = items(list);
  hint = h("div", { class: "hint", role: "status" });
  element = div("foot", list, hint, div("bar", attach, text, smile, go), emoji, choose);
  uploads.start(uploadsChanged);
}

/** Attach files, where the box takes any. */
export function add(files: Iterable<File>): void {
  if (chat.box?.files) uploads.add(files);
}

/** Close the emoji; whether they were open. */
export function escape(): boolean {
  const open = !emoji.hidden;
  emoji.hidden = true;
  if (open) text.focus();
  return open;
}

export function render(): void {
  const spare = left();
  if (line === "open" && before !== line) uploads.resume();
  before = line;
  attach.hidden = !chat.box?.files;
  hint.hidden = spare > 200;
  hint.classList.toggle("bad", spare < 0);
  say(hint, words.spare(spare));
  go.disabled = waiting || !sendable();
  list.hidden = !uploads.all.length;
  show(uploads.all.map(chip));
  uploads.all.forEach(renderChip);
  text.style.height = "";
  if (text.scrollHeight > text.clientHeight) text.style.height = `${Math.min(TALL, text.scrollHeight)}px`;
}

const left = (): number => MOST - [...text.value].length;

const sendable = (): boolean => left() >= 0 && !uploads.failed() && !!(text.value.trim() || uploads.all.length);

function typed(): void {
  chat.keepDraft(text.value);
  render();
}

function send(): void {
  waiting = sendable() && uploads.busy();
  if (waiting || !sendable()) return render();
  const written = text.value.trim();
  text.value = "";
  emoji.hidden = true;
  chat.write(written, uploads.takeAll());
  text.focus();
}

function uploadsChanged(): void {
  if (waiting && !uploads.busy()) send();
  render();
}

/** How an upload is shown; what changes of it, `renderChip` keeps up without taking a button from under the pointer. */
function chip(upload: uploads.Upload): Item {
  const { key, name } = upload;
  const make = (): HTMLElement => {
    const label = fileLabel("span", name, "");
    label.lastChild!.appendChild(h("progress", { max: 100, "aria-label": name }));
    const again = iconButton(AGAIN, `${words.retry()} ${name}`, () => uploads.send(upload));
    return div("upload", label, again, iconButton(CROSS, `${words.discard()} ${name}`, () => uploads.remove(upload)));
  };
  return { key, look: "", make };
}

function renderChip({ percent, problem, again, file, request }: uploads.Upload, at: number): void {
  const [note, progress, retry] = list.children[at]!.querySelectorAll<HTMLElement>("small,progress,button");
  say(note!, problem || (request ? words.uploading(percent) : fileSize(file.size, words.language)));
  note!.classList.toggle("bad", !!problem);
  set(progress!, "value", percent);
  progress!.hidden = !request;
  retry!.hidden = !again;
}
