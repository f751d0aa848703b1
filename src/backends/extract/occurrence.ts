/** Occurrences from places in the bytes, as the index over a dissected frame has them. */
import { readBits, readSmallBits, reverseBytes } from "../../bytes/bits.ts";
import type { Occurrence, RawValue } from "../../ir/fields.ts";
import type { FieldIR, View } from "../../ir/nodes.ts";
import type { FieldNode } from "../../ir/tree.ts";
import { nodeBytes, viewValue } from "../../ir/views.ts";

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function unsigned(data: Uint8Array, bitOffset: number, bits: number): RawValue {
  if (bits > 64) return data.subarray(bitOffset >> 3, (bitOffset + bits + 7) >> 3);
  return bits > 32 ? readBits(data, bitOffset, bits) : readSmallBits(data, bitOffset, bits);
}

/** The value that the interpreter gives the field's node. */
function fieldValue(field: FieldIR, data: Uint8Array, bitOffset: number, bits: number): RawValue | undefined {
  switch (field.kind) {
    case "flag":
      return readSmallBits(data, bitOffset, 1) === 1;
    case "uint": {
      const turned = field.endian === "little";
      const source = turned ? reverseBytes(data.subarray(bitOffset >> 3, (bitOffset + bits) >> 3)) : data;
      const at = turned ? 0 : bitOffset;
      if (field.wide) {
        const value = readBits(source, at, bits);
        return field.signed ? BigInt.asIntN(bits, value) : value;
      }
      const value = readSmallBits(source, at, bits);
      const signed = field.signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
      return signed * field.scale + field.bias;
    }
    case "group":
      return unsigned(data, bitOffset, bits);
    case "bytes":
      if (field.format === "string") return latin1(data.subarray(bitOffset >> 3, (bitOffset + bits) >> 3));
      return data.subarray(bitOffset >> 3, (bitOffset + bits) >> 3);
    case "address":
    case "repeat":
    case "options":
      return data.subarray(bitOffset >> 3, (bitOffset + bits) >> 3);
    case "meta":
      return undefined;
  }
}

/** What is known of a place beside its bits: items of a list, a payload's bytes on the wire, or the record's number. */
export interface PlaceFacts {
  readonly count?: number;
  readonly wireLength?: number;
  readonly meta?: number;
}

export function fieldOccurrence(
  field: FieldIR,
  view: View,
  data: Uint8Array,
  bitOffset: number,
  bits: number,
  layer: number,
  facts: PlaceFacts,
): Occurrence | undefined {
  const node: FieldNode = {
    kind: "field",
    ir: field,
    value: facts.meta ?? fieldValue(field, data, bitOffset, bits),
    bitOffset,
    bitLength: bits,
    layer,
    // A list's count is that of its children; nothing else looks at them.
    children: new Array(facts.count ?? 0),
    views: [],
    under: [],
    ...(facts.wireLength === undefined ? {} : { wireLength: facts.wireLength }),
  };
  const value = viewValue(node, view, data);
  return value === undefined ? undefined : { value, layer, bytes: nodeBytes(node, data) };
}
