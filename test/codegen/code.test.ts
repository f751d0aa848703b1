import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Code, code, EMPTY, join, MAX_CODE_DEPTH, MAX_CODE_LENGTH, Name } from "../../src/codegen/code.ts";
import { canGenerate, compileFunction } from "../../src/codegen/function.ts";
import { SchemaError } from "../../src/errors.ts";

const evaluate = (expression: Code): unknown =>
  compileFunction<() => unknown>({ label: "test", parameters: [], body: code`return ${expression};` }).run();

const hostileNames = [
  "",
  "a b",
  "a-b",
  "a;b",
  "a\n",
  "\na",
  "1a",
  "a.b",
  "a[0]",
  "constructor",
  "__proto__",
  "eval",
  "arguments",
  "this",
  "a\u2028",
  "ａ",
  "é",
  "\\u0061",
  "a//",
  "a/*",
  "await",
  "let",
  "yield",
  "x".repeat(129),
  "globalThis",
  "Function",
];

describe("names", () => {
  test.each(hostileNames)("%j is refused", (text) => {
    expect(() => new Name(text)).toThrow(SchemaError);
  });
  test("an accepted name is an identifier and nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        try {
          expect(new Name(text).text).toMatch(/^[A-Za-z_$][\w$]*$/);
        } catch (error) {
          expect(error).toMatchObject({ code: "unsafe-name" });
        }
      }),
    );
  });
});

describe.runIf(canGenerate())("literals", () => {
  test("every string comes back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(evaluate(code`${text}`)).toBe(text);
      }),
    );
  });
  test.each([
    '"',
    "'",
    "`\u0024{process.exit()}`",
    "\\",
    '\\"',
    "\n",
    "\r\n",
    "\u2028",
    "\u2029",
    "</script>",
    "*/",
    "//# sourceURL=x",
    '"); throw 1; ("',
    "\0",
    "\ud800",
    "\u0024{1}",
  ])("%j stays data", (text) => {
    expect(evaluate(code`${text}`)).toBe(text);
    expect(evaluate(code`({ ${text}: 1 })`)).toEqual({ [text]: 1 });
  });
  test("every number and bigint comes back as it was, also behind an operator", () => {
    fc.assert(
      fc.property(fc.double(), fc.bigInt(), (number, big) => {
        expect(evaluate(code`${number}`)).toBe(number);
        expect(evaluate(code`0 -${number}`)).toBe(0 - number);
        expect(evaluate(code`${big}`)).toBe(big);
        expect(evaluate(code`-${big}`)).toBe(-big);
      }),
    );
  });
  test("true, false, null and undefined", () => {
    expect(evaluate(code`[${true}, ${false}, ${null}, ${undefined}]`)).toEqual([
      true,
      false,
      null,
      undefined,
    ]);
  });
});

describe("templates", () => {
  test("only names and code are put in unquoted", () => {
    const total = new Name("total");
    expect(code`${total} = ${code`${1} + ${2}`}; ${"total"}`.text).toBe('total = 1 + 2; "total"');
    expect(code`{${[code`a;`, code`b;`]}}`.text).toBe("{a;\nb;}");
    expect(join([code`a`, EMPTY, code`b`], " + ").text).toBe("a +  + b");
  });
  test.each<[string, unknown]>([
    ["an object of the same shape", { text: "process.exit()", depth: 0 }],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a list of strings", ["process.exit()"]],
    ["a list of look-alikes", [{ text: "process.exit()" }]],
  ])("%s is refused", (_title, hole) => {
    expect(() => code`${hole as string}`).toThrow(SchemaError);
  });
  test("an array in place of a template is refused", () => {
    const parts = Object.assign(["process.exit()"], { raw: ["process.exit()"] });
    expect(() => code(parts as unknown as TemplateStringsArray)).toThrow(SchemaError);
    expect(() => new Code(Symbol("code") as never, "process.exit()", 0)).toThrow(SchemaError);
  });
  test("size and nesting are limited", () => {
    expect(() => code`${"x".repeat(MAX_CODE_LENGTH)}`).toThrow(
      expect.objectContaining({ code: "limit-exceeded" }),
    );
    let deep = code`1`;
    expect(() => {
      for (let level = 0; level <= MAX_CODE_DEPTH; level++) deep = code`(${deep})`;
    }).toThrow(expect.objectContaining({ code: "limit-exceeded" }));
  });
});
