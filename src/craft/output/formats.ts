/** Bytes as text of other languages. */
import { toHex } from "../../bytes/hex.ts";
import { CraftError } from "../../errors.ts";
import type { CraftedOption, CraftInput } from "../input.ts";
import { packetdrillOption } from "./packetdrill.ts";
import { scapyOptions } from "./scapy.ts";

export const FORMATS = [
  "hex",
  "base64",
  "raw",
  "c",
  "rust",
  "go",
  "python",
  "typescript",
  "scapy",
  "packetdrill",
  "dump",
] as const;
export type Format = (typeof FORMATS)[number];

export function isFormat(text: string): text is Format {
  return FORMATS.some((format) => format === text);
}

const PER_LINE = 12;

/** `0x1e, 0x0c,` in lines. */
function rows(bytes: Uint8Array, indent: string): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const row = Array.from(
      bytes.subarray(at, at + PER_LINE),
      (byte) => `0x${byte.toString(16).padStart(2, "0")},`,
    );
    lines.push(`${indent}${row.join(" ")}`);
  }
  return lines.join("\n");
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Names go into source text, so they are checked against what all the languages allow. */
function checkedName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name))
    throw new CraftError("bad-input", "name", `${JSON.stringify(name)} is no identifier`);
  return name;
}

/**
 * A literal of the bytes.
 *
 * @param name - identifier of the constant, in languages that have one.
 */
export function render(bytes: Uint8Array, format: Format, name = "option"): string {
  switch (format) {
    case "hex":
    case "raw":
      return toHex(bytes);
    case "base64":
      return base64(bytes);
    case "c":
      return `static const unsigned char ${checkedName(name)}[${bytes.length}] = {\n${rows(bytes, "\t")}\n};`;
    case "rust":
      return `const ${checkedName(name).toUpperCase()}: [u8; ${bytes.length}] = [\n${rows(bytes, "    ")}\n];`;
    case "go":
      return `var ${checkedName(name)} = []byte{\n${rows(bytes, "\t")}\n}`;
    case "python":
      return `${checkedName(name)} = bytes.fromhex("${toHex(bytes)}")`;
    case "typescript":
      return `export const ${checkedName(name)}: Uint8Array = Uint8Array.of(\n${rows(bytes, "  ")}\n);`;
    case "scapy":
      return `bytes.fromhex("${toHex(bytes)}")`;
    case "packetdrill":
    case "dump":
      throw new CraftError("bad-input", "format", `"${format}" shows options, not bytes`);
  }
}

/** Formats that show options, not bytes. */
export function renderOptions(
  input: CraftInput,
  options: readonly CraftedOption[],
  format: "scapy" | "packetdrill",
): string {
  if (format === "scapy") return scapyOptions(input, options);
  return `<${options.map((option) => packetdrillOption(input, option)).join(", ")}>`;
}
