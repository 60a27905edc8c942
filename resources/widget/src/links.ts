// Addresses in a text. Only http, https and mailto become links, and a link never hides where it goes.

export interface Piece {
  text: string;
  href: string; // empty: plain text
}

const ADDRESS = /\b(?:https?:\/\/|mailto:)[^\s<>"'`\p{C}]+/giu; // \p{C}: what cannot be seen
const AFTER = /[.,;:!?…»”’]+$/;

/** `text` cut into plain pieces and links, in order; joined, the pieces without links are unchanged. */
export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const found = trim(match[0]);
    const link = vetted(found);
    if (!link) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), href: "" });
    pieces.push(link);
    end = match.index + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: "" });
  return pieces;
}

/** Without the punctuation of the sentence around it, and without a bracket that it did not open. */
function trim(address: string): string {
  let kept = address.replace(AFTER, "");
  while (/[)\]}]$/.test(kept) && !/[([{]/.test(kept)) kept = kept.slice(0, -1).replace(AFTER, "");
  return kept;
}

function vetted(address: string): Piece | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!/^(https?|mailto):$/.test(url.protocol)) return null;
  if (url.username || url.password) return null; // https://bank.com@elsewhere.com
  // A host in other letters than ASCII is shown as it is looked up: xn--…
  return { text: /^[\x21-\x7e]+$/.test(address) ? address : url.href, href: url.href };
}
