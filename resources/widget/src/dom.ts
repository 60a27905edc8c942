// Elements, made without any HTML text: what is put in is always text.

type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
type Attributes = Record<string, string | number | boolean | undefined>;

/** An element with attributes (false and undefined: left out), listeners and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  children: (Node | string)[] = [],
  on: Listeners = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener as EventListener);
  element.append(...children);
  return element;
}

export function set(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === false || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== `${value === true ? "" : value}`) element.setAttribute(name, `${value === true ? "" : value}`);
}

export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

// Outlines on a grid of 24 (Lucide's geometry).
const SHAPES = {
  chat: "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z",
  clip: "M21.4 11.1l-9.2 9.1a6 6 0 0 1-8.5-8.5l9.2-9.1a4 4 0 0 1 5.7 5.7l-9.2 9.1a2 2 0 0 1-2.8-2.8l8.5-8.5",
  smile: "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20M8 14s1.5 2 4 2 4-2 4-2M9 9h.01M15 9h.01",
  send: "M22 2 11 13M22 2l-7 20-4-9-9-4z",
  file: "M14 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8zM14 2v6h6",
  more: "M12 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2M19 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2M5 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2",
  less: "M6 12h12",
  cross: "M18 6 6 18M6 6l12 12",
  again: "M3 12a9 9 0 1 0 3-6.7L3 8M3 3v5h5",
  down: "M12 5v14M5 12l7 7 7-7",
};

export function icon(shape: keyof typeof SHAPES): SVGElement {
  const make = (tag: string, attributes: Attributes): SVGElement => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) set(element, name, value);
    return element;
  };
  const svg = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  svg.append(make("path", { d: SHAPES[shape] }));
  return svg;
}

/** A button that shows only an icon; `label` is its name. */
export function iconButton(shape: keyof typeof SHAPES, label: string, click: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return h("button", { type: "button", class: "icon", "aria-label": label, title: label, ...attributes }, [icon(shape)], { click });
}

export interface Item {
  key: string; // the same thing
  look: string; // the same look
  make: () => HTMLElement;
}

/** Keeps the children of an element in step with a list: what has not changed is not touched. */
export class Items {
  private made = new Map<string, { look: string; element: HTMLElement }>();

  constructor(private parent: HTMLElement) {}

  show(items: Item[]): void {
    const wanted = new Set(items.map((item) => item.key));
    for (const [key, { element }] of this.made)
      if (!wanted.has(key)) {
        element.remove();
        this.made.delete(key);
      }
    let next = this.parent.firstElementChild;
    for (const item of items) {
      let made = this.made.get(item.key);
      if (made?.look !== item.look) {
        const element = item.make();
        if (made) {
          if (next === made.element) next = element;
          made.element.replaceWith(element);
        }
        this.made.set(item.key, (made = { look: item.look, element }));
      }
      if (made.element === next) next = next.nextElementSibling;
      else this.parent.insertBefore(made.element, next);
    }
  }
}
