// The conversation as it is read: bubbles, times, what became of each message.

import type { Chat } from "./chat";
import { h, icon, Items, say, type Item } from "./dom";
import { isPicture, load, preview, save } from "./files";
import { findLinks } from "./links";
import { clock, fileSize, firstName, moment } from "./names";
import type { FileInfo, Message } from "./protocol";
import { language, problem, t } from "./words";

const PAUSE_MS = 30 * 60_000; // after which the time is told again
const NEAR = 80; // px from the end that still count as being there
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0f\u200d]*\s?){1,3}$/u;

export class Log {
  readonly element: HTMLElement;
  readonly scroll: HTMLElement;
  private items: Items;
  private typing = h("div", { class: "bubble typing", hidden: true });
  private follow = true;

  constructor(
    private chat: Chat,
    private files: string,
    private notify: (sentence: string) => void,
    below: HTMLElement,
  ) {
    const log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": t("log") });
    const latest = h("button", { type: "button", class: "icon latest", "aria-label": t("toEnd"), title: t("toEnd"), hidden: true }, [icon("down")], {
      click: () => this.toEnd(),
    });
    this.items = new Items(log);
    this.scroll = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("log") }, [log, this.typing, below], {
      scroll: () => {
        this.follow = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR;
        latest.hidden = this.follow;
      },
    });
    this.element = h("div", { class: "rest" }, [this.scroll, latest]);
    new ResizeObserver(() => this.keepEnd()).observe(log);
    new ResizeObserver(() => this.keepEnd()).observe(this.scroll);
  }

  toEnd(): void {
    this.follow = true;
    this.keepEnd();
  }

  render(): void {
    this.items.show(this.wanted());
    const { typing } = this.chat;
    say(this.typing, typing && t("typing", firstName(typing)));
    this.typing.hidden = !typing;
    this.keepEnd();
  }

  private keepEnd(): void {
    if (this.follow) this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  private wanted(): Item[] {
    const { chat } = this;
    const items: Item[] = [];
    if (chat.box?.greeting) items.push(this.line("greeting", chat.box.greeting, "bubble"));
    let last = 0;
    let author = "";
    const mine = chat.shown.filter((m) => m.kind === "in").at(-1);
    for (const message of chat.shown) {
      if (message.at - last > PAUSE_MS || new Date(message.at).getDate() !== new Date(last).getDate())
        items.push(this.line(`at ${message.client || message.id}`, moment(message.at, Date.now(), language)));
      last = message.at;
      if (message.kind === "out" && message.author !== author) {
        if (author) items.push(this.line(`by ${message.id}`, message.author, "from"));
        author = message.author;
      }
      items.push(this.bubble(message));
      if (message === mine && !chat.unsent.length)
        items.push(this.line("receipt", t(chat.status.seen >= message.order ? "seen" : "delivered"), "line end"));
    }
    for (const unsent of chat.unsent) {
      const { id, text, at, files } = unsent;
      items.push(this.bubble({ id: "", client: id, kind: "in", author: "", text, at, order: 0, files: files.map((f) => ({ ...f, id: "" })) }));
      if (unsent.error) items.push(this.failed(id, unsent.error));
    }
    if (chat.unsent.some((item) => !item.error)) items.push(this.line("receipt", t("sending"), "line end"));
    if (chat.status.unanswered && chat.status.state === "waiting")
      items.push(this.line("slow", chat.known.email ? t("slowMail", chat.known.email) : t("slow")));
    if (chat.status.state === "left_message" && chat.leaving && !chat.unsent.length) items.push(this.line("left", t("left")));
    return items;
  }

  private line(key: string, text: string, kind = "line"): Item {
    return { key, look: text + kind, make: () => h("div", { class: kind, dir: "auto" }, [text]) };
  }

  private failed(id: string, error: string): Item {
    const button = (word: "retry" | "discard", click: () => void): HTMLElement => h("button", { type: "button" }, [t(word)], { click });
    return {
      key: `error ${id}`,
      look: error,
      make: () =>
        h("div", { class: "line end bad" }, [
          `${t("notSent")}: ${problem(error)} `,
          button("retry", () => this.chat.retry(id)),
          " ",
          button("discard", () => this.chat.discard(id)),
        ]),
    };
  }

  private bubble(message: Message): Item {
    const { text, kind, files } = message;
    const make = (): HTMLElement => {
      const big = !files.length && ONLY_EMOJI.test(text) ? " big" : "";
      const who = `${kind === "in" ? t("you") : firstName(message.author) || t("someone")}: `;
      const bubble = h("div", { class: (kind === "in" ? "bubble me" : "bubble") + big, dir: "auto", title: clock(message.at, language) });
      bubble.append(h("span", { class: "sr" }, [who]), ...linked(text), ...files.map((file) => this.file(file)));
      return bubble;
    };
    return { key: message.client || message.id, look: JSON.stringify([text, message.author, files]), make };
  }

  private file(file: FileInfo): HTMLElement {
    const name = file.name || "file";
    const label = h("span", {}, [h("b", {}, [name]), h("small", {}, [fileSize(file.size, language)])]);
    if (!file.id) return h("span", { class: "file" }, [icon("file"), label]);
    const get = (): Promise<Blob> => load(this.files + encodeURIComponent(file.id), this.chat.authorization);
    const button = h("button", { type: "button", class: "file", "aria-label": t("download", name), title: name }, [icon("file"), label], {
      click: () => {
        get().then(
          (blob) => save(blob, name),
          () => this.notify(t("downloadFailed")),
        );
      },
    });
    if (isPicture(file.mime))
      get()
        .then((blob) => preview(blob, name))
        .then(
          (canvas) => button.replaceChildren(canvas),
          () => {}, // no picture after all: it stays a file
        );
    return button;
  }
}

function linked(text: string): (Node | string)[] {
  return findLinks(text).map((piece) =>
    piece.href ? h("a", { href: piece.href, target: "_blank", rel: "noopener noreferrer", title: piece.href }, [piece.text]) : piece.text,
  );
}
