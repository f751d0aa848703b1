/** A few thousand hostile inputs for each target; `npm run fuzz -- N` tries N. */
import { expect, it } from "vitest";
import { fuzz } from "./run.ts";
import { targets } from "./targets.ts";

const COUNT = 5000;

it.each(Object.entries(targets))("%s", async (_, make) => {
  // The same inputs in every run; `npm run fuzz` looks for new ones.
  const seed = 1;
  const report = await fuzz(await make(), COUNT, seed);
  expect(report.inputs).toBe(COUNT);
});
