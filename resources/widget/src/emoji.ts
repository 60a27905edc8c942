// A small choice of emoji, drawn by the system.

import { h } from "./dom";

const EMOJI = "😀😂😊😍😘🤔😅😢😭😡😱😴🙄😎🤗🤷👍👎👏🙏💪👋👌🤞❤💔🎉🔥⭐✨✅❌🎁📦🚚💳🏠📞📷⏰☕🍕🐶🐱🌞🌧🌈⚽";
const WIDE = 8;

/** A grid of buttons, walked with the arrow keys; the chosen one is handed to `choose`. */
export function emojiPicker(label: string, choose: (emoji: string) => void): HTMLElement {
  const buttons = [...EMOJI].map((emoji, i) =>
    h("button", { type: "button", tabindex: i ? -1 : 0 }, [emoji === "❤" ? "❤️" : emoji], { click: () => choose(emoji === "❤" ? "❤️" : emoji) }),
  );
  const keydown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: WIDE, ArrowUp: -WIDE }[event.key];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const next = step === undefined ? undefined : buttons[at + step];
    if (!next) return;
    event.preventDefault();
    buttons[at]!.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };
  return h("div", { class: "emoji", role: "group", "aria-label": label, hidden: true }, buttons, { keydown });
}
