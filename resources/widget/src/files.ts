// A visitor's and an agent's files: previews on a canvas (a strict page allows no <img>), downloads with
// the visitor's own authorisation.

import { h } from "./dom";

const PICTURES = /^image\/(png|jpe?g|gif|webp)$/;
const WIDE = 260; // CSS pixels of a preview
const TALL = 220;

export const isPicture = (mime: string): boolean => PICTURES.test(mime);

/** A canvas with the picture, at most WIDE × TALL; rejects when it is none. */
export async function preview(blob: Blob, name: string): Promise<HTMLCanvasElement> {
  const picture = await createImageBitmap(blob);
  const { width, height } = picture;
  const scale = Math.min(1, (2 * WIDE) / width, (2 * TALL) / height);
  const canvas = h("canvas", { role: "img", "aria-label": name, width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  canvas.style.width = `${canvas.width / (scale < 1 ? 2 : 1)}px`; // sharp on a fine screen
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

/** The bytes of a file at the desk; rejects when it may not or cannot be had. */
export async function load(url: string, authorization: string): Promise<Blob> {
  const answer = await fetch(url, { headers: { Authorization: authorization }, credentials: "omit" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.blob();
}

/** Hand a file to the browser's downloads; never opened in the page. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
