/** `import "subflow/testing/vitest"` gives vitest's `expect` the matchers `toHaveOption`, `toMatchFilter` and `toEqualBytes`. */
import { expect } from "vitest";
import { createMatchers, type SubflowMatchers } from "./matchers.ts";

declare module "vitest" {
  interface Matchers<T> extends SubflowMatchers<T> {}
}

const { toHaveOption, toMatchFilter, toEqualBytes } = createMatchers();
expect.extend({ toHaveOption, toMatchFilter, toEqualBytes });

export type { SubflowMatchers };
