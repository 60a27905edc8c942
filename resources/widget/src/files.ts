// A visitor's and an agent's files: previews on a canvas (a strict page allows no <img>), downloads with
// the visitor's own authorisation.

import { h } from "./dom";

const PICTURES = /^image\/(png|jpe?g|gif|webp)$/;
const WIDE = 260; // CSS pixels of a preview
const TALL = 220;
const MOST_PIXELS = 40_000_000; // a picture made to exhaust memory is shown as a file

export const isPicture = (mime: string): boolean => PICTURES.test(mime);

/** A canvas with the picture, at most WIDE × TALL; rejects when it is none. */
export async function preview(blob: Blob, name: string): Promise<HTMLCanvasElement> {
  const picture = await createImageBitmap(blob);
  const { width, height } = picture;
  if (!width || width * height > MOST_PIXELS) throw new RangeError("picture");
  const scale = Math.min(1, WIDE / width, TALL / height);
  const [w, t] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const sharp = Math.min(devicePixelRatio || 1, 2, 1 / scale);
  const canvas = h("canvas", { role: "img", "aria-label": name, width: Math.round(w * sharp), height: Math.round(t * sharp) });
  canvas.style.width = `${w}px`;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

/** The bytes of a file at the desk; rejects when it may not or cannot be had. */
export async function load(url: string, authorization: string): Promise<Blob> {
  const answer = await fetch(url, { headers: { Authorization: authorization }, credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.blob();
}

/** Hand a file to the browser's downloads; never opened in the page. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
