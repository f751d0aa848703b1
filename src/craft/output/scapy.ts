/** TCP options as scapy's `TCP(options=[…])` takes them. */
import { toHex } from "../../bytes/hex.ts";
import type { CraftedOption, CraftInput } from "../input.ts";

function tuple(input: CraftInput, option: CraftedOption): string {
  const { value } =
    option.value === undefined ? { value: {} as Readonly<Record<string, unknown>> } : input.read(option);
  switch (option.id) {
    case "tcp.nop":
      return '("NOP", None)';
    case "tcp.eol":
      return '("EOL", None)';
    case "tcp.mss":
      return `("MSS", ${Number(value["mss"])})`;
    case "tcp.windowScale":
      return `("WScale", ${Number(value["shift"])})`;
    case "tcp.sackPermitted":
      return '("SAckOK", b"")';
    case "tcp.timestamps":
      return `("Timestamp", (${Number(value["value"])}, ${Number(value["echoReply"])}))`;
    default:
      return opaque(option.bytes);
  }
}

/** Scapy writes kind and length of options that it does not know. */
function opaque(bytes: Uint8Array): string {
  return `(${bytes[0] ?? 0}, bytes.fromhex("${toHex(bytes.subarray(2))}"))`;
}

/** A length that was forced cannot be had from tuples: then the area is one string of bytes behind the header. */
export function scapyOptions(input: CraftInput, options: readonly CraftedOption[]): string {
  const honest = options.every(
    ({ bytes }) => bytes.length === 1 || (bytes.length >= 2 && bytes[1] === bytes.length),
  );
  if (honest) return `TCP(options=[${options.map((option) => tuple(input, option)).join(", ")}])`;
  const size = options.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const padded = (size + 3) & ~3;
  const hex = options.map(({ bytes }) => toHex(bytes)).join("") + "01".repeat(padded - size);
  return `TCP(dataofs=${5 + padded / 4})/Raw(bytes.fromhex("${hex}"))`;
}
