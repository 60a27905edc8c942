// The box on the page: launcher, header, conversation, and what can be done in it.

import * as chat from "./chat";
import { readable, textOn } from "./colour";
import * as composer from "./composer";
import { button, CHAT, div, h, icon, iconButton, LESS, MORE, named, say, set } from "./dom";
import * as form from "./form";
import * as log from "./log";
import { firstName, initials, wellFormed } from "./names";
import * as sheet from "./sheet";
import { snippet } from "./site";
import { line } from "./socket";
import type { Box } from "./protocol";
import { keep, read } from "./storage";
import * as words from "./words";

export const phone = matchMedia("(max-width: 479px)");
const night = matchMedia("(prefers-color-scheme: dark)");

export let root: HTMLElement;
export let isOpen = false;
let opened: (open: boolean) => void;
let panel: HTMLDialogElement;
let launcher: HTMLButtonElement;
let badge: HTMLElement;
let spoken: HTMLElement; // for those who cannot see the badge
let avatar: HTMLElement;
let title: HTMLElement;
let situation: HTMLElement;
let banner: HTMLElement;
let bannerText: HTMLElement;
let bannerLink: HTMLElement;
let menu: HTMLElement;
let menuButton: HTMLButtonElement;
let rating: HTMLElement;
let thumbs: HTMLElement[];
let ended: HTMLElement;
let drop: HTMLElement;

/** Make all of it, in the language that is spoken now; `told` is called when it is opened or closed. */
export function build(told: typeof opened): void {
  opened = told;
  badge = h("span", { class: "badge" });
  launcher = button("launcher", icon(CHAT), () => open());
  launcher.append(badge);
  spoken = h("div", { class: "sr", role: "status" });
  thumbs = [thumb(true), thumb(false)];
  rating = h("div", { class: "rate", role: "group", "aria-label": words.helping() }, [h("p", {}, [words.helping()]), div("row", ...thumbs)]);
  drop = h("div", { class: "drop", hidden: true }, [words.dropHere()]);
  ended = div(
    "foot over",
    words.over(),
    button("primary", words.anew(), () => {
      chat.startAnew();
      focus();
    }),
  );
  bannerText = h("span");
  const address = (): void =>
    set(bannerLink, "href", `mailto:${snippet.mail}?body=${encodeURIComponent(wellFormed(chat.draft().slice(0, 1500)))}`);
  bannerLink = h("a", { hidden: !snippet.mail }, [words.byMail()], { click: address });
  address();
  banner = h("div", { class: "banner", role: "status" }, [bannerText, " ", bannerLink]);
  menu = h("div", { class: "menu", role: "menu", "aria-label": words.more(), hidden: true }, [], { keydown: walkMenu });
  sheet.build();
  form.build();
  composer.build();
  log.build(form.element, rating, sheet.tell);
  const rest = div("rest", menu, banner, log.element, composer.element, ended, sheet.element, drop);
  panel = h("dialog", { class: "panel", "aria-labelledby": "title" }, [header(), rest]);
  root = div("root", panel, launcher, spoken);
  root.lang = words.language;
  listen();
}

export function open(focused = true): void {
  if (!isOpen) {
    toggle(true);
    log.toEnd();
  }
  if (focused && !phone.matches) focus(); // there the keyboard would hide what there is to read
}

export function close(): void {
  if (!isOpen) return;
  toggle(false);
  launcher.focus();
}

function toggle(open: boolean): void {
  isOpen = open;
  // Full screen it is all there is, and Tab stays in it; else the page goes on beside it.
  if (open && phone.matches) panel.showModal();
  else panel.open = open;
  launcher.hidden = open;
  menu.hidden = true;
  opened(open);
  render();
}

export const announce = (sentence: string): void => say(spoken, isOpen ? "" : sentence);

export function render(): void {
  const [over, unread] = [chat.ended(), chat.unread()];
  const asks = !over && form.mustAsk();
  root.hidden = line === "refused" || (line === "closed" && !isOpen) || (line === "connecting" && !chat.box);
  paint();
  set(launcher, "aria-label", words.open() + (unread ? ` (${unread})` : ""));
  say(badge, `${unread}`);
  badge.hidden = !unread;
  if (!isOpen) return;
  renderHeader();
  renderBanner();
  const wasAsking = form.element.contains(active());
  form.element.hidden = !asks;
  if (asks) form.render();
  composer.element.hidden = asks || over;
  ended.hidden = !over;
  rating.hidden = asks || chat.status.state === "none" || !chat.shown().length;
  thumbs.forEach((thumb, i) => set(thumb, "aria-pressed", `${chat.status.rated === 2 - i}`));
  composer.render();
  log.render();
  if (wasAsking && !asks) composer.text.focus();
}

// Looks ----------------------------------------------------------------------------------------

function header(): HTMLElement {
  avatar = h("div", { class: "avatar", "aria-hidden": "true" });
  title = h("h2", { id: "title" });
  situation = h("p", { role: "status" });
  menuButton = iconButton(MORE, words.more(), () => (menu.hidden ? showMenu() : hideMenu()));
  set(menuButton, "aria-haspopup", "menu");
  return h("header", { class: "top" }, [avatar, div("who", title, situation), menuButton, iconButton(LESS, words.minimise(), close)]);
}

function paint(): void {
  const { theme, colour = "", position }: Partial<Box> = chat.box ?? {};
  const dark = theme === "dark" || (theme !== "light" && night.matches);
  const accent = /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#3454d1";
  root.classList.toggle("dark", dark);
  root.classList.toggle("left", position === "left");
  root.style.setProperty("--accent", accent);
  root.style.setProperty("--on", textOn(accent));
  root.style.setProperty("--link", readable(accent, dark ? "#22262e" : "#f0f2f5"));
}

function renderHeader(): void {
  const { agent, state } = chat.status;
  const face = state === "active" ? initials(agent) : "";
  say(title, chat.box?.name || words.conversation());
  if (face) say(avatar, face);
  else if (avatar.textContent || !avatar.firstChild) avatar.replaceChildren(icon(CHAT));
  say(situation, stands());
}

/** The line under the name: who answers, or when. */
function stands(): string {
  const { state, agent, place } = chat.status;
  if (line !== "open") return "";
  if (chat.ended()) return words.over();
  if (state === "active" && agent) return words.answers(firstName(agent));
  if (state === "waiting" && chat.online) return place > 1 ? words.place(place) : words.soon();
  return (chat.online ? words.here : words.away)();
}

function renderBanner(): void {
  banner.hidden = line === "open" || line === "connecting";
  say(bannerText, banner.hidden ? "" : words.lost());
}

// Hands ----------------------------------------------------------------------------------------

const active = (): Element | null => (root.getRootNode() as ShadowRoot).activeElement;

function focus(): void {
  if (chat.ended()) menuButton.focus();
  else if (form.mustAsk()) form.focus();
  else composer.text.focus();
}

function listen(): void {
  night.addEventListener("change", render);
  phone.addEventListener("change", render);
  // The page's own shortcuts are not for what is typed here.
  for (const name of ["keydown", "keyup", "keypress", "paste"]) root.addEventListener(name, (event) => event.stopPropagation());
  panel.addEventListener("keydown", pressed);
  panel.addEventListener("click", ({ target }) => menu.hidden || menuButton.contains(target as Node) || hideMenu());
  for (const name of ["dragover", "dragleave", "drop"] as const) panel.addEventListener(name, dragged);
  // On a phone the panel is as high as what the keyboard leaves.
  const fit = (): void => {
    root.style.setProperty("--height", `${visualViewport!.height}px`);
    root.style.setProperty("--top", `${visualViewport!.offsetTop}px`);
  };
  visualViewport?.addEventListener("resize", fit);
  visualViewport?.addEventListener("scroll", fit);
}

function dragged(event: DragEvent): void {
  event.preventDefault();
  event.stopPropagation();
  const takes = !!chat.box?.files && !composer.element.hidden && !!event.dataTransfer?.types.includes("Files");
  drop.hidden = !takes || event.type !== "dragover";
  if (takes && event.type === "drop") composer.add(event.dataTransfer!.files);
}

function pressed(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  event.preventDefault();
  if (!menu.hidden) hideMenu();
  else if (!sheet.close() && !composer.escape()) close();
}

function thumb(good: boolean): HTMLElement {
  const rate = (): void => {
    const comment = h("textarea", { class: "field", rows: 3, maxlength: 1000, "aria-label": words.comment(), dir: "auto" });
    chat.rate(good, "");
    sheet.ask(words.comment(), words.send(), words.close(), (text) => void (text && chat.rate(good, text)), comment);
  };
  return named(button("thumb", good ? "👍" : "👎", rate), (good ? words.good : words.bad)());
}

function showMenu(): void {
  const begun = chat.begun() && chat.status.state !== "none";
  const muted = !!read("muted");
  const item = (word: words.Words, act: () => void): HTMLElement => {
    const made = button("", word(), () => {
      hideMenu();
      act();
    });
    set(made, "role", "menuitem");
    return made;
  };
  const sound = item(words.sound, () => keep("muted", !muted));
  set(sound, "role", "menuitemcheckbox");
  set(sound, "aria-checked", `${!muted}`);
  menu.replaceChildren(
    ...(begun && chat.box?.transcript ? [item(words.transcript, askTranscript)] : []),
    sound,
    ...(begun && !chat.ended() ? [item(words.end, askEnd)] : []),
  );
  menu.hidden = false;
  (menu.firstChild as HTMLElement).focus();
}

function hideMenu(): void {
  menu.hidden = true;
  menuButton.focus();
}

function walkMenu({ key }: KeyboardEvent): void {
  const now = active();
  if (key === "ArrowDown") ((now?.nextSibling ?? menu.firstChild) as HTMLElement).focus();
  if (key === "ArrowUp") ((now?.previousSibling ?? menu.lastChild) as HTMLElement).focus();
  if (key === "Tab") menu.hidden = true;
}

function askEnd(): void {
  sheet.ask(words.endSure(), words.end(), words.close(), () => (chat.end() ? "" : words.lost()));
}

function askTranscript(): void {
  const field = h("input", { class: "field", type: "email", autocomplete: "email", maxlength: 254, "aria-label": words.email(), placeholder: words.email() });
  field.value = chat.known.email || chat.profile().email;
  const act = (email: string): string | void => {
    if (!form.isMail(email)) return words.check();
    if (!chat.mailTranscript(email)) return words.lost();
    setTimeout(sheet.tell, 0, words.mailed(email));
  };
  sheet.ask(words.transcript(), words.send(), words.close(), act, field);
}

