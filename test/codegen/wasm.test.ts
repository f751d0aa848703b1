/** Statements do as WebAssembly what they do as JavaScript. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bufferOf, takeBytes, takeFloats, takeShared, takeWords } from "../../src/bytes/room.ts";
import { type Code, code, join, Name } from "../../src/codegen/code.ts";
import { canGenerate, compileFunction } from "../../src/codegen/function.ts";
import { compileWasm } from "../../src/codegen/wasm/compile.ts";
import { bindProgram } from "../../src/codegen/wasm/program.ts";

const SIZE = 64;
const bytes = takeBytes(SIZE);
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const words = takeWords(8);
const floats = takeFloats(8);
const [B, V, WORDS, FLOATS] = ["b", "v", "words", "floats"].map((name) => new Name(name)) as [
  Name,
  Name,
  Name,
  Name,
];
const VARIABLES = ["p", "q", "x", "y"].map((name) => new Name(name));
const NAME = fc.constantFrom(...VARIABLES);

/** An index at which eight bytes can be read. */
const place = (index: Code): Code => code`((${index}) & ${SIZE - 8 - 1 - 16} | 0)`;

const { whole, truth } = fc.letrec<{ whole: Code; truth: Code }>((tie) => ({
  whole: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }).map((value) => code`${value}`),
    fc.integer({ min: 0, max: 70 }).map((value) => code`${value}`),
    NAME.map((name) => code`${name}`),
    fc
      .tuple(tie("whole"), fc.constantFrom("b", "16", "32", "s32", "16l", "32l", "s32l"))
      .map(([index, kind]) => {
        const at = place(index);
        switch (kind) {
          case "b":
            return code`${B}[${at}]`;
          case "16":
            return code`${V}.getUint16(${at} + 3)`;
          case "16l":
            return code`${V}.getUint16(${at} + 1, true)`;
          case "32":
            return code`${V}.getUint32(${at})`;
          case "32l":
            return code`${V}.getUint32(${at}, true)`;
          case "s32":
            return code`${V}.getInt32(${at} + 2)`;
          default:
            return code`${V}.getInt32(${at}, true)`;
        }
      }),
    fc
      .tuple(tie("whole"), tie("whole"), fc.constantFrom(" + ", " - ", " | ", " & ", " ^ "))
      .map(([a, b, operator]) => {
        switch (operator) {
          case " + ":
            return code`(${a} + ${b} | 0)`;
          case " - ":
            return code`((${a}) - (${b}) | 0)`;
          case " | ":
            return code`((${a}) | (${b}))`;
          case " & ":
            return code`((${a}) & (${b}))`;
          default:
            return code`((${a}) ^ (${b}))`;
        }
      }),
    fc
      .tuple(tie("whole"), fc.integer({ min: 0, max: 31 }), fc.constantFrom("<<", ">>", ">>>"))
      .map(([a, by, operator]) =>
        operator === "<<"
          ? code`((${a}) << ${by})`
          : operator === ">>"
            ? code`((${a}) >> ${by})`
            : code`((${a}) >>> ${by})`,
      ),
    fc.tuple(tie("whole"), tie("whole")).map(([a, b]) => code`((${a}) << (${b}))`),
    fc.tuple(tie("whole"), fc.integer({ min: 1, max: 9 })).map(([a, by]) => code`((${a} | 0) * ${by})`),
    fc.tuple(tie("whole"), fc.integer({ min: 1, max: 9 })).map(([a, by]) => code`((${a}) % ${by} | 0)`),
    fc.tuple(tie("truth"), tie("whole"), tie("whole")).map(([test, a, b]) => code`(${test} ? ${a} : ${b})`),
    fc
      .tuple(tie("whole"), tie("whole"), fc.constantFrom(new Name("max"), new Name("min"), new Name("imul")))
      .map(([a, b, method]) => code`Math.${method}(${a}, ${b})`),
    tie("whole").map((index) => code`words[(${index}) & 7]`),
    tie("whole").map((a) => code`(-(${a}) | 0)`),
    fc
      .tuple(tie("whole"), tie("whole"))
      .map(([a, b]) => code`twice(${a}, b, ${b}) | 0`)
      .map((a) => code`(${a})`),
  ),
  truth: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.boolean().map((value) => code`${value}`),
    fc.tuple(tie("whole"), tie("whole"), fc.integer({ min: 0, max: 5 })).map(([a, b, index]) => {
      const all = [
        code`${a} === ${b}`,
        code`${a} !== ${b}`,
        code`${a} < ${b}`,
        code`${a} > ${b}`,
        code`${a} <= ${b}`,
        code`${a} >= ${b}`,
      ];
      return code`(${all[index] ?? (all[0] as Code)})`;
    }),
    fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 70_000 }), fc.boolean())
      .map(([at, value, equal]) =>
        equal ? code`v.getUint16(${at}) === ${value}` : code`(${value} !== v.getUint16(${at}))`,
      ),
    fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2 ** 33 }), fc.boolean())
      .map(([at, value, equal]) =>
        equal ? code`v.getUint32(${at}) === ${value}` : code`(${value} !== v.getUint32(${at}))`,
      ),
    // Few bits, so that it holds now and then.
    fc
      .record({
        at: fc.integer({ min: 0, max: 40 }),
        bits: fc.constantFrom(16, 32),
        masks: fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 1, maxLength: 3 }),
        value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        isStray: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
        equal: fc.boolean(),
      })
      .map(({ at, bits, masks, value, isStray, equal }) => {
        const mask = masks.reduce((sum, bit) => sum | (1 << bit), 0);
        const wanted = isStray ? value : value & mask;
        const read = code`(v.${new Name(`getUint${bits}`)}(${at}) & ${mask})`;
        return equal ? code`${read} === ${wanted}` : code`(${wanted} !== ${read})`;
      }),
    fc.tuple(tie("truth"), tie("truth")).map(([a, b]) => code`(${a} && ${b})`),
    fc.tuple(tie("truth"), tie("truth")).map(([a, b]) => code`(${a} || ${b})`),
    tie("truth").map((a) => code`!(${a})`),
    tie("whole").map((a) => code`(isOdd(${a}))`),
    tie("whole").map((a) => code`(floats[(${a}) & 7] < ${3})`),
  ),
}));

const simple: fc.Arbitrary<Code> = fc.oneof(
  fc.tuple(NAME, whole).map(([name, value]) => code`${name} = ${value} | 0;`),
  NAME.map((name) => code`${name}++; ${name} = ${name} | 0;`),
  fc.tuple(NAME, whole).map(([name, value]) => code`${name} |= ${value};`),
  fc.tuple(NAME, whole).map(([name, value]) => code`${name} = twice(${value}, b, 1);`),
  fc
    .tuple(whole, whole, whole)
    .map(([a, b, value]) => code`${FLOATS}[(${a}) & 7] = ${FLOATS}[(${b}) & 7] = ${value};`),
  fc
    .tuple(whole, whole)
    .map(([a, value]) => code`${WORDS}[(${a}) & 7] = ${WORDS}[0] = ${WORDS}[1] = ${value};`),
  fc.tuple(whole, whole).map(([index, value]) => code`${WORDS}[(${index}) & 7] = ${value};`),
  fc.tuple(whole, whole).map(([index, value]) => code`${FLOATS}[(${index}) & 7] = ${value};`),
  fc.tuple(truth, whole).map(([test, value]) => code`${FLOATS}[5] = ${test} ? NaN : ${value};`),
  fc.tuple(whole, whole).map(([index, value]) => code`${B}[(${index}) & 31] = ${value};`),
  fc.tuple(whole, whole).map(([a, b]) => code`note(${a}, ${b});`),
);

const { block } = fc.letrec<{ block: Code }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    simple,
    fc.array(tie("block"), { maxLength: 4 }).map((all) => code`{ ${all} }`),
    fc
      .tuple(truth, tie("block"), tie("block"))
      .map(([test, a, b]) => code`if (${test}) { ${a} } else { ${b} }`),
    fc.tuple(truth, tie("block")).map(([test, a]) => code`if (${test}) { ${a} }`),
    fc.tuple(truth, tie("block")).map(([test, a]) => code`if (${test}) break outer; ${a}`),
    fc
      .tuple(whole, tie("block"))
      .map(([value, a]) => code`{ const held = ${value} | 0; { let x = held, q = 7; ${a} y = x + q | 0; } }`),
    fc
      .tuple(fc.integer({ min: 0, max: 5 }), tie("block"), truth, truth)
      .map(
        ([count, a, skip, stop]) =>
          code`for (let i = 0; i < ${count}; i++) { if (${skip}) continue; ${a} if (${stop}) { break; } }`,
      ),
    fc.tuple(whole, tie("block"), tie("block"), tie("block"), fc.boolean()).map(
      ([on, a, b, c, leaves]) =>
        code`switch (${on} & 3) {
case 0:
{ ${a} }
break;
case 1:
case 2:
{ ${b} ${leaves ? code`break outer;` : code``} }
break;
default:
{ ${c} }
}`,
    ),
    fc.tuple(truth, simple).map(([test, a]) => code`once: { if (${test}) { break once; } ${a} }`),
  ),
}));

describe.runIf(canGenerate())("statements", () => {
  const seen: number[] = [];
  const bindings = {
    words,
    floats,
    note: (a: number, b: number): void => void seen.push(a, b),
    twice: (a: number, all: Uint8Array, b: number): number => 2 * (a % 1000) + (b % 1000) + (all[0] ?? 0),
    isOdd: (value: number): boolean => value % 2 !== 0,
  };
  const reset = (content: Uint8Array): void => {
    bytes.set(content);
    words.set([1, -1, 2 ** 31 - 1, -(2 ** 31), 5, 6, 7, 8]);
    floats.set([0, 1, 2, 3, Number.NaN, -5, 6, 7]);
    seen.length = 0;
  };
  const state = (): unknown[] => [[...bytes], [...words], [...floats], [...seen]];

  test("do the same", () => {
    let made = 0;
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const content = fc.uint8Array({ minLength: SIZE, maxLength: SIZE });
    fc.assert(
      fc.property(
        fc.array(block, { minLength: 1, maxLength: 5 }),
        word,
        word,
        content,
        (blocks, p, q, given) => {
          const body = code`let x = p, y = q;\nouter: {\n${join(blocks, "\n")}\n}`;
          const plain = compileFunction<(...values: unknown[]) => number[]>({
            label: "law",
            parameters: ["b", "v", "p", "q"],
            body: code`${body}\nreturn [x, y, p, q];`,
            bindings,
          });
          const quick = compileWasm({
            parameters: ["p", "q"],
            body: body.text,
            results: ["x", "y", "p", "q"],
            bindings,
            bytes,
            view,
          });
          if (quick === undefined) throw new TypeError("not compiled");
          made++;
          reset(given);
          const results = plain.run(bytes, view, p, q);
          const after = state();
          for (const run of [
            quick.run,
            bindProgram<typeof quick.run>(quick, bytes, { ...bindings, b: bytes, v: view }),
          ]) {
            reset(given);
            expect(run?.(p, q)).toEqual(results);
            expect(state()).toEqual(after);
          }
        },
      ),
      { numRuns: 700 },
    );
    expect(made).toBeGreaterThanOrEqual(700);
  });

  test.each([0, 1, 0x7f, 0x80, 0xff])("know bytes of %i again", (byte) => {
    reset(new Uint8Array(SIZE).fill(byte));
    const [two, four] = [byte * 0x101, byte * 0x1010101];
    const tests = [
      code`v.getUint16(3) === ${two}`,
      code`v.getUint32(5) === ${four}`,
      code`${four} === v.getUint32(0)`,
    ];
    const more = [
      code`v.getUint16(1) !== ${two}`,
      code`v.getUint32(1) !== ${four}`,
      code`v.getUint32(0) === ${two + 1}`,
    ];
    const body = code`let x = 0; ${[...tests, ...more].map((each, bit) => code`if (${each}) x |= ${1 << bit};`)}`;
    const made = compileWasm({ parameters: [], body: body.text, results: ["x"], bindings, bytes, view });
    expect(made?.run()).toEqual(0b111);
  });

  test("go on in another memory that is laid out alike", () => {
    const [here, there] = [takeShared(1), takeShared(1)].map((room) => new Uint8Array(bufferOf(room), 8, 16));
    if (here === undefined || there === undefined) throw new TypeError("no room");
    const viewOf = ({ buffer }: Uint8Array): DataView => new DataView(buffer, 8, 16);
    const input = { ...bindings, box: { held: here } };
    const body = "const all = box.held; let x = b[1] + twice(1, all, 0) + twice(0, b, 1) | 0;";
    const made = compileWasm({
      parameters: [],
      body,
      results: ["x"],
      bindings: input,
      bytes: here,
      view: viewOf(here),
    });
    here.set([10, 20]);
    there.set([100, 200]);
    expect(made?.run()).toBe(20 + 12 + 11);
    const other = { ...bindings, b: there, v: viewOf(there), box: { held: there } };
    expect(made && bindProgram<() => number>(made, there, other)?.()).toBe(200 + 102 + 101);
    // Another size, as the module knows it.
    const large = new Uint8Array(bufferOf(takeShared(200_000)), 8, 16);
    expect(made && bindProgram(made, large, { ...other, b: large })).toBeUndefined();
  });

  test.each([
    ["what is no whole number", "let x = 0.5;"],
    ["text", 'let x = "a";'],
    ["what is not bound", "let x = globalThis;"],
    ["a function that is not bound", "fetch(1);"],
    ["a regular expression", "let x = /a/;"],
    ["an object", "let x = {};"],
    ["a property", "let x = box.held;"],
    ["an assignment to an object", "box.held = 1;"],
    ["an array elsewhere", "elsewhere[0] = 1;"],
    ["a case that runs into the next", "let x = 1; switch (x) { case 1: x = 2; case 2: x = 3; }"],
    ["a jump to nowhere", "break outer;"],
    ["an end that is missing", "{"],
    ["a float for a whole number", "let x = 1; x = floats[0];"],
  ])("leave %s to JavaScript", (_, body) => {
    const more = { ...bindings, box: { held: 0 }, elsewhere: new Int32Array(1) };
    const input = { parameters: [], body, results: [], bindings: more, bytes, view };
    expect(compileWasm(input)).toBeUndefined();
  });

  test("leave bytes of other memories to JavaScript", () => {
    const other = new Uint8Array(8);
    const input = {
      parameters: [],
      body: "",
      results: [],
      bindings: {},
      bytes: other,
      view: new DataView(other.buffer),
    };
    expect(compileWasm(input)).toBeUndefined();
  });
});
