/** Extracted occurrences are those of the dissected tree. */
import { describe, expect, test } from "vitest";
import { Collector } from "../../../src/backends/extract/collect.ts";
import { dissectFrame } from "../../../src/engine/dissect.ts";
import { captureFiles, sharedDir } from "../../shared.ts";
import { builtinRegistry, framesOf } from "./law.ts";

const registry = builtinRegistry();
const names = [...registry.fields.keys()].filter((name) => Collector.reason(registry, name) === undefined);

describe.runIf(sharedDir !== undefined)("collected = dissected", () => {
  test("every stateless name on all captures, with layer numbers", async () => {
    expect(names.length).toBeGreaterThan(500);
    const groups = Array.from({ length: 6 }, (_, part) => names.filter((_name, index) => index % 6 === part));
    const collectors = groups.map((group) => new Collector(registry, group, { numbering: true }));
    const all = new Collector(registry, names, { numbering: true });
    let regular = 0;
    let irregular = 0;
    const wrong: string[] = [];
    for (const path of captureFiles()) {
      for (const frame of await framesOf(path, 25)) {
        const dissection = dissectFrame(registry, frame);
        for (const [part, collector] of [...collectors, all].entries()) {
          if (!collector.collect(frame)) {
            irregular++;
            continue;
          }
          regular++;
          for (const name of groups[part] ?? names) {
            const right = dissection.occurrences(name);
            const mine = collector.occurrences(name);
            if (show(right) !== show(mine))
              wrong.push(`${name} in frame ${frame.number} of ${path}: ${show(mine)} for ${show(right)}`);
          }
        }
      }
      if (wrong.length > 10) break;
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(regular).toBeGreaterThan(20 * irregular);
  }, 300_000);
});

function show(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (one instanceof Uint8Array) return Array.from(one).join(",");
    return typeof one === "bigint" ? `${one}n` : one;
  });
}
