// Elements, made without any HTML text: what is put in is always text.

type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
type Value = string | number | boolean | undefined;

/** An element with attributes (false and undefined: left out), children and listeners. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  children: (Node | string)[] = [],
  on: Listeners = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener as EventListener);
  element.append(...children);
  return element;
}

export function set(element: Element, name: string, value: Value): void {
  if (value === false || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== `${value}`) element.setAttribute(name, value === true ? "" : `${value}`);
}

export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export const div = (kind: string, ...children: (Node | string)[]): HTMLElement => h("div", { class: kind }, children);

export const button = (kind: string, label: Node | string, click: () => void): HTMLButtonElement =>
  h("button", { type: "button", class: kind }, [label], { click });

// Outlines on a grid of 24 (Lucide's geometry).
export const CHAT = "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z";
export const CLIP = "M21.4 11.1l-9.2 9.1a6 6 0 0 1-8.5-8.5l9.2-9.1a4 4 0 0 1 5.7 5.7l-9.2 9.1a2 2 0 0 1-2.8-2.8l8.5-8.5";
export const SMILE = "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20M8 14s1.5 2 4 2 4-2 4-2M9 9h.01M15 9h.01";
export const SEND = "M22 2 11 13M22 2l-7 20-4-9-9-4z";
export const FILE = "M14 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8zM14 2v6h6";
export const MORE = "M4.5 12h1M11.5 12h1M18.5 12h1";
export const LESS = "M6 12h12";
export const CROSS = "M18 6 6 18M6 6l12 12";
export const AGAIN = "M3 12a9 9 0 1 0 3-6.7L3 8M3 3v5h5";
export const DOWN = "M12 5v14M5 12l7 7 7-7";

export function icon(shape: string): SVGElement {
  const make = (tag: string): SVGElement => document.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement;
  const [svg, path] = [make("svg"), make("path")];
  set(svg, "viewBox", "0 0 24 24");
  set(svg, "aria-hidden", "true");
  set(path, "d", shape);
  svg.append(path);
  return svg;
}

/** Give an element the name that is read out, and shown beside the pointer. */
export function named<E extends Element>(element: E, name: string): E {
  set(element, "aria-label", name);
  set(element, "title", name);
  return element;
}

export const iconButton = (shape: string, name: string, click: () => void): HTMLButtonElement => named(button("icon", icon(shape), click), name);

export interface Item {
  key: string; // the same thing
  look: string; // the same look
  make: () => HTMLElement;
}

/** A file's mark, name and a note under it. */
export function fileLabel(kind: "span" | "button", name: string, note: string): HTMLElement {
  const words = h("span", {}, [h("b", { title: name }, [name]), h("small", {}, [note])]);
  return h(kind, { class: "file", type: kind === "button" && kind }, [icon(FILE), words]);
}

/** Keeps the children of an element in step with a list: what has not changed is not touched. */
export function items(parent: HTMLElement): (items: Item[]) => void {
  const made = new Map<string, { look: string; element: HTMLElement }>();
  return (wanted) => {
    for (const [key, { element }] of made)
      if (!wanted.some((item) => item.key === key)) {
        element.remove();
        made.delete(key);
      }
    wanted.forEach(({ key, look, make }, at) => {
      const old = made.get(key);
      if (old?.look !== look) {
        old?.element.remove();
        made.set(key, { look, element: make() });
      }
      const { element } = made.get(key)!;
      const there = parent.children[at];
      if (there !== element) parent.insertBefore(element, there ?? null);
    });
  };
}
