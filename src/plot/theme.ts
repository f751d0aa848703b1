/** Colours that the colour-blind tell apart, on white and on black. */
import type { Series } from "./chart.ts";

/** The palette of Okabe and Ito, without the yellow that vanishes on white, and the blue, which acknowledgments have a lighter one of. */
const PALETTE = ["#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#8c564b", "#117733"];
const ACK_COLOR = "#1a82c9";

export function paletteColor(index: number): string {
  return PALETTE[index % PALETTE.length] ?? ACK_COLOR;
}

export function colorOf({ color }: Pick<Series, "color">): string {
  return color === "ack" ? ACK_COLOR : paletteColor(color);
}

export interface Theme {
  readonly back: string;
  readonly text: string;
  readonly soft: string;
  readonly axis: string;
  readonly grid: string;
}

export const THEMES: Readonly<Record<"light" | "dark", Theme>> = {
  light: { back: "#ffffff", text: "#222222", soft: "#5f6368", axis: "#666666", grid: "#e3e5e8" },
  dark: { back: "#14161a", text: "#e4e6ea", soft: "#a5abb3", axis: "#8a9099", grid: "#2b2f36" },
};

export const FONT = "Segoe UI, Helvetica Neue, Arial, Liberation Sans, DejaVu Sans, sans-serif";
