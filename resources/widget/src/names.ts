// Names, numbers and times as a person reads them.

// Controls, zero-width characters and those that turn the direction of what follows.
const UNSEEN = /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** One line of somebody's text that cannot pose as another: "foto‮gpj.exe" is "fotogpj.exe". */
export const plain = (text: string): string => text.replace(UNSEEN, "").trim();

/** Without halves of characters, which cutting a text can leave and no encoding knows. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");

/** "Lucía Marín" → "LM". */
export const initials = (name: string): string => name.replace(/^(\S).*?(?:\s(\S)\S*)?$/u, "$1$2").toUpperCase();

export const firstName = (name: string): string => name.split(/\s/)[0]!;

/** 1234567 → "1.2 MB". */
export function fileSize(bytes: number, language: string): string {
  const [value, unit] = bytes < 1e6 ? [Math.ceil(bytes / 1e3), "kB"] : [bytes / 1e6, "MB"];
  return `${value.toLocaleString(language, { maximumFractionDigits: 1 })} ${unit}`;
}

export const clock = (at: number, language: string): string =>
  new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(at);

/** "Today, 10:02", "Yesterday, 10:02", "3 March, 10:02". */
export function moment(at: number, now: number, language: string): string {
  const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(at) - midnight(now)) / 864e5);
  const day =
    days <= 0 && days > -2
      ? new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day")
      : new Intl.DateTimeFormat(language, { day: "numeric", month: "long" }).format(at);
  return `${day[0]!.toUpperCase()}${day.slice(1)}, ${clock(at, language)}`;
}
