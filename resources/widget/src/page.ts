// The page that the widget is on: what the desk is told of it, and its title while messages are unread.

import type { Page } from "./chat";

const COUNTED = /^\(\d+\) /;

/** Address and title for the list of visitors. Of what is behind #, only a route of the page's own. */
export function currentPage(): Page {
  const { origin, pathname, search, hash } = location;
  const url = origin + pathname + search + (/^#!?\//.test(hash) ? hash : "");
  return {
    url: url.slice(0, 2000),
    title: document.title.replace(COUNTED, "").slice(0, 300),
    referrer: document.referrer.slice(0, 2000),
  };
}

/** Call `moved` when a page that replaces its own content has gone to another address. */
export function watchPage(moved: () => void): void {
  let [address, timer] = [currentPage().url, 0];
  const look = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // a moment later its title is the new page's, too
      if (currentPage().url !== address) {
        address = currentPage().url;
        moved();
      }
    }, 300);
  };
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (this: History, ...args: Parameters<History["pushState"]>) {
      original.apply(this, args);
      look();
    };
  }
  addEventListener("popstate", look);
  addEventListener("hashchange", look);
}

/** "(2) Shop" while two messages are unread. */
export function countInTitle(unread: number): void {
  const title = document.title.replace(COUNTED, "");
  const wanted = unread ? `(${unread}) ${title}` : title;
  if (document.title !== wanted) document.title = wanted;
}
