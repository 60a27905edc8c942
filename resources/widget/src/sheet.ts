// What slides up within the panel: to confirm, to give an address, to comment.

import { button, div, h, say } from "./dom";
import * as words from "./words";

export let element: HTMLElement;
let back: HTMLElement | null;

export function build(): void {
  element = h("div", { class: "sheet", role: "dialog", hidden: true });
}

/** Ask, with a field or without. `act` is told what was typed; it answers what is wrong with it, or nothing. */
export function ask(title: string, yes: string, no: string, act: (value: string) => string | void, field?: HTMLInputElement | HTMLTextAreaElement): void {
  const wrong = h("div", { class: "wrong", role: "alert" });
  const submit = (event: Event): void => {
    event.preventDefault();
    const problem = act(field?.value.trim() ?? "");
    say(wrong, problem || "");
    if (!problem) close();
  };
  const go = h("button", { class: "primary" }, [yes]);
  const form = h("form", { class: "form", novalidate: true }, [...(field ? [field] : []), wrong, div("row", go, button("second", no, close))], { submit });
  show(title, form, field ?? go);
}

export function tell(sentence: string): void {
  const shut = button("second", words.close(), close);
  show(sentence, div("row", shut), shut);
}

/** Whether it was open. */
export function close(): boolean {
  if (element.hidden) return false;
  element.hidden = true;
  back?.focus();
  return true;
}

function show(title: string, content: HTMLElement, first: HTMLElement): void {
  if (element.hidden) back = (element.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
  element.setAttribute("aria-label", title);
  element.replaceChildren(h("h3", { role: "status" }, [title]), content);
  element.hidden = false;
  first.focus();
}
