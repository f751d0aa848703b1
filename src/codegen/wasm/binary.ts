/** Bytes of a WebAssembly module (WebAssembly Core Specification 2.0, section 5) with one exported function. */

/** Value types. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const F64 = 0x7c;
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof I64 | typeof F64 | typeof V128;

/** The instructions that are used, by their names in the specification. */
export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Load: 0x28,
  f64Load: 0x2b,
  i32Load16U: 0x2f,
  i64Load8U: 0x31,
  i64Load16U: 0x33,
  i64Load32S: 0x34,
  i64Load32U: 0x35,
  f64Store: 0x39,
  i64Store8: 0x3c,
  i64Store32: 0x3e,
  i32Const: 0x41,
  i64Const: 0x42,
  f64Const: 0x44,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtU: 0x49,
  i64Eqz: 0x50,
  i64Eq: 0x51,
  i64Ne: 0x52,
  i64LtS: 0x53,
  i64GtS: 0x55,
  i64LeS: 0x57,
  i64GeS: 0x59,
  f64Eq: 0x61,
  f64Ne: 0x62,
  f64Lt: 0x63,
  f64Gt: 0x64,
  f64Le: 0x65,
  f64Ge: 0x66,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  i32Or: 0x72,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  i32Rotl: 0x77,
  i64Ctz: 0x7a,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64DivS: 0x7f,
  i64RemS: 0x81,
  i64And: 0x83,
  i64Or: 0x84,
  i64Xor: 0x85,
  i64Shl: 0x86,
  i64ShrS: 0x87,
  i64ShrU: 0x88,
  f64Add: 0xa0,
  f64Sub: 0xa1,
  f64Mul: 0xa2,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
  f64ConvertI32U: 0xb8,
  f64ConvertI64S: 0xb9,
  i64Extend32S: 0xc4,
} as const;
/** `i64.trunc_sat_f64_s`, of two bytes. */
export const TRUNCATE: readonly number[] = [0xfc, 0x06];
/** Instructions on vectors: each is of two bytes, of which the first is {@link VECTOR}. */
export const VECTOR = 0xfd;
export const VECTOR_OP = {
  load: 0x00,
  load8Splat: 0x07,
  load16Splat: 0x08,
  load32Splat: 0x09,
  load64Splat: 0x0a,
  const: 0x0c,
  i8x16Eq: 0x23,
  and: 0x4e,
  or: 0x50,
  xor: 0x51,
  anyTrue: 0x53,
  i8x16Bitmask: 0x64,
} as const;
/** Type of a block without values. */
export const NOTHING = 0x40;

/** LEB128, unsigned. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** LEB128, signed; for whole numbers up to 2^53. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = ((rest % 128) + 128) % 128;
    rest = Math.floor(rest / 128);
    const done = (rest === 0 && low < 64) || (rest === -1 && low >= 64);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** IEEE 754, little-endian. */
export function float(value: number): number[] {
  return [...new Uint8Array(new Float64Array([value]).buffer)];
}

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface ModuleParts {
  /** Each is imported as `f` and its number. */
  readonly imports: readonly FunctionType[];
  readonly type: FunctionType;
  readonly locals: readonly ValueType[];
  readonly code: readonly number[];
  /** The memory is shared between threads, and grows up to so many pages. */
  readonly sharedPages?: number | undefined;
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [...unsigned(text.length), ...new TextEncoder().encode(text)];
}

/** The module, which imports its memory as `memory`; the function is exported as `run`. */
export function moduleBytes({ imports, type, locals, code, sharedPages }: ModuleParts): Uint8Array {
  const types = [type, ...imports].map((one) => [
    0x60,
    ...vector(one.parameters.map((each) => [each])),
    ...vector(one.results.map((each) => [each])),
  ]);
  const limits = sharedPages === undefined ? [0x00, 0] : [0x03, 0, ...unsigned(sharedPages)];
  const imported = [
    [...name("e"), ...name("memory"), 0x02, ...limits],
    ...imports.map((_, index) => [...name("e"), ...name(`f${index}`), 0x00, ...unsigned(index + 1)]),
  ];
  // The code is long: it is copied once, straight to its place at the end.
  const declared = [...vector(locals.map((one) => [1, one]))];
  const bodySize = declared.length + code.length + 1;
  const entry = [1, ...unsigned(bodySize), ...declared];
  const head = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector(imported)),
    ...section(3, vector([[0]])),
    ...section(7, vector([[...name("run"), 0x00, ...unsigned(imports.length)]])),
    ...[10, ...unsigned(entry.length + code.length + 1), ...entry],
  ];
  const module = new Uint8Array(head.length + code.length + 1);
  module.set(head);
  module.set(code, head.length);
  module[module.length - 1] = OP.end;
  return module;
}
