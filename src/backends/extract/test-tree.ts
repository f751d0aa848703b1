/** The tests of a filter, and where each of them can be decided: at its field, at the walk's end, or on the tree alone. */
import type { Test } from "../../filter/ast.ts";
import { testFields } from "../../filter/test-fields.ts";
import type { Occurrence } from "../../ir/fields.ts";
import { notCovered } from "./coverage.ts";
import type { FlowNumbers } from "./flow-cache.ts";
import { type Leaf, leavesOf } from "./leaf.ts";
import type { Logic } from "./logic.ts";
import type { RowStore } from "./row-store.ts";
import { isTestable } from "./rows.ts";
import { NotExtractable, type Schemas } from "./tables.ts";

/**
 * Tests of a filter, each item of a set that all values must be in counted, that get code of their own. Each costs code that has to be made and
 * compiled, whatever frames follow; more of them are evaluated together on noted values, where one costs a closure.
 */
const MANY_TESTS = 1000;
/** Items of a set that get code: longer code would soon be too long, and each costs a comparison at every value. */
const LARGE_SET = 4000;
/** Tests within tests that get code; far from where code within code, or the stack, ends. */
const DEEP = 100;
/** Tests below an `xor` that get code: it is not known before all of them are, and each doubles the code that tells it. */
const FEW_IN_XOR = 4;

/** How many tests there are, and how deep they lie. */
interface Extent {
  readonly tests: number;
  readonly depth: number;
}

function isLarge({ quantifier, items }: Extract<Test, { kind: "in" }>): boolean {
  return items.length > (quantifier === "some" ? LARGE_SET : MANY_TESTS);
}

function extentOf(test: Test): Extent {
  switch (test.kind) {
    case "and":
    case "or":
    case "xor": {
      let tests = 0;
      let depth = 0;
      for (const operand of test.operands) {
        const inner = extentOf(operand);
        tests += inner.tests;
        depth = Math.max(depth, inner.depth);
      }
      return { tests, depth: depth + 1 };
    }
    case "not": {
      const { tests, depth } = extentOf(test.operand);
      return { tests, depth: depth + 1 };
    }
    case "in":
      // One test with many comparisons, or a test for each item.
      return { tests: test.quantifier === "some" || isLarge(test) ? 1 : test.items.length, depth: 1 };
    case "true":
    case "exists":
    case "bare":
    case "compare":
    case "contains":
    case "matches":
      return { tests: 1, depth: 1 };
    default:
      return test satisfies never;
  }
}

/** What became of one test of a filter. */
export interface TestPlan {
  readonly test: Test;
  /** Undefined: decided by generated code. */
  readonly reason?: string;
  /** Why it is decided at the walk's end, on values that were gathered. */
  readonly gathered?: string;
}

/** Columns that are filled beside the tests, and when they are shown. */
export interface RowInput {
  readonly store: RowStore;
  /** Columns that stand in the bytes. */
  readonly columns: readonly number[];
  /** Columns that trackers fill, by name. */
  readonly provided: ReadonlyMap<string, number>;
  /** Trackers are to see the row of every frame that `cache` does not tell of, before tests over what they provide are decided. */
  readonly every: boolean;
  /** Someone is to see the rows of matching frames. */
  readonly matching: boolean;
  /** Values that trackers gave; undefined where only the tree has them in order. */
  readonly occurrences: (name: string) => readonly Occurrence[] | undefined;
  /** What the trackers said of flows, where frames need not be shown to them for it. */
  readonly cache?: FlowNumbers | undefined;
}

/** The tests of a filter and how they are joined. */
export class TestTree {
  readonly plans: TestPlan[] = [];
  readonly leaves: { readonly leaf: Leaf; readonly plan: number }[] = [];
  /** Tests that wait for the walk's end. */
  readonly gathered: Test[] = [];
  readonly #schemas: Schemas;
  readonly #demoted: ReadonlyMap<number, string>;
  readonly #rows: RowInput | undefined;

  constructor(schemas: Schemas, demoted: ReadonlyMap<number, string>, rows: RowInput | undefined) {
    this.#schemas = schemas;
    this.#demoted = demoted;
    this.#rows = rows;
  }

  #reason(name: string): string | undefined {
    const column = this.#rows?.provided.get(name);
    if (column === undefined) return notCovered(this.#schemas, name);
    return isTestable(this.#rows?.store.kinds[column]) ? undefined : `${name} is no number`;
  }

  /** `whole`: why no test of the filter gets code of its own, if so. */
  logic(test: Test, whole?: string): Logic {
    const { tests, depth } = extentOf(test);
    const reason =
      whole ??
      (tests > MANY_TESTS ? `${tests} tests are too many for code of their own` : undefined) ??
      (depth > DEEP ? `tests are nested ${depth} deep` : undefined);
    return reason === undefined || test.kind === "true" ? this.#logic(test) : this.#gather(test, reason);
  }

  #logic(test: Test): Logic {
    switch (test.kind) {
      case "true":
        return { kind: "constant", value: true };
      case "xor": {
        const { tests } = extentOf(test);
        if (tests > FEW_IN_XOR) return this.#gather(test, `xor of ${tests} tests`);
        return { kind: "xor", operands: test.operands.map((operand) => this.#logic(operand)) };
      }
      case "and":
      case "or":
        return { kind: test.kind, operands: test.operands.map((operand) => this.#logic(operand)) };
      case "not":
        return { kind: "not", operand: this.#logic(test.operand) };
      case "exists":
      case "bare":
      case "compare":
      case "contains":
      case "matches":
      case "in":
        return this.#single(test);
      default:
        return test satisfies never;
    }
  }

  #single(test: Test): Logic {
    if (test.kind === "in" && isLarge(test)) return this.#gather(test, `a set of ${test.items.length} items`);
    const plan = this.plans.length;
    try {
      const demoted = this.#demoted.get(plan);
      if (demoted !== undefined) throw new NotExtractable(demoted);
      const leaves = leavesOf(test);
      for (const leaf of leaves) {
        const reason = this.#reason(leaf.field.info.name);
        if (reason !== undefined) throw new NotExtractable(reason);
      }
      this.plans.push({ test });
      const first = this.leaves.length;
      this.leaves.push(...leaves.map((leaf) => ({ leaf, plan })));
      return { kind: "or", operands: leaves.map((_, index) => ({ kind: "test", index: first + index })) };
    } catch (thrown) {
      if (!(thrown instanceof NotExtractable)) throw thrown;
      return this.#gather(test, thrown.message);
    }
  }

  #gather(test: Test, why: string): Logic {
    const fields = [...new Set(testFields(test).map(({ info }) => info.name))];
    const provided = (name: string): boolean => this.#rows?.provided.has(name) === true;
    const missing = fields
      .filter((name) => !provided(name))
      .map((name) => notCovered(this.#schemas, name, true))
      .find((reason) => reason !== undefined);
    if (missing !== undefined) {
      this.plans.push({ test, reason: missing });
      return { kind: "unknown" };
    }
    this.plans.push({ test, gathered: why });
    return { kind: "late", index: this.gathered.push(test) - 1 };
  }
}
