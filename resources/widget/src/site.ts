// Where the widget stands: what the site's snippet says. One widget to a page, so modules hold the state.

import { wellFormed } from "./names";

/** What the snippet says. */
export const snippet = {
  box: "", // which chat box of the desk
  mail: "", // for when the desk cannot be reached
  identity: "", // who the visitor is, signed by the site's back end
  language: "", // asked for by the site
};
export let socketUrl = "";
export let filesUrl = "";

/** Read the snippet; whether it says enough. Raises TypeError for what is no address. */
export function configure({ dataset, src }: HTMLScriptElement): boolean {
  const desk = new URL(dataset.desk || src);
  snippet.box = dataset.box ?? "";
  if (/^[^\s?&#]+@[^\s?&#]+$/.test(dataset.mail!)) snippet.mail = dataset.mail!;
  snippet.identity = dataset.identity ?? "";
  snippet.language = dataset.language ?? "";
  filesUrl = `${desk.origin}/files`;
  socketUrl = `${desk.origin.replace(/^http/, "ws")}/chat`;
  return /^[0-9a-f]{32}$/.test(snippet.box) && /^https?:$/.test(desk.protocol);
}

export function identify(signed: string): boolean {
  const changed = signed !== snippet.identity;
  snippet.identity = signed;
  return changed;
}

/** The address of whom the site has signed in; empty for nobody. The desk checks it; here it keeps people apart. */
export function signedIn(): string {
  try {
    const claim = atob(snippet.identity.split(".")[0]!.replace(/-/g, "+").replace(/_/g, "/"));
    return `${JSON.parse(claim).email}`.toLowerCase();
  } catch {
    return ""; // nobody, or no word that the desk would take
  }
}

const COUNTED = /^\(\d+\) /;

/** The page, for the desk's list of visitors. Of what is behind #, only a route of the page's own. */
export function page(): { url: string; title: string; referrer: string } {
  const { origin, pathname, search, hash } = location;
  const cut = (text: string, most: number): string => wellFormed(text.slice(0, most));
  return {
    url: cut(origin + pathname + search + (/^#!?\//.test(hash) ? hash : ""), 2000),
    title: cut(document.title.replace(COUNTED, ""), 300),
    referrer: cut(document.referrer, 2000),
  };
}

/** Call `moved` when the page has gone to another address by itself. Its own history is left alone. */
export function watchPage(moved: () => void): void {
  let address = page().url;
  setInterval(() => {
    if (page().url !== address) moved();
    address = page().url;
  }, 1000);
}

/** "(2) Shop" while two messages are unread. */
export function countInTitle(unread: number): void {
  const title = document.title.replace(COUNTED, "");
  const wanted = unread ? `(${unread}) ${title}` : title;
  if (document.title !== wanted) document.title = wanted;
}
