// The chat widget: `<script src=".../widget.js" data-desk="https://chat.example.com" data-box="…" async>`.
// It leaves one name on the page: `deskapp`, with open(), close() and identify().

import * as chat from "./chat";
import { h } from "./dom";
import { firstName } from "./names";
import * as panel from "./panel";
import type { Message } from "./protocol";
import * as sheet from "./sheet";
import * as site from "./site";
import { line } from "./socket";
import { allowSound, beep } from "./sound";
import { keep, read } from "./storage";
import * as words from "./words";
import css from "widget-style";

declare global {
  interface Window {
    deskapp?: { open(): void; close(): void; identify(signed: string): void };
  }
}

const OPEN = "deskapp:open"; // kept for this tab, over the pages of the site

let wanted = false; // to be opened as soon as there is something to open

/** Show the box once it is known what it says and in which language, or that the desk cannot be reached. */
function build(): void {
  if (panel.root || (!chat.box && line === "connecting")) return;
  const own = chat.box?.language ?? "auto";
  words.speak(site.snippet.language || (own === "auto" ? navigator.language : own));
  panel.build((open) => {
    try {
      sessionStorage.setItem(OPEN, open ? "1" : "");
    } catch {
      // denied: the next page begins with it closed
    }
    look();
  });
  const shadow = place();
  shadow.append(panel.root);
  shadow.addEventListener("click", allowSound);
  panel.render();
  if (wanted) panel.open();
  else if (wasOpen() && !panel.phone.matches) panel.open(false);
}

function changed(news?: Message, error?: string): void {
  build();
  if (!panel.root) return;
  panel.render();
  look();
  if (error && panel.isOpen) sheet.tell(words.problem(error));
  if (!news) return;
  panel.announce(words.newMessage(firstName(news.author) || words.someone()));
  if (document.hidden && !read("muted") && read("rang") !== news.id) {
    keep("rang", news.id); // one tab rings, not all of them
    beep();
  }
}

function look(): void {
  if (panel.isOpen && !document.hidden && document.hasFocus()) chat.look();
  site.countInTitle(chat.unread());
}

/** A shadow root that no style sheet of the page reaches, above all that the page shows. */
function place(): ShadowRoot {
  const host = h("deskapp-chat" as "div");
  const shadow = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];
  document.documentElement.append(host);
  host.popover = "manual"; // the top layer: no z-index of the page is above it
  host.showPopover?.(); // an older browser: z-index alone
  return shadow;
}

function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(OPEN) === "1";
  } catch {
    return false;
  }
}

const script = document.currentScript ?? document.querySelector("script[data-box]");
if (script instanceof HTMLScriptElement && !window.deskapp && site.configure(script)) {
  window.deskapp = Object.freeze({
    open: () => (panel.root ? panel.open() : (wanted = true)),
    close: () => (panel.root ? panel.close() : (wanted = false)),
    identify: (signed: string) => chat.identify(`${signed || ""}`),
  });
  chat.start(changed);
  build();
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  site.watchPage(chat.pageChanged);
}
