// The box on the page: launcher, header, conversation, and what can be done in it.

import type { Chat } from "./chat";
import { readable, textOn } from "./colour";
import { Composer } from "./composer";
import { h, icon, iconButton, say, set } from "./dom";
import { Form, isMail, mustAsk } from "./form";
import { Log } from "./log";
import { firstName, initials, wellFormed } from "./names";
import { Sheet } from "./sheet";
import { problem, t, type Word } from "./words";

const PHONE = matchMedia("(max-width: 479px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");

export class Panel {
  readonly root = h("div", { class: "root" });
  isOpen = false;
  onOpen: (open: boolean) => void = () => {};
  private badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
  private launcher = h("button", { type: "button", class: "launcher", "aria-expanded": "false" }, [icon("chat"), this.badge], {
    click: () => this.open(),
  });
  private spoken = h("div", { class: "sr", role: "status" });
  private avatar = h("div", { class: "avatar", "aria-hidden": "true" });
  private name = h("h2", { id: "name" });
  private line = h("p", { role: "status" });
  private banner = h("div", { class: "banner", role: "status", hidden: true });
  private bannerText = h("span");
  private bannerLink = h("a", {}, [t("byMail")]);
  private menu = h("div", { class: "menu", role: "menu", "aria-label": t("menu"), hidden: true });
  private menuButton = iconButton("more", t("menu"), () => this.showMenu(!!this.menu.hidden), { "aria-haspopup": "menu", "aria-expanded": "false" });
  private thumbs: HTMLButtonElement[];
  private rate = h("div", { class: "rate", role: "group", "aria-label": t("helping") });
  private over: HTMLElement;
  private drop = h("div", { class: "drop", hidden: true }, [t("dropHere")]);
  private sheet = new Sheet();
  private form: Form;
  private log: Log;
  private composer: Composer;
  private panel: HTMLElement;

  constructor(
    private chat: Chat,
    files: string,
    private mail: string,
  ) {
    this.thumbs = [this.thumb(true), this.thumb(false)];
    this.rate.append(h("p", {}, [t("helping")]), h("div", {}, this.thumbs));
    this.form = new Form(chat);
    this.log = new Log(chat, `${files}/`, (sentence) => this.sheet.tell(sentence), this.rate);
    this.log.scroll.prepend(this.form.element);
    this.composer = new Composer(chat, files);
    const anew = h("button", { type: "button", class: "primary" }, [t("anew")], {
      click: () => {
        chat.startAnew();
        this.focus();
      },
    });
    this.over = h("div", { class: "foot over" }, [h("span", {}, [t("ended")]), anew]);
    this.banner.append(this.bannerText, " ", this.bannerLink);
    const top = h("header", { class: "top" }, [
      this.avatar,
      h("div", { class: "who" }, [this.name, this.line]),
      this.menuButton,
      iconButton("less", t("minimise"), () => this.close()),
    ]);
    const rest = h("div", { class: "rest" }, [this.menu, this.banner, this.log.element, this.composer.element, this.over, this.sheet.element, this.drop]);
    this.panel = h("section", { class: "panel", role: "dialog", "aria-labelledby": "name", hidden: true }, [top, rest]);
    this.root.append(this.panel, this.launcher, this.spoken);
    this.listen();
  }

  open(focus = true): void {
    if (!this.isOpen) {
      this.isOpen = true;
      this.panel.hidden = false;
      this.launcher.hidden = true;
      this.onOpen(true);
      this.render();
      this.log.toEnd();
    }
    if (focus) this.focus();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.showMenu(false);
    this.onOpen(false);
    this.render();
    this.launcher.focus();
  }

  /** For those who cannot see the badge. */
  announce(sentence: string): void {
    say(this.spoken, sentence);
  }

  complain(code: string): void {
    this.sheet.tell(problem(code));
  }

  render(): void {
    const { chat } = this;
    const unread = chat.unread;
    this.root.hidden = chat.line === "refused" || (chat.line === "closed" && !this.isOpen) || (chat.line === "connecting" && !chat.box);
    this.paint();
    set(this.launcher, "aria-label", unread ? t("openUnread", unread) : t("open"));
    say(this.badge, unread > 99 ? "99+" : `${unread}`);
    this.badge.hidden = !unread;
    if (!this.isOpen) return;
    this.renderHeader();
    this.renderBanner();
    const asks = mustAsk(chat);
    const focused = this.form.element.contains(this.active);
    this.form.element.hidden = !asks;
    if (asks) this.form.render();
    this.composer.element.hidden = asks || chat.ended;
    this.over.hidden = !chat.ended;
    this.rate.hidden = asks || chat.status.state === "none" || !chat.shown.length;
    this.thumbs.forEach((thumb, i) => set(thumb, "aria-pressed", `${chat.status.rated === 2 - i}`));
    this.composer.render();
    this.log.render();
    if (focused && !asks) this.composer.text.focus();
  }

  // Looks --------------------------------------------------------------------------------------

  private paint(): void {
    const { box } = this.chat;
    const dark = box?.theme === "dark" || (box?.theme !== "light" && DARK.matches);
    const colour = box?.colour ?? "#3454d1";
    this.root.className = `root${dark ? " dark" : ""}${box?.position === "left" ? " left" : ""}`;
    const style = this.root.style;
    style.setProperty("--accent", colour);
    style.setProperty("--on", textOn(colour));
    style.setProperty("--link", readable(colour, dark ? "#22262e" : "#f0f2f5"));
    set(this.panel, "aria-modal", PHONE.matches ? "true" : undefined);
  }

  private renderHeader(): void {
    const { chat } = this;
    const { agent, state } = chat.status;
    const name = chat.box?.name || t("chat");
    say(this.name, name);
    const face = state === "active" && agent ? initials(agent) : "";
    if (this.avatar.dataset.face !== face || !this.avatar.firstChild) this.avatar.replaceChildren(face || icon("chat"));
    this.avatar.dataset.face = face;
    say(this.line, this.situation());
  }

  /** The line under the name: who answers, or when. */
  private situation(): string {
    const { line, status, online, agents, ended } = this.chat;
    if (line !== "open") return line === "connecting" ? t("connecting") : "";
    if (ended) return t("ended");
    if (status.state === "active" && status.agent) return t("answers", firstName(status.agent));
    if (status.state === "waiting" && online) return status.place > 1 ? t("place", status.place) : status.place ? t("next") : t("soon");
    if (!online) return t("away");
    return agents.length === 1 ? t("onlineWho", firstName(agents[0]!)) : t("online");
  }

  private renderBanner(): void {
    const { line, box, draft } = this.chat;
    const word: Word | undefined = line === "lost" ? (box ? "lost" : "lostFirst") : line === "closed" ? "closed" : undefined;
    this.banner.hidden = !word;
    say(this.bannerText, word ? t(word) : "");
    this.bannerLink.hidden = !this.mail;
    set(this.bannerLink, "href", `mailto:${this.mail}?body=${encodeURIComponent(wellFormed(draft.slice(0, 1500)))}`);
  }

  // Hands --------------------------------------------------------------------------------------

  private get active(): HTMLElement | null {
    return (this.root.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
  }

  private focus(): void {
    if (mustAsk(this.chat)) this.form.focus();
    else if (!this.chat.ended) this.composer.text.focus();
    else this.menuButton.focus();
  }

  private listen(): void {
    DARK.addEventListener("change", () => this.paint());
    PHONE.addEventListener("change", () => this.render());
    // The page's own shortcuts are not for what is typed here.
    for (const name of ["keydown", "keyup", "keypress", "paste", "copy", "cut"]) this.root.addEventListener(name, (event) => event.stopPropagation());
    this.panel.addEventListener("keydown", (event) => this.pressed(event));
    this.panel.addEventListener("focusin", (event) => {
      if (!this.menu.contains(event.target as Node) && event.target !== this.menuButton) this.showMenu(false);
    });
    const dragged = (event: DragEvent): boolean => !!this.chat.box?.files && !this.composer.element.hidden && !!event.dataTransfer?.types.includes("Files");
    this.panel.addEventListener("dragover", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.drop.hidden = !dragged(event);
    });
    this.panel.addEventListener("dragleave", (event) => (this.drop.hidden ||= !this.panel.contains(event.relatedTarget as Node)));
    this.panel.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.drop.hidden = true;
      if (dragged(event)) this.composer.add(event.dataTransfer?.files ?? []);
    });
    // On a phone the panel is as high as what the keyboard leaves.
    const fit = (): void => {
      this.root.style.setProperty("--height", `${visualViewport?.height}px`);
      this.root.style.setProperty("--top", `${visualViewport?.offsetTop}px`);
    };
    visualViewport?.addEventListener("resize", fit);
    visualViewport?.addEventListener("scroll", fit);
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      if (!this.menu.hidden) {
        this.showMenu(false);
        this.menuButton.focus();
      } else if (!this.sheet.close() && !this.composer.escape()) this.close();
    } else if (event.key === "Tab" && PHONE.matches) this.trap(event);
  }

  /** Full screen, the panel is all there is: Tab goes round in it. */
  private trap(event: KeyboardEvent): void {
    const all = [...this.panel.querySelectorAll<HTMLElement>("button,input,select,textarea,a[href],[tabindex='0']")].filter(
      (element) => element.tabIndex >= 0 && !element.matches(":disabled") && element.getClientRects().length,
    );
    const [first, last] = [all[0], all.at(-1)];
    if (this.active !== (event.shiftKey ? first : last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }

  private thumb(good: boolean): HTMLButtonElement {
    const click = (): void => {
      const comment = h("textarea", { class: "field", rows: 3, maxlength: 1000, "aria-label": t("comment"), dir: "auto" });
      this.chat.rate(good, "");
      this.sheet.ask(`${t("thanks")} ${t("comment")}`, t("send"), t("close"), (text) => void (text && this.chat.rate(good, text)), comment);
    };
    const label = t(good ? "good" : "bad");
    return h("button", { type: "button", class: "thumb", "aria-label": label, title: label, "aria-pressed": "false" }, [good ? "👍" : "👎"], { click });
  }

  private showMenu(shown: boolean): void {
    if (shown === !this.menu.hidden) return;
    this.menu.hidden = !shown;
    set(this.menuButton, "aria-expanded", `${shown}`);
    if (!shown) return;
    const { chat } = this;
    const muted = chat.storage.get("muted") === true;
    const has = chat.begun && chat.status.state !== "none";
    const items: [Word, boolean, () => void][] = [
      ["transcript", has && !!chat.box?.transcript, () => this.askTranscript()],
      [muted ? "unmute" : "mute", true, () => chat.storage.set("muted", !muted)],
      ["end", has && !chat.ended, () => this.askEnd()],
    ];
    const buttons = items
      .filter(([, shown]) => shown)
      .map(([word, , act]) =>
        h("button", { type: "button", role: "menuitem", tabindex: -1 }, [t(word)], {
          click: () => {
            this.showMenu(false);
            this.menuButton.focus();
            act();
          },
        }),
      );
    this.menu.onkeydown = ({ key }) => {
      const at = buttons.indexOf(this.active as HTMLButtonElement);
      if (key === "ArrowDown" || key === "ArrowUp") buttons.at((at + (key === "ArrowDown" ? 1 : -1)) % buttons.length)?.focus();
    };
    this.menu.replaceChildren(...buttons);
    buttons[0]?.focus();
  }

  private askEnd(): void {
    this.sheet.ask(t("endSure"), t("end"), t("stay"), () => (this.chat.end() ? undefined : this.chat.line !== "open" ? t("lostFirst") : problem("")));
  }

  private askTranscript(): void {
    const { chat } = this;
    const field = h("input", { class: "field", type: "email", autocomplete: "email", maxlength: 254, "aria-label": t("email"), placeholder: t("email") });
    field.value = chat.known.email || chat.profile.email;
    const answer = (email: string): string | void => {
      if (!isMail(email)) return t("badMail");
      if (!chat.mailTranscript(email)) return t("lostFirst");
      setTimeout(() => this.sheet.tell(t("transcriptSent", email)));
    };
    this.sheet.ask(t("transcript"), t("send"), t("cancel"), answer, field);
  }
}
