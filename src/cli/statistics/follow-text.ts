/** Texts of `-z follow`, in tshark's forms. */
import type { StreamPiece } from "../../analysis/follow/types.ts";
import { toHex } from "../../bytes/hex.ts";

export const FOLLOW_MODES = ["ascii", "hex", "raw", "yaml"] as const;
export type FollowMode = (typeof FOLLOW_MODES)[number];

/** A piece, and how many bytes of its side were shown before it. */
export interface Shown {
  readonly piece: StreamPiece;
  readonly place: number;
}

const LINE: string = "=".repeat(67);
/** Stands for the bytes of a hole; the text ends with a zero byte, as tshark's does. */
const missingText = (length: number): Uint8Array =>
  new TextEncoder().encode(`[${length} bytes missing in capture file]\0`);

export function shownBytes({ data, length }: StreamPiece): Uint8Array {
  return data ?? missingText(length);
}

type Ends = readonly [string | undefined, string | undefined];

export function followHead(
  {
    protocol,
    mode,
    filter,
  }: { readonly protocol: string; readonly mode: FollowMode; readonly filter: string },
  ends: Ends,
): string {
  if (mode === "yaml") return yamlHead(ends);
  const nodes = ends.map((end, index) => `Node ${index}: ${end ?? ":0"}\n`);
  return `\n${LINE}\nFollow: ${protocol},${mode}\nFilter: ${filter}\n${nodes.join("")}`;
}

function yamlHead(ends: Ends): string {
  const peers = ends.map((end, index) => {
    const [, address = "", port = 0] = /^\[?(.*?)\]?:(\d+)$/.exec(end ?? "") ?? [];
    return `  - peer: ${index}\n    host: ${address}\n    port: ${port}\n`;
  });
  return `peers:\n${peers.join("")}packets:\n`;
}

export function followEnd(mode: FollowMode): string {
  return mode === "yaml" ? "" : `${LINE}\n`;
}

export function pieceText(shown: Shown, mode: FollowMode): string {
  const { piece } = shown;
  const data = shownBytes(piece);
  const indent = piece.side === 0 ? "" : "\t";
  switch (mode) {
    case "ascii":
      return `${indent}${data.length}\n${asciiText(data)}\n`;
    case "hex":
      return hexLines(data, shown.place, indent);
    case "raw":
      return `${indent}${toHex(data)}\n`;
    case "yaml":
      return yamlPacket(piece, data);
  }
}

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];
const isPrintable = (byte: number): boolean => byte >= 32 && byte < 127;

function asciiText(data: Uint8Array): string {
  let text = "";
  for (const byte of data) {
    const kept = isPrintable(byte) || byte === LINE_FEED || byte === CARRIAGE_RETURN;
    text += kept ? String.fromCharCode(byte) : ".";
  }
  return text;
}

function hexLines(data: Uint8Array, place: number, indent: string): string {
  let text = "";
  for (let at = 0; at < data.length; at += 16) {
    const bytes = data.subarray(at, at + 16);
    let hex = "";
    let letters = "";
    for (let index = 0; index < 16; index++) {
      const byte = bytes[index];
      const gap = index === 8 ? " " : "";
      hex += `${gap} ${byte === undefined ? "  " : byte.toString(16).padStart(2, "0")}`;
      if (byte !== undefined) letters += gap + (isPrintable(byte) ? String.fromCharCode(byte) : ".");
    }
    const offset = (place + at).toString(16).toUpperCase().padStart(8, "0");
    // As tshark: where the gap in the middle is not the end, a space there is left out.
    text += `${indent}${offset} ${hex}  ${bytes.length === 8 ? letters : letters.replace(/ $/, "")}\n`;
  }
  return text;
}

/** Base64 in lines of 76 characters (RFC 2045 section 6.8). */
function yamlPacket({ frame, side, time }: StreamPiece, data: Uint8Array): string {
  const lines =
    Buffer.from(data)
      .toString("base64")
      .match(/.{1,76}/g) ?? [];
  const nanoseconds = String(time % 1_000_000_000n).padStart(9, "0");
  return [
    `  - packet: ${frame}\n    peer: ${side}\n    timestamp: ${time / 1_000_000_000n}.${nanoseconds}\n`,
    "    data: !!binary |\n",
    ...lines.map((line) => `      ${line}\n`),
  ].join("");
}
