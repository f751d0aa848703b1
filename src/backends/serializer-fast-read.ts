/** Generated code that reads one field of the value into locals and checks that it is what the interpreter would write. */
import { type Code, code, EMPTY, join, Name } from "../codegen/code.ts";
import type { Range, UintField } from "../ir/nodes.ts";
import { computedReader } from "./serializer-fast-compute.ts";
import { missingValue } from "./serializer-fast-default.ts";
import type { Local } from "./serializer-fast-local.ts";
import { type Slot, sizeOf, type VariantPlan, widthChoice } from "./serializer-form.ts";

const GIVE_UP = code`return undefined;`;

/** Inside one of the ranges. */
export function rangeTest(of: Name, ranges: readonly Range[]): Code {
  return join(
    ranges.map(([from, to]) =>
      from === to ? code`${of} === ${from}` : code`(${of} >= ${from} && ${of} <= ${to})`,
    ),
    " || ",
  );
}

/** A local for the slot and the statements that fill it; undefined for a kind of field that is left to the interpreter. */
export function fieldReader(
  slot: Slot,
  index: number,
  before: ReadonlyMap<string, Local>,
  low: number,
  plan: VariantPlan,
): { local: Local; code: Code } | undefined {
  const { field, name } = slot;
  const own = new Name(`v${index}`);
  const there = new Name(`p${index}`);
  const guard = guardTest(slot, before);
  if (guard === undefined) return undefined;
  const conditional = slot.guard.length > 0 || field.optional;
  if (field.kind === "uint" && field.compute !== undefined)
    return conditional ? undefined : computedReader(slot, field, field.compute, index, plan);
  const check = checkOf(slot, own, index, before, low, plan);
  if (check === undefined) return undefined;
  const fallback = conditional ? undefined : missingValue(slot, plan);
  const missing = fallback === undefined ? GIVE_UP : code`${own} = ${fallback};`;
  const local: Local = { slot, ...check.local, present: conditional ? code`${there}` : undefined };
  const declare = code`let ${own} = value[${name}];${check.declare}`;
  if (!conditional)
    return {
      local,
      code: code`${declare}\nif (${own} === undefined) { ${missing} } else seen++;\n${check.test}`,
    };
  const absent = field.optional ? EMPTY : code`if ((${guard}) !== ${there}) return undefined;`;
  const stray = field.optional ? code`if (${there} && !(${guard})) return undefined;` : EMPTY;
  return {
    local,
    code: code`${declare}\nconst ${there} = ${own} !== undefined;\n${absent}${stray}\nif (${there}) { seen++; ${check.test} }`,
  };
}

/** The guard over fields that always are there; others leave the form to the interpreter. */
function guardTest(slot: Slot, before: ReadonlyMap<string, Local>): Code | undefined {
  const terms: Code[] = [];
  for (const term of slot.guard) {
    const local = before.get(term.field);
    if (
      local === undefined ||
      local.present !== undefined ||
      local.width.kind !== "bits" ||
      local.slot.field.kind === "address"
    )
      return undefined;
    if (local.slot.field.kind === "uint" && (local.slot.field.scale !== 1 || local.slot.field.bias !== 0))
      return undefined;
    terms.push(code`${local.value} === ${term.value}`);
  }
  return terms.length === 0 ? code`true` : join(terms, " && ");
}

interface Check {
  readonly local: Omit<Local, "slot" | "present">;
  readonly declare: Code;
  /** Turns the local into its raw form, or gives up. */
  readonly test: Code;
}

function checkOf(
  slot: Slot,
  own: Name,
  index: number,
  before: ReadonlyMap<string, Local>,
  low: number,
  plan: VariantPlan,
): Check | undefined {
  const { field } = slot;
  const fail = (test: Code): Code => code`if (${test}) return undefined;`;
  switch (field.kind) {
    case "flag":
      return {
        local: { width: { kind: "bits", bits: 1 }, value: code`${own}` },
        declare: EMPTY,
        test: code`if (${own} === true) ${own} = 1; else if (${own} === false) ${own} = 0; else return undefined;${slot.where.length === 0 ? EMPTY : fail(code`!(${rangeTest(own, slot.where)})`)}`,
      };
    case "uint":
      return field.wide ? wideCheck(slot, field, own, index, before, low) : narrowCheck(slot, field, own);
    case "address":
      if (field.family === "ipv4")
        return {
          local: { width: { kind: "bits", bits: 32 }, value: code`${own}` },
          declare: EMPTY,
          test: code`${own} = ipv4Bits(${own});\n${fail(code`${own} < 0`)}`,
        };
      return {
        local: { width: { kind: "bytes" }, value: code`${own}` },
        declare: EMPTY,
        test: code`${own} = ${new Name(field.family === "ipv6" ? "ipv6Bytes" : "etherBytes")}(${own});\n${fail(code`${own} === undefined`)}`,
      };
    case "bytes": {
      const size = sizeOf(field);
      if (field.format !== "bytes" || (size?.kind !== "fixed" && size?.kind !== "rest")) return undefined;
      const length = size.kind === "fixed" ? fail(code`${own}.length !== ${size.bytes}`) : EMPTY;
      return {
        local: { width: { kind: "bytes" }, value: code`${own}` },
        declare: EMPTY,
        test: code`${fail(code`!(${own} instanceof Uint8Array)`)}${length}`,
      };
    }
    case "repeat": {
      if (field.size.kind !== "rest") return undefined;
      const sizes: { name: string; bytes: number }[] = [];
      for (const item of field.item) {
        const plain =
          item.kind === "uint" &&
          !item.wide &&
          !item.signed &&
          typeof item.bits === "number" &&
          item.bits % 8 === 0;
        if (
          !plain ||
          item.endian === "little" ||
          item.scale !== 1 ||
          item.bias !== 0 ||
          item.when.length > 0 ||
          item.optional ||
          item.constant !== undefined ||
          item.compute !== undefined
        )
          return undefined;
        sizes.push({ name: field.scalar ? "" : item.name, bytes: (item.bits as number) / 8 });
      }
      const count = code`!Array.isArray(${own}) || ${own}.length < ${field.min} || ${own}.length > ${field.max}`;
      return {
        local: { width: { kind: "items", sizes }, value: code`${own}` },
        declare: EMPTY,
        test: fail(count),
      };
    }
    case "options":
      if (slot.guard.length > 0) return undefined;
      return {
        local: { width: { kind: "bytes" }, value: code`${own}` },
        declare: EMPTY,
        test: code`if (!Array.isArray(${own})) return undefined;\n${own} = writeOptions(${field.envelope}, ${own}, { path: ${`${plan.layout.id}.${slot.name}`} });\nif (${own} === undefined) return undefined;`,
      };
  }
}

function narrowCheck(slot: Slot, field: UintField, own: Name): Check | undefined {
  if (typeof field.bits !== "number" || field.signed || field.endian === "little") return undefined;
  const pinned = field.constant !== undefined || slot.keys.length > 0 || slot.where.length > 0;
  const scaled = field.scale !== 1 || field.bias !== 0;
  if (scaled && pinned) return undefined;
  const mask = 2 ** field.bits - 1;
  const inside = field.bits === 32 ? code`(${own} >>> 0) !== ${own}` : code`(${own} & ${mask}) !== ${own}`;
  if (scaled)
    return {
      local: { width: { kind: "bits", bits: field.bits }, value: code`${own}` },
      declare: EMPTY,
      test: code`if (typeof ${own} !== "number") return undefined;\n${own} = (${own} - ${field.bias}) / ${field.scale};\nif (${inside}) return undefined;`,
    };
  // Bit operators throw on bigints.
  const tests = [code`typeof ${own} !== "number"`, inside];
  if (field.constant !== undefined) tests.push(code`${own} !== ${field.constant}`);
  for (const ranges of [slot.keys, slot.where])
    if (ranges.length > 0) tests.push(code`!(${rangeTest(own, ranges)})`);
  return {
    local: { width: { kind: "bits", bits: field.bits }, value: code`${own}` },
    declare: EMPTY,
    test: code`if (${join(tests, " || ")}) return undefined;`,
  };
}

function wideCheck(
  slot: Slot,
  field: UintField,
  own: Name,
  index: number,
  before: ReadonlyMap<string, Local>,
  low: number,
): Check | undefined {
  const choice = widthChoice(field);
  if (field.signed || field.endian === "little" || field.scale !== 1 || field.bias !== 0) return undefined;
  if (slot.where.length > 0 || slot.keys.length > 0 || field.constant !== undefined) return undefined;
  const high = new Name(`h${index}`);
  const split = code`if (typeof ${own} !== "bigint" || BigInt.asUintN(64, ${own}) !== ${own}) return undefined;
wide[0] = ${own}; ${own} = halves[${low}]; ${high} = halves[${1 - low}];`;
  const declare = code` let ${high} = 0;`;
  if (choice === undefined) {
    if (field.bits !== 64) return undefined;
    return {
      local: {
        width: { kind: "wide", set: 64, clear: 64, flag: code`true` },
        value: code`${own}`,
        high: code`${high}`,
      },
      declare,
      test: split,
    };
  }
  const flag = before.get(choice.flag);
  if (choice.set !== 64 || choice.clear !== 32 || flag === undefined || flag.present !== undefined)
    return undefined;
  const test = code`${flag.value} === 1`;
  return {
    local: {
      width: { kind: "wide", set: 64, clear: 32, flag: test },
      value: code`${own}`,
      high: code`${high}`,
    },
    declare,
    test: code`${split}\nif (${high} !== 0 && !(${test})) return undefined;`,
  };
}
