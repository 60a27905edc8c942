// The chat widget: `<script src=".../widget.js" data-desk="https://chat.example.com" data-box="…" async>`.
// It leaves one name on the page: `deskapp`, with open(), close() and identify().

import { Chat } from "./chat";
import { h } from "./dom";
import { firstName } from "./names";
import { countInTitle, currentPage, watchPage } from "./page";
import { Panel } from "./panel";
import { allowSound, beep } from "./sound";
import { Storage } from "./storage";
import { language, speak, t } from "./words";
import css from "widget-style";

declare global {
  interface Window {
    deskapp?: { open(): void; close(): void; identify(signed: string): void };
  }
}

const OPEN = "deskapp:open";

function begin(script: HTMLScriptElement): void {
  const { box = "", desk, mail = "", identity = "", language: wanted } = script.dataset;
  const base = new URL(desk || new URL(script.src).origin);
  if (!/^[0-9a-f]{32}$/.test(box) || !/^https?:$/.test(base.protocol)) return;
  const files = new URL("/files", base).href;
  const storage = new Storage(`deskapp:${box}:`);
  speak(wanted || navigator.language);
  const url = new URL("/chat", base).href.replace(/^http/, "ws");
  const chat = new Chat({ url, box, language: wanted || navigator.language, identity, page: currentPage }, storage);
  const shadow = place();
  const tab = sessionFlag();
  let panel: Panel;
  let spoken = "";
  const show = (): void => {
    // the box may have a language of its own, and another one later
    const set = chat.box?.language;
    speak(wanted || (set && set !== "auto" ? set : navigator.language));
    if (spoken === language) return;
    spoken = language;
    const open = panel?.isOpen;
    panel = new Panel(chat, files, /^[^\s?&#]+@[^\s?&#]+$/.test(mail) ? mail : "");
    panel.root.lang = language;
    panel.onOpen = (now) => {
      tab(now);
      if (now) allowSound();
    };
    shadow.replaceChildren(panel.root);
    panel.render();
    if (open) panel.open(false);
  };
  const look = (): void => {
    if (panel.isOpen && !document.hidden && document.hasFocus()) chat.look();
    countInTitle(chat.unread);
  };
  chat.onChange = (what, message) => {
    show();
    panel.render();
    look();
    if (what === "error" && chat.error) panel.complain(chat.error);
    if (what !== "message" || !message) return;
    if (!panel.isOpen) panel.announce(t("newMessage", firstName(message.author) || t("someone")));
    if (document.hidden && storage.get("muted") !== true && storage.get("rang") !== message.id) {
      storage.set("rang", message.id); // one tab rings, not all of them
      beep();
    }
  };
  show();
  if (tab() && !matchMedia("(max-width: 479px)").matches) panel!.open(false);
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  watchPage(() => chat.pageChanged());
  chat.connect();
  window.deskapp = Object.freeze({
    open: () => panel.open(),
    close: () => panel.close(),
    identify: (signed: string) => chat.identify(`${signed}`),
  });
}

/** A shadow root that no style sheet of the page reaches, above all that the page shows. */
function place(): ShadowRoot {
  const host = h("deskapp-chat" as "div");
  const shadow = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];
  document.documentElement.append(host);
  try {
    host.popover = "manual"; // the top layer: no z-index of the page is above it
    host.showPopover();
  } catch {
    // an older browser: z-index alone
  }
  return shadow;
}

/** Whether the box is open in this tab, over the pages of the site; called with a value, keeps it. */
function sessionFlag(): (now?: boolean) => boolean {
  return (now) => {
    try {
      if (now !== undefined) sessionStorage.setItem(OPEN, now ? "1" : "");
      return sessionStorage.getItem(OPEN) === "1";
    } catch {
      return false;
    }
  };
}

const script = document.currentScript ?? document.querySelector("script[data-box]");
if (script instanceof HTMLScriptElement && !window.deskapp) begin(script);
