/** What `get` gives is of the type that the generated interface says. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createEngine, openCapture } from "../../src/index.ts";
import { captureFiles } from "../shared.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const text = readFileSync(`${root}dissectors/generated/fields.ts`, "utf8");
const types = new Map(
  [...text.matchAll(/^ {2}readonly "(.+)": (\w+);$/gm)].map(([, name = "", type]) => [name, type]),
);
const files = [
  ...readdirSync(`${root}examples/captures`).map((name) => `${root}examples/captures/${name}`),
  ...captureFiles().filter((name) => /crafted|tcpdump/.test(name)),
];

function typeOf(value: unknown): string {
  return value instanceof Uint8Array ? "Uint8Array" : value === true ? "true" : typeof value;
}

test("of every field of every capture", async () => {
  const engine = createEngine();
  const names = engine.fields().map(({ name }) => name);
  expect([...types.keys()].sort()).toEqual(names.sort());
  const pass = engine.createPass({ columns: names });
  const wrong = new Set<string>();
  const seen = new Set<string>();
  for (const file of files) {
    for await (const frame of await openCapture(file)) {
      if (frame.number > 60) break;
      const { dissection } = pass.next(frame);
      for (const name of names) {
        const value = dissection.get(name);
        if (value === undefined) continue;
        seen.add(name);
        const type = typeOf(value);
        const declared = types.get(name);
        if (type !== declared && !(type === "true" && declared === "boolean"))
          wrong.add(`${name} is a ${type}, not a ${declared}`);
      }
    }
  }
  expect([...wrong]).toEqual([]);
  expect(seen.size).toBeGreaterThan(200);
});
