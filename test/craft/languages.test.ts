/** Each output language, judged by its own tool: the bytes that its program prints are those that were put in. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { type CraftedOption, createCraftInput } from "../../src/craft/input.ts";
import { type Format, render, renderOptions } from "../../src/craft/output/formats.ts";
import { createEngine, type ParsedOption } from "../../src/index.ts";
import { optionAreaArbitrary } from "../../src/testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "subflow-languages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const samples = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 60 }), { numRuns: 40, seed: 1 });
const wanted = samples.map((bytes) => toHex(bytes));
const nameOf = (index: number): string => `sample_${index}`;
const literals = (format: Format): string =>
  samples.map((bytes, index) => render(bytes, format, nameOf(index))).join("\n");

function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 30_000 }).status === 0;
}

const path = (name: string): string => join(folder, name);
const run = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, {
    encoding: "utf8",
    cwd: folder,
    env: { ...process.env, GOCACHE: path("cache"), GO111MODULE: "off" },
  });

interface Language {
  readonly format: Format;
  readonly tool: string;
  readonly there: boolean;
  /** Lines of hex digits that a program with all samples prints. */
  readonly print: () => string;
}

const LANGUAGES: readonly Language[] = [
  {
    format: "c",
    tool: "gcc",
    there: works("gcc", ["--version"]),
    print() {
      const calls = samples.map((_, index) => `print(${nameOf(index)}, sizeof ${nameOf(index)});`).join("\n");
      const show =
        'static void print(const unsigned char *b, unsigned n) { while (n--) printf("%02x", *b++); puts(""); }';
      writeFileSync(
        path("a.c"),
        `#include <stdio.h>\n${literals("c")}\n${show}\nint main(void) {\n${calls}\nreturn 0;\n}\n`,
      );
      run("gcc", ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-o", path("c"), path("a.c")]);
      return run(path("c"), []);
    },
  },
  {
    format: "rust",
    tool: "rustc",
    there: works("rustc", ["--version"]),
    print() {
      const calls = samples.map((_, index) => `print(&${nameOf(index).toUpperCase()});`).join("\n");
      const show = 'fn print(b: &[u8]) { for x in b { print!("{:02x}", x); } println!(); }';
      writeFileSync(path("a.rs"), `${literals("rust")}\n${show}\nfn main() {\n${calls}\n}\n`);
      run("rustc", ["-D", "warnings", "-o", path("rust"), path("a.rs")]);
      return run(path("rust"), []);
    },
  },
  {
    format: "go",
    tool: "go",
    there: works("go", ["version"]),
    print() {
      const calls = samples.map((_, index) => `fmt.Printf("%x\\n", ${nameOf(index)})`).join("\n");
      writeFileSync(
        path("a.go"),
        `package main\nimport "fmt"\n${literals("go")}\nfunc main() {\n${calls}\n}\n`,
      );
      return run("go", ["run", path("a.go")]);
    },
  },
  {
    format: "python",
    tool: "python3",
    there: works("python3", ["--version"]),
    print() {
      const calls = samples.map((_, index) => `print(${nameOf(index)}.hex())`).join("\n");
      return run("python3", ["-c", `${literals("python")}\n${calls}`]);
    },
  },
  {
    format: "typescript",
    tool: "tsc",
    there: true,
    print() {
      const calls = samples
        .map((_, index) => `console.log(Buffer.from(${nameOf(index)}).toString("hex"));`)
        .join("\n");
      const { outputText, diagnostics } = ts.transpileModule(`${literals("typescript")}\n${calls}`, {
        reportDiagnostics: true,
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, strict: true },
      });
      expect(diagnostics).toEqual([]);
      writeFileSync(path("a.mjs"), outputText);
      return run(process.execPath, [path("a.mjs")]);
    },
  },
];

for (const { format, tool, there } of LANGUAGES)
  if (!there) process.stderr.write(`${format} is not proved: ${tool} is not here\n`);

describe.each(LANGUAGES)("$format by $tool", ({ there, print }) => {
  test.skipIf(!there)("prints the bytes", { timeout: 120_000 }, () => {
    expect(print().trim().split("\n")).toEqual(wanted);
  });
});

test("hex and base64 by node", () => {
  for (const bytes of samples) {
    expect(Buffer.from(render(bytes, "hex"), "hex").equals(bytes)).toBe(true);
    expect(Buffer.from(render(bytes, "base64"), "base64").equals(bytes)).toBe(true);
  }
});

/** Debian's package is for Debian's Python. */
const python = ["/usr/bin/python3", "python3"].find((one) => works(one, ["-c", "import scapy"]));
if (python === undefined) process.stderr.write("scapy is not proved: python3-scapy is not here\n");

describe.skipIf(python === undefined)("scapy", () => {
  const engine = createEngine();
  const input = createCraftInput();
  const areas = (["legal", "odd", "malformed"] as const).flatMap((validity) =>
    fc.sample(optionAreaArbitrary({ validity }), { numRuns: 60, seed: 2 }),
  );

  test("its expressions are the option areas", { timeout: 120_000 }, async () => {
    const crafted = await Promise.all(
      areas.map(
        (area): Promise<readonly CraftedOption[]> =>
          input.options(
            area.map(({ id, value, raw }: ParsedOption) =>
              value === undefined ? { id, raw } : { id, value },
            ),
          ),
      ),
    );
    const lines = crafted.map((options) => renderOptions(input, options, "scapy"));
    const program = [
      "from scapy.all import TCP, Raw",
      "for tcp in [",
      ...lines.map((line) => `    ${line},`),
      "]: print(bytes(tcp)[20:].hex())",
    ].join("\n");
    writeFileSync(path("a.py"), program);
    const printed = run(python ?? "", [path("a.py")])
      .replace(/\n$/, "")
      .split("\n");
    const expected = areas.map((area) => {
      const bytes = engine.serializeOptions(area);
      return toHex(bytes);
    });
    for (const [index, hex] of expected.entries()) {
      const got = printed[index] ?? "";
      // It fills up to whole words in its own way.
      expect(got.slice(0, hex.length), lines[index]).toBe(hex);
      expect(fromHex(got)?.length ?? 0, lines[index]).toBe((hex.length / 2 + 3) & ~3);
    }
  });
});
