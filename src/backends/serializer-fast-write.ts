/** Generated code that adds up sizes and writes locals into one exact buffer, byte by byte. */
import { type Code, code, EMPTY, join, Name } from "../codegen/code.ts";
import type { Local } from "./serializer-fast-local.ts";
import type { VariantPlan } from "./serializer-form.ts";

export interface ByteWriter {
  readonly size: Code;
  readonly body: Code;
}

/** Undefined where a field does not begin at a whole byte although it may be absent. */
export function byteWriter(locals: readonly Local[], plan: VariantPlan): ByteWriter | undefined {
  const runs = toRuns(locals);
  if (runs === undefined) return undefined;
  const region = locals.findLast((local) => local.slot.field.kind === "options");
  let fixed = 0;
  const open: Code[] = [];
  const writes: Code[] = [];
  // Places are constants until the first field whose size is known only when it is written.
  let at: number | undefined = 0;
  for (const run of runs) {
    const [first] = run.locals;
    if (first === undefined) continue;
    const { width, present } = first;
    const place = (offset: number): Code => (at === undefined ? code`o + ${offset}` : code`${at + offset}`);
    if (width.kind === "bits" && present === undefined) {
      fixed += run.bytes;
      for (const { checksum } of run.locals) {
        // At a whole byte, so alone in its run.
        if (checksum !== undefined) writes.push(code`const ${checksum.place} = ${place(0)};`);
      }
      writes.push(bitsCode(run, place));
      if (at === undefined) writes.push(code`o += ${run.bytes};`);
      else at += run.bytes;
      continue;
    }
    if (at !== undefined) writes.push(code`let o = ${at};`);
    at = undefined;
    const piece = pieceOf(first, run, first === region);
    open.push(present === undefined ? piece.size : code`(${present} ? ${piece.size} : 0)`);
    writes.push(present === undefined ? piece.body : code`if (${present}) {\n${piece.body}\n}`);
  }
  const total = open.length === 0 ? code`${fixed}` : join([code`${fixed}`, ...open], " + ");
  const pick = (part: (local: Local) => Code | undefined): Code[] =>
    locals.flatMap((local) => part(local) ?? []);
  return {
    size: code`let size = ${total};\n${paddingCode(region, locals, plan)}\n${pick((local) => local.settle)}`,
    body: code`const bytes = new Uint8Array(size);\n${writes}\n${pick((local) => local.checksum?.code)}`,
  };
}

interface Run {
  readonly locals: Local[];
  bytes: number;
}

/** Fields that share bytes are written together. */
function toRuns(locals: readonly Local[]): readonly Run[] | undefined {
  const runs: Run[] = [];
  let bits = 0;
  let run: Run = { locals: [], bytes: 0 };
  for (const local of locals) {
    const alone = local.width.kind !== "bits" || local.present !== undefined;
    if (alone && bits % 8 !== 0) return undefined;
    if (alone || bits % 8 === 0) {
      if (run.locals.length > 0) runs.push(run);
      run = { locals: [], bytes: 0 };
      bits = 0;
    }
    run.locals.push(local);
    if (local.width.kind === "bits") bits += local.width.bits;
    run.bytes = bits / 8;
    if (alone) {
      if (bits % 8 !== 0) return undefined;
      runs.push(run);
      run = { locals: [], bytes: 0 };
      bits = 0;
    }
  }
  if (bits % 8 !== 0) return undefined;
  if (run.locals.length > 0) runs.push(run);
  return runs;
}

function bitsCode(run: Run, place: (offset: number) => Code): Code {
  const bytes: Code[] = [];
  for (let index = 0; index < run.bytes; index++) {
    const parts: Code[] = [];
    let start = 0;
    for (const local of run.locals) {
      const bits = local.width.kind === "bits" ? local.width.bits : 0;
      const shift = start + bits - 8 * (index + 1);
      // The array keeps the low eight bits of what is stored.
      if (start < 8 * (index + 1) && start + bits > 8 * index)
        parts.push(
          shift === 0
            ? local.value
            : shift > 0
              ? code`${local.value} >>> ${shift}`
              : code`${local.value} << ${-shift}`,
        );
      start += bits;
    }
    bytes.push(code`bytes[${place(index)}] = ${join(parts, " | ")};`);
  }
  return join(bytes, "\n");
}

function word(value: Code, offset: number, bytes: number): Code {
  const codes = Array.from({ length: bytes }, (_, index) => {
    const shift = 8 * (bytes - 1 - index);
    return code`bytes[o + ${offset + index}] = ${shift === 0 ? value : code`${value} >>> ${shift}`};`;
  });
  return join(codes, "\n");
}

/** A field whose presence or size is open; it moves `o` on. */
function pieceOf(local: Local, run: Run, padded: boolean): { size: Code; body: Code } {
  const { width, value, high } = local;
  switch (width.kind) {
    case "bits":
      return { size: code`${run.bytes}`, body: code`${word(value, 0, run.bytes)}\no += ${run.bytes};` };
    case "wide": {
      const top = high ?? code`0`;
      const long = code`${word(top, 0, 4)}\n${word(value, 4, 4)}\no += 8;`;
      if (width.clear === 64) return { size: code`8`, body: long };
      return {
        size: code`(${width.flag} ? 8 : 4)`,
        body: code`if (${width.flag}) {\n${long}\n} else {\n${word(value, 0, 4)}\no += 4;\n}`,
      };
    }
    case "bytes":
      return {
        size: code`${value}.length`,
        body: code`bytes.set(${value}, o);\no += ${value}.length${padded ? code` + pad` : EMPTY};`,
      };
    case "items":
      return itemsOf(value, width.sizes);
  }
}

function itemsOf(
  list: Code,
  sizes: readonly { readonly name: string; readonly bytes: number }[],
): { size: Code; body: Code } {
  const each = sizes.reduce((sum, size) => sum + size.bytes, 0);
  const scalar = sizes.length === 1 && sizes[0]?.name === "";
  const fields = sizes.map(({ name, bytes }, index) => {
    const own = code`${new Name(`i${index}`)}`;
    const inside =
      bytes === 4 ? code`(${own} >>> 0) !== ${own}` : code`(${own} & ${2 ** (8 * bytes) - 1}) !== ${own}`;
    return code`const ${own} = ${scalar ? code`item` : code`item[${name}]`};\nif (typeof ${own} !== "number" || ${inside}) return undefined;\n${word(own, 0, bytes)}\no += ${bytes};`;
  });
  const shape = scalar
    ? EMPTY
    : code`if (typeof item !== "object" || item === null || !isPlain(item)) return undefined;\nlet count = 0;\nfor (const key in item) count++;\nif (count !== ${sizes.length}) return undefined;`;
  return {
    size: code`${list}.length * ${each}`,
    body: code`for (let n = 0; n < ${list}.length; n++) {\nconst item = ${list}[n];\n${shape}\n${fields}\n}`,
  };
}

/** A header that states its length in units of several bytes is filled up behind its options. */
function paddingCode(region: Local | undefined, locals: readonly Local[], plan: VariantPlan): Code {
  if (region === undefined) return EMPTY;
  const size = plan.layout.headerLength;
  const stated =
    size?.kind === "linear" && locals.find((local) => local.slot.name === size.field)?.slot.field;
  if (size?.kind !== "linear" || !stated || stated.kind !== "uint" || stated.compute === undefined)
    return code`const pad = 0;`;
  const unit = size.scale * stated.scale;
  const start = size.bias + size.scale * stated.bias;
  return code`const pad = (${unit} - ((size - ${start}) % ${unit})) % ${unit};\nsize += pad;`;
}
