/** Writing a value into a field of a frame, found by its filter name. */
import { parseEther, parseIpv4, parseIpv6 } from "../../bytes/address.ts";
import { fromHex } from "../../bytes/hex.ts";
import { CraftError } from "../../errors.ts";
import type { Dissection, FieldNode, TreeNode } from "../../ir/tree.ts";

export interface Assignment {
  readonly field: string;
  readonly value: string;
}

/** `tcp.window_size_value=0`. @throws CraftError `bad-input` */
export function parseAssignment(text: string): Assignment {
  const match = /^\s*([A-Za-z0-9_.-]+)\s*=\s*(.*?)\s*$/.exec(text);
  const [, field = "", value = ""] = match ?? [];
  if (match === null)
    throw new CraftError("bad-input", "set", `wants FIELD=VALUE, given ${JSON.stringify(text)}`);
  return { field, value };
}

function* fieldNodes(nodes: readonly TreeNode[]): Generator<FieldNode> {
  for (const node of nodes) {
    if (node.kind === "field") yield node;
    yield* fieldNodes(node.children);
  }
}

/** Nodes whose bits a filter name shows as they are; names that derive a value cannot be set. */
export function findNodes(dissection: Dissection, name: string): readonly FieldNode[] {
  const found: FieldNode[] = [];
  let derived = false;
  for (const layer of dissection.layers) {
    for (const node of fieldNodes(layer.children)) {
      const view = [...node.views, ...node.under].find((one) => one.filter === name);
      if (view === undefined || node.bitLength === 0) continue;
      if (view.derive === undefined) found.push(node);
      else derived = true;
    }
  }
  if (found.length === 0 && derived)
    throw new CraftError("bad-input", name, "is derived from other fields: set those");
  return found;
}

/** The bits of a value, as an integer of the field's width. */
function bitsOf(node: FieldNode, { field, value }: Assignment): bigint {
  const bits = node.bitLength;
  const refuse = (wants: string): never => {
    throw new CraftError("bad-type", field, `wants ${wants}, given ${JSON.stringify(value)}`);
  };
  const ofBytes = (bytes: Uint8Array | undefined, wants: string): bigint => {
    if (bytes === undefined) return refuse(wants);
    if (bytes.length * 8 !== bits)
      throw new CraftError("bad-size", field, `has ${bits / 8} bytes, ${bytes.length} were given`);
    return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  };
  const { ir } = node;
  if (ir.kind === "address") {
    const parse = { ipv4: parseIpv4, ipv6: parseIpv6, ether: parseEther }[ir.family];
    return ofBytes(parse(value), `an address (${ir.family})`);
  }
  if (ir.kind === "bytes") return ofBytes(fromHex(value), "bytes as hex text");
  if (value === "true" || value === "false") return value === "true" ? 1n : 0n;
  if (!/^-?(0x[0-9a-fA-F]{1,16}|\d{1,20})$/.test(value)) return refuse("an integer");
  const number = value.startsWith("-") ? -BigInt(value.slice(1)) : BigInt(value);
  let raw = number;
  if (ir.kind === "uint") {
    const shifted = number - BigInt(ir.bias);
    if (shifted % BigInt(ir.scale) !== 0n) refuse(`a multiple of ${ir.scale}`);
    raw = shifted / BigInt(ir.scale);
  }
  const low = ir.kind === "uint" && ir.signed ? -(1n << BigInt(bits - 1)) : 0n;
  const high = low < 0n ? -low - 1n : (1n << BigInt(bits)) - 1n;
  if (raw < low || raw > high)
    throw new CraftError("out-of-range", field, `${value} does not fit in ${bits} bits`);
  return BigInt.asUintN(bits, raw);
}

/** Sets the bits of all fields of the name in `data`. @returns how many there were. */
export function setField(dissection: Dissection, data: Uint8Array, assignment: Assignment): number {
  const nodes = findNodes(dissection, assignment.field);
  for (const node of nodes) {
    let left = bitsOf(node, assignment);
    for (let bit = node.bitOffset + node.bitLength - 1; bit >= node.bitOffset; bit--) {
      const mask = 0x80 >> (bit & 7);
      const byte = data[bit >> 3] ?? 0;
      data[bit >> 3] = (left & 1n) === 1n ? byte | mask : byte & ~mask;
      left >>= 1n;
    }
  }
  return nodes.length;
}
