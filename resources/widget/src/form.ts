// The questions before a chat, and the form to leave a message. What is typed stays in the browser.

import * as chat from "./chat";
import { MOST } from "./composer";
import { div, h, say, set } from "./dom";
import * as words from "./words";

interface Asked {
  id: string; // of the field: name, email, message, or that of a question
  label: string;
  required: boolean;
  options: string[]; // none: free text
}

interface Field extends Asked {
  control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
  wrong: HTMLElement;
}

const MAIL = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/;
const LENGTHS: Record<string, number> = { name: 100, email: 254, message: MOST };

export const isMail = (text: string): boolean => MAIL.test(text);

export let element: HTMLFormElement;
let fields: Field[] = [];
let shape = "";

export function build(): void {
  element = h("form", { class: "form", novalidate: true }, [], { submit });
}

/** Whether something has to be asked before the visitor can write. */
export function mustAsk(): boolean {
  const { done, email } = chat.profile();
  if (chat.leaving() && !chat.known.email && !(done && isMail(email))) return !!chat.box;
  return !chat.begun() && !done && asked().length > 0;
}

function asked(): Asked[] {
  const [box, known] = [chat.box, chat.known];
  if (!box) return [];
  const [leaving, all]: [boolean, Asked[]] = [chat.leaving(), []];
  const ask = (id: string, label: string, how: string): number => all.push({ id, label, required: how === "required", options: [] });
  if (!known.name && box.ask_name !== "no") ask("name", words.name(), box.ask_name);
  if (!known.email && leaving) ask("email", words.email(), "required");
  else if (!known.email && box.ask_email !== "no") ask("email", words.email(), box.ask_email);
  if (!leaving) box.questions.forEach((question, i) => all.push({ ...question, id: `q${i}` }));
  return all;
}

export function focus(): void {
  fields.find(({ control }) => !control.value)?.control.focus();
}

export function render(): void {
  const [leaving, questions] = [chat.leaving(), asked()];
  const look = JSON.stringify([leaving, questions, chat.box?.greeting]);
  if (look === shape) return;
  shape = look;
  fields = [...questions, { id: "message", label: words.message(), required: true, options: [] }].map(field);
  element.replaceChildren(
    h("p", { class: !leaving && "big", dir: "auto" }, [leaving ? words.leave() : chat.box?.greeting || words.greeting()]),
    ...fields.map(({ label, required, control, wrong }) => {
      const title = h("label", { for: control.id, dir: "auto" }, [label]);
      if (!required) title.append(" ", h("small", {}, [`(${words.optional()})`]));
      return div("", title, control, wrong);
    }),
    h("button", { class: "primary" }, [words.send()]),
  );
}

function field(asked: Asked): Field {
  const { id, label, required, options } = asked;
  const known = { id, class: "field", dir: "auto", maxlength: LENGTHS[id] ?? 500, "aria-describedby": `${id}-wrong`, "aria-required": `${required}` };
  const control = options.length
    ? h("select", known, [h("option", { value: "" }, [words.choose()]), ...options.map((option) => h("option", {}, [option]))])
    : id === "message"
      ? h("textarea", { ...known, rows: 3 })
      : h("input", { ...known, type: id === "email" ? id : "text", autocomplete: LENGTHS[id] ? id : "off" });
  const { name, email, answers } = chat.profile();
  control.value = (id === "message" ? chat.draft() : id === "name" ? name : id === "email" ? email : answers[label]) ?? "";
  control.addEventListener("input", () => keep(false));
  return { ...asked, control, wrong: h("div", { class: "wrong", id: `${id}-wrong`, hidden: true }) };
}

function keep(done: boolean): void {
  const profile = { ...chat.profile(), done };
  for (const { id, label, control } of fields)
    if (id === "message") chat.keepDraft(control.value);
    else if (id === "name" || id === "email") profile[id] = control.value.trim();
    else profile.answers[label] = control.value.trim();
  chat.keepProfile(profile);
}

function submit(event: Event): void {
  event.preventDefault();
  const bad = fields.filter(({ id, required, control, wrong }) => {
    const value = control.value.trim();
    const problem = value ? id === "email" && !isMail(value) : required;
    wrong.hidden = !problem;
    say(wrong, words.check());
    set(control, "aria-invalid", `${problem}`);
    return problem;
  });
  if (bad[0]) return bad[0].control.focus();
  const text = fields.at(-1)!.control.value.trim();
  keep(true);
  shape = "";
  chat.write(text, []);
}
