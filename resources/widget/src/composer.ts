// Where the visitor writes: text, emoji, files.

import type { Chat } from "./chat";
import { h, icon, iconButton, Items, say, set, type Item } from "./dom";
import { emojiPicker } from "./emoji";
import { isPicture, preview } from "./files";
import { fileSize } from "./names";
import { type Upload, Uploads } from "./uploads";
import { language, problem, t } from "./words";

export const MOST = 4000; // characters of a message
const MOST_BYTES = 12_000; // of UTF-8: a frame holds 16 KiB
const TALL = 116;

export class Composer {
  readonly element: HTMLElement;
  readonly text: HTMLTextAreaElement;
  private uploads: Uploads;
  private list = h("div", { class: "uploads", role: "group", "aria-label": t("attach") });
  private items = new Items(this.list);
  private hint = h("div", { class: "hint", role: "status", hidden: true });
  private attach: HTMLButtonElement;
  private go: HTMLButtonElement;
  private emoji: HTMLElement;
  private emojiButton: HTMLButtonElement;
  private waiting = false; // to be sent once the files are up

  constructor(
    private chat: Chat,
    filesUrl: string,
  ) {
    this.uploads = new Uploads(filesUrl, () => chat.authorization, () => this.uploadsChanged());
    const choose = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1 }, [], {
      change: () => {
        this.uploads.add(choose.files ?? []);
        choose.value = "";
      },
    });
    this.text = h("textarea", { rows: 1, "aria-label": t("write"), placeholder: t("write"), enterkeyhint: "send", dir: "auto" }, [], {
      input: () => this.typed(),
      keydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        this.send();
      },
      paste: (event) => {
        const files = event.clipboardData?.files;
        if (!files?.length || !chat.box?.files) return;
        event.preventDefault();
        this.uploads.add(files);
      },
    });
    this.attach = iconButton("clip", t("attach"), () => choose.click());
    this.emojiButton = iconButton("smile", t("emoji"), () => this.showEmoji(!!this.emoji.hidden), { "aria-expanded": "false" });
    this.emoji = emojiPicker(t("emoji"), (emoji) => this.insert(emoji));
    this.go = iconButton("send", t("send"), () => this.send(), { class: "icon go" });
    const bar = h("div", { class: "bar" }, [this.attach, this.text, this.emojiButton, this.go]);
    this.element = h("div", { class: "foot" }, [this.list, this.hint, bar, this.emoji, choose]);
    this.text.value = chat.draft;
  }

  add(files: Iterable<File>): void {
    if (this.chat.box?.files) this.uploads.add(files);
  }

  /** Closes the emoji; whether they were open. */
  escape(): boolean {
    return !this.emoji.hidden && (this.showEmoji(false), this.text.focus(), true);
  }

  render(): void {
    this.attach.hidden = !this.chat.box?.files;
    const { text, over } = this;
    const spare = MOST - length(text.value);
    this.hint.hidden = !over && spare > 200;
    set(this.hint, "class", over ? "hint bad" : "hint");
    say(this.hint, over ? t("tooLong", Math.max(1, -spare)) : t("left2", spare));
    this.go.disabled = over || this.uploads.failed || this.waiting || !(text.value.trim() || this.uploads.all.length);
    this.items.show(this.uploads.all.map((upload) => this.upload(upload)));
    this.list.hidden = !this.uploads.all.length;
    this.grow();
  }

  /** As tall as its text, up to a few lines. */
  grow(): void {
    const { style, scrollHeight: _ } = this.text;
    style.height = "";
    if (this.text.value && this.text.scrollHeight > this.text.clientHeight) style.height = `${Math.min(TALL, this.text.scrollHeight)}px`;
  }

  private get over(): boolean {
    return length(this.text.value) > MOST || new TextEncoder().encode(this.text.value).length > MOST_BYTES;
  }

  private typed(): void {
    this.chat.keepDraft(this.text.value);
    this.render();
  }

  private send(): void {
    const text = this.text.value.trim();
    if (this.over || this.uploads.failed || !(text || this.uploads.all.length)) return;
    this.waiting = this.uploads.busy;
    if (this.waiting) return this.render();
    this.text.value = "";
    this.showEmoji(false);
    this.chat.write(text, this.uploads.takeAll());
    this.render();
    this.text.focus();
  }

  private uploadsChanged(): void {
    if (this.uploads.failed || !this.uploads.all.length) this.waiting = false;
    if (this.waiting && !this.uploads.busy) this.send();
    this.render();
  }

  private insert(emoji: string): void {
    this.text.setRangeText(emoji, this.text.selectionStart, this.text.selectionEnd, "end");
    this.showEmoji(false);
    this.text.focus();
    this.typed();
  }

  private showEmoji(shown: boolean): void {
    this.emoji.hidden = !shown;
    set(this.emojiButton, "aria-expanded", `${shown}`);
    if (shown) this.emoji.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }

  private upload(upload: Upload): Item {
    const { name, state, percent, reason, file } = upload;
    const words =
      state === "done"
        ? fileSize(file.size, language)
        : state === "sending"
          ? t("uploading", percent)
          : reason === "file_refused"
            ? problem(reason)
            : t(reason);
    const make = (): HTMLElement => {
      const label = h("span", {}, [h("b", { title: name }, [name]), h("small", { class: state === "failed" && "bad" }, [words])]);
      if (state === "sending") label.append(h("progress", { max: 100, value: percent, "aria-label": name }));
      const shown = h("span", { class: "file" }, [icon("file"), label]);
      if (isPicture(file.type) && state === "done")
        preview(file, name).then(
          (canvas) => shown.firstChild?.replaceWith(canvas),
          () => {}, // no picture after all
        );
      const again = state === "failed" && reason === "uploadFailed" ? [iconButton("again", t("retryFile", name), () => this.uploads.start(upload))] : [];
      return h("div", { class: "upload" }, [shown, ...again, iconButton("cross", t("remove", name), () => this.uploads.remove(upload))]);
    };
    return { key: upload.key, look: state + words, make };
  }
}

const length = (text: string): number => [...text].length;
