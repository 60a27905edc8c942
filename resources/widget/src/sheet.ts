// What slides up within the panel: to confirm, to give an address, to comment.

import { h } from "./dom";
import { t } from "./words";

export class Sheet {
  readonly element = h("div", { class: "sheet", role: "dialog", hidden: true });
  private back: HTMLElement | null = null;

  /** `answer` is told what was typed; it answers what is wrong with it, or nothing. Without `value` nothing is asked. */
  ask(title: string, yes: string, no: string, answer: (value: string) => string | void, field?: HTMLInputElement | HTMLTextAreaElement): void {
    const wrong = h("div", { class: "wrong", role: "alert", hidden: true });
    const submit = (event: Event): void => {
      event.preventDefault();
      const problem = answer(field?.value.trim() ?? "");
      wrong.hidden = !problem;
      wrong.textContent = problem || "";
      if (problem) field?.focus();
      else this.close();
    };
    const go = h("button", { type: "submit", class: "primary" }, [yes]);
    const buttons = h("div", { class: "row" }, [go, h("button", { type: "button", class: "second" }, [no], { click: () => this.close() })]);
    const form = h("form", { novalidate: true, class: "form" }, [...(field ? [field, wrong] : []), buttons], { submit });
    this.show(title, [form], field ?? go);
  }

  tell(sentence: string): void {
    const button = h("button", { type: "button", class: "second" }, [t("close")], { click: () => this.close() });
    this.show(sentence, [h("div", { class: "row" }, [button])], button);
  }

  /** Whether it was open. */
  close(): boolean {
    if (this.element.hidden) return false;
    this.element.hidden = true;
    this.back?.focus();
    return true;
  }

  private show(title: string, content: HTMLElement[], first: HTMLElement): void {
    if (this.element.hidden) this.back = (this.element.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    this.element.setAttribute("aria-label", title);
    this.element.replaceChildren(h("h3", { role: "status" }, [title]), ...content);
    this.element.hidden = false;
    first.focus();
  }
}
