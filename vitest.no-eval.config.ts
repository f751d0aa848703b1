/** The tests in a process that may not make code from text, as under a content security policy. */
import { configDefaults, defineConfig, mergeConfig, type ViteUserConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** About generated code itself, or about what makes no code. */
const CODE = [
  "test/golden/**",
  "test/backends/{binary-parser,typescript,markdown}*",
  "test/backends/extract/**",
  "test/engine/stateful.test.ts",
  "test/cli/generate.test.ts",
  "test/examples.test.ts",
  "test/{kernel,plot}/**",
];
/** Long comparisons with tshark, whose readings other tests make too. */
const LONG = [
  "test/capture/{link-types,pcapng,shared}.test.ts",
  "test/cli/{completion,tshark}.test.ts",
  "test/cli/statistics/**",
  "test/differential/{crafted,fields,generated,outputs}.test.ts",
  "test/dissectors/trackers/**",
  "test/filter/reference.test.ts",
];

const config: ViteUserConfig = mergeConfig(
  base,
  defineConfig({
    test: {
      typecheck: { enabled: false },
      pool: "forks",
      execArgv: ["--disallow-code-generation-from-strings"],
      exclude: [...configDefaults.exclude, ...CODE, ...LONG],
    },
  }),
);

export default config;
