// When to connect again: soon at first, ever later, and never all at once with everybody else.

export const FIRST_MS = 500;
export const MOST_MS = 30_000;

/** Milliseconds to wait before attempt `n` (0, 1, …). `random` is in [0, 1). */
export const waitFor = (n: number, random: number): number =>
  (Math.min(MOST_MS, FIRST_MS * 2 ** n) * (1 + random)) / 2;

/** The same after the desk closed the connection with `code`; Infinity: never again. */
export function waitAfter(code: number, n: number, random: number): number {
  if (code === 4403) return Infinity; // this site may not show the box
  if (code === 4410) return 300_000 * (1 + random); // the box is closed for now
  if (code === 4429 || code === 1008) return MOST_MS * (1 + random); // too many; or we speak past each other
  return waitFor(n, random);
}
