import { describe, expect, test } from "vitest";
import { code, Name } from "../../src/codegen/code.ts";
import { canGenerate, compileFunction } from "../../src/codegen/function.ts";
import { SchemaError } from "../../src/errors.ts";

describe("permission", () => {
  test("may be withheld by the caller", () => {
    expect(canGenerate("never")).toBe(false);
    expect(() =>
      compileFunction({ label: "x", parameters: [], body: code`return 1;`, generation: "never" }),
    ).toThrow(SchemaError);
  });
});

describe.runIf(canGenerate())("functions", () => {
  test("see their parameters, bindings and setup", () => {
    const made = compileFunction<(left: number) => number>({
      label: "sum",
      parameters: ["left"],
      setup: code`const ${new Name("fixed")} = ${40};`,
      body: code`return left + fixed + right;`,
      bindings: { right: 1 },
    });
    expect(made.run(1)).toBe(42);
  });
  test("are strict: they cannot reach the global object through `this`", () => {
    const made = compileFunction<() => unknown>({ label: "this", parameters: [], body: code`return this;` });
    const { run } = made;
    expect(run()).toBeUndefined();
  });
  test("are named in stack traces, whatever the label holds", () => {
    const body = code`throw new RangeError(${"here"});`;
    const made = compileFunction<() => void>({ label: "mptcp.dss\nprocess.exit()", parameters: [], body });
    expect(made.source.split("\n").at(-1)).toBe("//# sourceURL=subflow:///mptcp.dss_process.exit__");
    try {
      made.run();
    } catch (error) {
      expect((error as Error).stack).toContain("subflow:///mptcp.dss_process.exit__");
    }
  });
  test.each(["a = (() => 1)()", "a, b", "a){", "this"])("parameter and binding %j are refused", (name) => {
    expect(() => compileFunction({ label: "x", parameters: [name], body: code`` })).toThrow(SchemaError);
    expect(() =>
      compileFunction({ label: "x", parameters: [], body: code``, bindings: { [name]: 1 } }),
    ).toThrow(SchemaError);
  });
});
