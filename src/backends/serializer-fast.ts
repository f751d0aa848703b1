/**
 * IR → generated code that writes the plain case: the form is named (or the only one), every field that is there is given with its
 * right type, nothing is forced. Whatever else it meets, it gives up with `undefined`, and the interpreter derives or refuses:
 * so the two can differ in speed alone.
 */
import { parseEther, parseIpv6 } from "../bytes/address.ts";
import { internetChecksum } from "../bytes/checksum.ts";
import { type Code, code, EMPTY, Name } from "../codegen/code.ts";
import { compileFunction, type GeneratedFunction } from "../codegen/function.ts";
import { CraftError } from "../errors.ts";
import type { Layout } from "../ir/nodes.ts";
import type { PayloadContext } from "./serializer-compute.ts";
import type { Local } from "./serializer-fast-local.ts";
import { fieldReader, rangeTest } from "./serializer-fast-read.ts";
import { byteWriter } from "./serializer-fast-write.ts";
import type { VariantPlan } from "./serializer-form.ts";
import type { WriteOptions } from "./serializer-write.ts";

/**
 * Bytes, or undefined where the interpreter has to look. `form` is the index of the form that the value makes; a header needs its
 * context.
 */
export type FastWriter = (
  value: Readonly<Record<string, unknown>>,
  form: number,
  context?: PayloadContext,
) => Uint8Array | undefined;

/** Dotted quad → its 32 bits; -1 for anything else. */
function ipv4Bits(text: unknown): number {
  if (typeof text !== "string") return -1;
  const { length } = text;
  let bits = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) {
      // A leading zero, as in 01.
      if (part === 0) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    } else if (digit === -2 && part >= 0 && dots < 3) {
      bits = bits * 256 + part;
      part = -1;
      dots++;
    } else return -1;
  }
  return dots === 3 && part >= 0 ? bits * 256 + part : -1;
}

/** Without properties that are inherited. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const textParser =
  (parse: (text: string) => Uint8Array | undefined) =>
  (text: unknown): Uint8Array | undefined =>
    typeof text === "string" ? parse(text) : undefined;

/** One slot of 64 bits, to take a bigint apart. */
const wide = new BigUint64Array(1);
const halves = new Uint32Array(wide.buffer);
wide[0] = 1n;
const LOW = halves[0] === 1 ? 0 : 1;

const BINDINGS = {
  isPlain,
  ipv4Bits,
  ipv6Bytes: textParser(parseIpv6),
  etherBytes: textParser(parseEther),
  wide,
  halves,
  internetChecksum,
} as const;

/** The writer of a schema's forms, or undefined where no form is plain enough. The caller has asked `canGenerate`. */
export function createFastWriter(
  layout: Layout,
  plans: readonly VariantPlan[],
  writeOptions: WriteOptions,
): GeneratedFunction<FastWriter> | undefined {
  const forms = plans.flatMap((plan, index) => {
    const body = formBody(plan);
    return body === undefined ? [] : [code`if (form === ${index}) {\n${body}\n}`];
  });
  if (forms.length === 0) return undefined;
  const header = layout.role === "header" ? code`if (context === undefined) return undefined;\n` : EMPTY;
  return compileFunction<FastWriter>({
    label: `serialize/${layout.id}`,
    parameters: ["value", "form", "context"],
    // The interpreter takes own properties alone.
    body: code`${header}if (!isPlain(value)) return undefined;\nlet keys = 0;\nfor (const key in value) keys++;\n${forms}\nreturn undefined;`,
    bindings: { ...BINDINGS, writeOptions: orUndefined(writeOptions) },
  });
}

/** What is wrong in a list of options is for the interpreter to say, in its turn. */
function orUndefined(
  writeOptions: WriteOptions,
): (...given: Parameters<WriteOptions>) => Uint8Array | undefined {
  return (...given) => {
    try {
      return writeOptions(...given);
    } catch (error) {
      if (error instanceof CraftError) return undefined;
      throw error;
    }
  };
}

/** Statements that return the bytes of one form, or fall out of the block with `undefined`. */
function formBody(plan: VariantPlan): Code | undefined {
  if (plan.layout.envelope !== undefined && plan.layout.envelope.single.length > 0) return undefined;
  const locals = new Map<string, Local>();
  const reads: Code[] = [code`let seen = value.variant === undefined ? 0 : 1;`];
  for (const [index, slot] of plan.slots.entries()) {
    const read = fieldReader(slot, index, locals, LOW, plan);
    if (read === undefined) return undefined;
    locals.set(slot.name, read.local);
    reads.push(read.code);
  }
  const write = byteWriter([...locals.values()], plan);
  if (write === undefined) return undefined;
  const { lengths } = plan.variant;
  const check =
    lengths.length === 0 ? EMPTY : code`if (!(${rangeTest(new Name("size"), lengths)})) return undefined;`;
  return code`${reads}
if (seen !== keys) return undefined;
${write.size}
${check}
${write.body}
return bytes;`;
}
