/** Hex dump of an option with a line for each field. */
import { toHex } from "../../bytes/hex.ts";
import { nodeText } from "../../ir/node-text.ts";
import type { FieldNode } from "../../ir/tree.ts";
import { nodeBytes } from "../../ir/views.ts";
import type { CraftedOption, CraftInput } from "../input.ts";

/** Longest run of bytes in a line. */
const SHOWN = 12;

function bitsText(node: FieldNode): string {
  const first = node.bitOffset % 8;
  return node.bitLength % 8 === 0 && first === 0
    ? ""
    : ` (bit ${first}${node.bitLength > 1 ? `, ${node.bitLength} bits` : ""})`;
}

function lines(node: FieldNode, data: Uint8Array, depth: number): string[] {
  const bytes = nodeBytes(node, data);
  const hex = `${toHex(bytes.subarray(0, SHOWN), " ")}${bytes.length > SHOWN ? " …" : ""}`;
  const offset = (node.bitOffset >> 3).toString(16).padStart(4, "0");
  const text = nodeText(node);
  const own = `${offset}  ${hex.padEnd(3 * SHOWN + 1)} ${"  ".repeat(depth)}${node.ir.name}${text === "" ? "" : ` = ${text}`}${bitsText(node)}`;
  const inner = node.children.filter((child): child is FieldNode => child.kind === "field");
  return [own, ...inner.flatMap((child) => lines(child, data, depth + 1))];
}

/** The option's id and length, then its fields in wire order: offset, bytes, name, value. */
export function dumpOption(input: CraftInput, option: CraftedOption): readonly string[] {
  const { layout, nodes, variant } = input.read(option);
  const form = variant.name === "" ? "" : `, form ${variant.name}`;
  return [
    `${layout.id}  ${option.bytes.length} bytes${form}`,
    ...nodes.flatMap((node) => lines(node, option.bytes, 0)),
  ];
}
