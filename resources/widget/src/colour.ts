// The box's colour, made readable (WCAG 2.2: 4.5 to 1).

type Rgb = [number, number, number];

const rgb = (hex: string): Rgb => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)) as Rgb;

const hex = (colour: Rgb): string => `#${colour.map((c) => Math.round(c).toString(16).padStart(2, "0")).join("")}`;

function luminance(colour: string): number {
  const [r, g, b] = rgb(colour).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 (the same) to 21 (black on white). Colours are "#rrggbb". */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** What can be read on `colour`: white if it can, else black. */
export const textOn = (colour: string): string => (contrast("#ffffff", colour) >= 4.5 ? "#ffffff" : "#000000");

/** `colour`, moved towards white or black until it can be read on `ground`. */
export function readable(colour: string, ground: string): string {
  const end = luminance(ground) < 0.18 ? 255 : 0;
  let shade = colour;
  for (let step = 1; step <= 20 && contrast(shade, ground) < 4.5; step++)
    shade = hex(rgb(colour).map((c) => c + ((end - c) * step) / 20) as Rgb);
  return shade;
}
