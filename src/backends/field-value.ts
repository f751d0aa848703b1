/** The value of a field whose place is known. */
import { readSmallBits, readWide, reverseBytes } from "../bytes/bits.ts";
import type { RawValue } from "../ir/fields.ts";
import type { FieldIR, UintField, View } from "../ir/nodes.ts";
import { contentBits } from "../ir/size.ts";
import type { FieldNode } from "../ir/tree.ts";
import { groupValue, latin1 } from "./interpret.ts";

/** `at` and `bits`: the field's place in `data`, in bits. */
export type FieldReader = (data: Uint8Array, at: number, bits: number) => RawValue | undefined;

const bytes: FieldReader = (data, at, bits) => data.subarray(at >> 3, (at + bits) >> 3);

function bigEndian({ wide, signed, scale, bias }: UintField): FieldReader {
  if (wide && signed) return (data, at, bits) => BigInt.asIntN(bits, readWide(data, at, bits));
  if (wide) return readWide;
  if (!signed && scale === 1 && bias === 0) return readSmallBits;
  return (data, at, bits) => {
    const value = readSmallBits(data, at, bits);
    return (signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value) * scale + bias;
  };
}

/** Is its value the unsigned number that its bits make? */
export function isPlainNumber(field: FieldIR): boolean {
  if (field.kind !== "uint") return field.kind === "flag" || field.kind === "group";
  return field.endian === "big" && !field.signed && field.scale === 1 && field.bias === 0;
}

/** The reader of one field; a value of the capture's record is in no bytes. */
export function fieldReader(field: FieldIR): FieldReader {
  switch (field.kind) {
    case "flag":
      return (data, at) => ((data[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0;
    case "uint": {
      const read = bigEndian(field);
      if (field.endian === "big") return read;
      return (data, at, bits) => read(reverseBytes(data.subarray(at >> 3, (at + bits) >> 3)), 0, bits);
    }
    case "bytes":
      if (field.format === "bytes") return bytes;
      return (data, at, bits) => latin1(data.subarray(at >> 3, (at + bits) >> 3));
    case "address":
    case "repeat":
    case "options":
      return bytes;
    case "group":
      return groupValue;
    case "meta":
      return () => undefined;
  }
}

/** Do some of its values contradict the schema? */
export function isBound({ wide, reserved, constant }: UintField): boolean {
  return !wide && (reserved || constant !== undefined);
}

/** Reserved bits are zero, and a constant has its value. */
export function isAllowed({ reserved, bias, constant }: UintField, value: RawValue | undefined): boolean {
  return (!reserved || value === bias) && (constant === undefined || value === constant);
}

/** Is the value of the name the number that the field's bits make? */
export function isNumberAt({ ir, bitLength }: FieldNode, view: View | undefined): boolean {
  if (view === undefined || view.derive !== undefined || bitLength > 32 || ir.kind === "flag") return false;
  return isPlainNumber(ir) && /^FT_U?INT(?:8|16|24|32)$/.test(view.type);
}

/** The bits of the frame that all of a field hangs on; undefined where it hangs on more. */
export function stretchOf(node: FieldNode): Pick<FieldNode, "bitOffset" | "bitLength"> | undefined {
  const { ir, bitOffset, bitLength } = node;
  return ir.kind === "meta" || contentBits(ir) === undefined ? undefined : { bitOffset, bitLength };
}
