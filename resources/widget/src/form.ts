// The questions before a chat, and the form to leave a message. What is typed stays in the browser.

import type { Chat, Profile } from "./chat";
import { MOST } from "./composer";
import { h, say, set } from "./dom";
import { t } from "./words";

interface Field {
  label: string;
  required: boolean;
  control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
  wrong: HTMLElement;
  store: (profile: Profile, value: string) => void;
}

const MAIL = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/;
export const isMail = (text: string): boolean => text.length <= 254 && MAIL.test(text);

/** Whether something has to be asked before the visitor can write. */
export function mustAsk(chat: Chat): boolean {
  const { box, profile, known, leaving } = chat;
  if (!box) return false;
  if (leaving && !known.email && !isMail(profile.email)) return true;
  return !chat.begun && !profile.done && (leaving || asked(chat).length > 0);
}

interface Asked {
  id: string;
  label: string;
  required: boolean;
  options: string[];
}

function asked(chat: Chat): Asked[] {
  const { box, known, leaving } = chat;
  if (!box) return [];
  const all: Asked[] = [];
  if (!known.name && box.ask_name !== "no") all.push({ id: "name", label: t("name"), required: box.ask_name === "required", options: [] });
  if (!known.email && (leaving || box.ask_email !== "no"))
    all.push({ id: "email", label: t("email"), required: leaving || box.ask_email === "required", options: [] });
  if (!leaving) box.questions.forEach((question, i) => all.push({ id: `q${i}`, ...question }));
  return all;
}

export class Form {
  readonly element = h("form", { class: "form", novalidate: true }, [], { submit: (event) => this.submit(event) });
  private fields: Field[] = [];
  private shape = "";

  constructor(private chat: Chat) {}

  focus(): void {
    this.fields.find((field) => !field.control.value)?.control.focus();
  }

  render(): void {
    const { leaving, box } = this.chat;
    const questions = asked(this.chat);
    const shape = JSON.stringify([leaving, questions, box?.greeting]);
    if (shape === this.shape) return;
    this.shape = shape;
    this.fields = questions.map((question) => this.field(question));
    const message = h("textarea", { class: "field", id: "message", maxlength: MOST, rows: 3, dir: "auto" });
    message.value = this.chat.draft;
    this.fields.push({
      ...this.wrap(message, t("message"), true),
      store: (_, value) => this.chat.keepDraft(value),
    });
    this.element.replaceChildren(
      h("p", { class: leaving ? "" : "big", dir: "auto" }, [leaving ? t("leave") : box?.greeting || t("greeting")]),
      ...this.fields.map(({ label, required, control, wrong }) =>
        h("div", {}, [h("label", { for: control.id }, required ? [label] : [`${label} `, h("small", {}, [`(${t("optional")})`])]), control, wrong]),
      ),
      h("button", { class: "primary", type: "submit" }, [t(leaving ? "leaveIt" : "start")]),
    );
  }

  private field({ id, label, required, options }: Asked): Field {
    const profile = this.chat.profile;
    const [value, store]: [string, Field["store"]] =
      id === "name"
        ? [profile.name, (p, v) => (p.name = v)]
        : id === "email"
          ? [profile.email, (p, v) => (p.email = v)]
          : [profile.answers[label] ?? "", (p, v) => (p.answers[label] = v)];
    const control = options.length
      ? h("select", { class: "field", id }, [h("option", { value: "" }, [t("choose")]), ...options.map((option) => h("option", { value: option }, [option]))])
      : h("input", {
          class: "field",
          id,
          type: id === "email" ? "email" : "text",
          autocomplete: id === "name" ? "name" : id === "email" ? "email" : "off",
          maxlength: id === "email" ? 254 : id === "name" ? 100 : 500,
          dir: "auto",
        });
    control.value = value;
    return { ...this.wrap(control, label, required), store };
  }

  private wrap<C extends Field["control"]>(control: C, label: string, required: boolean): Omit<Field, "store"> {
    const wrong = h("div", { class: "wrong", id: `${control.id}-wrong`, hidden: true });
    set(control, "aria-describedby", wrong.id);
    set(control, "aria-required", required ? "true" : undefined);
    control.addEventListener("input", () => this.keep());
    return { label, required, control, wrong };
  }

  private keep(done = false): void {
    const profile = { ...this.chat.profile, done };
    for (const field of this.fields) field.store(profile, field.control.value);
    this.chat.profile = profile;
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    let first: Field | undefined;
    for (const field of this.fields) {
      const value = field.control.value.trim();
      const wrong = !value ? field.required && "needed" : field.control.id === "email" && !isMail(value) && "badMail";
      field.wrong.hidden = !wrong;
      say(field.wrong, wrong ? t(wrong) : "");
      set(field.control, "aria-invalid", wrong ? "true" : undefined);
      if (wrong) first ??= field;
    }
    if (first) return first.control.focus();
    const text = this.fields.at(-1)!.control.value.trim();
    this.keep(true);
    this.shape = "";
    this.chat.write(text, []);
  }
}
