/** A few thousand hostile inputs for each target; `npm run fuzz -- N` tries N. */
import { expect, it } from "vitest";
import { fuzz } from "./run.ts";
import { targets } from "./targets.ts";

const COUNT = 5000;

it.each(Object.entries(targets))("%s", async (_, make) => {
  // Another seed each day: what fails says which input it was.
  const seed = Math.floor(Date.now() / 86_400_000) * COUNT;
  const report = await fuzz(await make(), COUNT, seed);
  expect(report.inputs).toBe(COUNT);
});
