// A small choice of emoji, drawn by the system.

import { button, h, named } from "./dom";
import * as words from "./words";

const EMOJI = "😀😂😊😍🤔😅😢😭😡😱🙄😎🤗🤷👍👎👏🙏💪👋👌🔥🎉✨✅❌🎁📦🚚☕🌈💚";
const WIDE = 8;

/** A grid of buttons, walked with the arrow keys; the chosen one is handed to `choose`. */
export function emojiPicker(choose: (emoji: string) => void): HTMLElement {
  const buttons = [...EMOJI].map((emoji, i) => {
    const made = button("", emoji, () => choose(emoji));
    made.tabIndex = i ? -1 : 0;
    return made;
  });
  const keydown = ({ key, target }: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: WIDE, ArrowUp: -WIDE }[key];
    if (step) buttons[buttons.indexOf(target as HTMLButtonElement) + step]?.focus();
  };
  const picker = h("div", { class: "emoji", role: "group", hidden: true }, buttons, { keydown });
  return named(picker, words.emoji());
}
