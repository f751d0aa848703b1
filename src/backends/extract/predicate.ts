/** A filter as statements over raw bytes: tests are decided where their fields are found, and the walk ends early. */
import { type Code, code, EMPTY, join, Name } from "../../codegen/code.ts";
import type { Test } from "../../filter/ast.ts";
import type { Layout } from "../../ir/nodes.ts";
import { notCovered } from "./coverage.ts";
import type { Block } from "./decide.ts";
import { type Leaf, leavesOf } from "./leaf.ts";
import { type Bounds, bounds, type Logic, type TestState } from "./logic.ts";
import { READ_BINDINGS } from "./read.ts";
import type { RowStore } from "./row-store.ts";
import { isTestable, RowConsumer } from "./rows.ts";
import { equalBytes, Needle, orderBytes, patternWithin } from "./scan-bytes.ts";
import { Scope } from "./scope.ts";
import type { Consumer, Site } from "./site.ts";
import { NotExtractable, type Schemas } from "./tables.ts";
import { leave, WALK_NAMES, walkCode } from "./walk.ts";
import { Reach } from "./wanted.ts";

/** Verdicts beside 0 and 1 (and IRREGULAR): regular, but a part of the filter is left to others. */
export const UNDECIDED = 3;

/** What became of one test of a filter. */
export interface TestPlan {
  readonly test: Test;
  /** Undefined: decided by generated code. */
  readonly reason?: string;
}

export interface Predicate extends Block {
  readonly tests: readonly TestPlan[];
  /** Schemas at which the walk leaves the frame to the interpreter. */
  readonly skipped: ReadonlyMap<string, string>;
}

/** Columns that are filled beside the tests, and when they are shown. */
export interface RowInput {
  readonly store: RowStore;
  /** Columns that stand in the bytes. */
  readonly columns: readonly number[];
  /** Columns that trackers fill, by name. */
  readonly provided: ReadonlyMap<string, number>;
  /** Trackers are to see the row of every frame, before tests over what they provide are decided. */
  readonly every: boolean;
  /** Someone is to see the rows of matching frames. */
  readonly matching: boolean;
}

const HELPERS: Readonly<Record<string, unknown>> = { equalBytes, orderBytes, patternWithin };

/** The tests of a filter and how they are joined. */
class Tree {
  readonly plans: TestPlan[] = [];
  readonly leaves: { readonly leaf: Leaf; readonly plan: number }[] = [];
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

  logic(test: Test): Logic {
    switch (test.kind) {
      case "true":
        return { kind: "constant", value: true };
      case "and":
      case "or":
      case "xor":
        return { kind: test.kind, operands: test.operands.map((operand) => this.logic(operand)) };
      case "not":
        return { kind: "not", operand: this.logic(test.operand) };
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
      this.plans.push({ test, reason: thrown.message });
      return { kind: "unknown" };
    }
  }
}

/** Tests at the sites of their fields. */
class TestConsumer implements Consumer {
  readonly states: TestState[];
  /** Tests that turned out not to be computable at a site: by plan, with the reason. */
  readonly failed: Map<number, string> = new Map();
  readonly bindings: Record<string, unknown> = {};
  readonly needles: Needle[] = [];
  /** Does a test ask for the frame's number? */
  numbered = false;
  readonly #tree: Tree;
  readonly #logic: Logic;
  /** Shared with the walk: what stands in it and what a test declares must differ. */
  readonly scope: Scope = new Scope(WALK_NAMES);
  readonly #byName: Map<string, number[]> = new Map();
  readonly #rows: RowInput | undefined;

  constructor(tree: Tree, logic: Logic, rows: RowInput | undefined) {
    this.#tree = tree;
    this.#logic = logic;
    this.#rows = rows;
    this.states = tree.leaves.map(({ leaf }, index) => ({ name: new Name(`t${index}`), every: leaf.every }));
    for (const [index, { leaf }] of tree.leaves.entries()) {
      const list = this.#byName.get(leaf.field.info.name) ?? [];
      list.push(index);
      this.#byName.set(leaf.field.info.name, list);
    }
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  wants(filter: string): boolean {
    return this.#byName.has(filter);
  }

  wantsRange(filter: string): boolean {
    return (this.#byName.get(filter) ?? []).some(
      (index) => this.#tree.leaves[index]?.leaf.existence === false,
    );
  }

  at(site: Site): Code {
    const found: Code[] = [];
    if (site.kind === "meta" && site.field.kind === "meta" && site.field.source === "number")
      this.numbered = true;
    for (const index of this.#byName.get(site.filter) ?? []) {
      const entry = this.#tree.leaves[index];
      if (entry === undefined) continue;
      if (site.kind === "seen" && !entry.leaf.existence) continue;
      if (site.kind === "range" && entry.leaf.existence) continue;
      try {
        found.push(this.#test(index, entry.leaf, site));
      } catch (thrown) {
        if (!(thrown instanceof NotExtractable)) throw thrown;
        this.failed.set(entry.plan, thrown.message);
      }
    }
    return join(found, "\n");
  }

  #bind = (value: unknown): Name => {
    if (typeof value === "string") {
      this.bindings[value] = HELPERS[value];
      return new Name(value);
    }
    for (const [known, bound] of Object.entries(this.bindings)) if (bound === value) return new Name(known);
    const name = new Name(`k${Object.keys(this.bindings).length}`);
    this.bindings[name.text] = value;
    if (value instanceof Needle) this.needles.push(value);
    return name;
  };

  #test(index: number, leaf: Leaf, site: Site): Code {
    const statements: Code[] = [];
    const { holds, fails } = leaf.outcome(site, { scope: this.scope, statements }, this.#bind);
    const { name } = this.states[index] as TestState; // made for each leaf
    if (leaf.every) {
      const update = code`if (${fails}) { ${name} = 2; ${this.#decide(index, false)} } else if (${name} === 0) ${name} = 1;`;
      return code`{ ${statements} ${fails.text === "false" ? code`if (${name} === 0) ${name} = 1;` : update} }`;
    }
    if (holds.text === "false") return EMPTY;
    const after = this.#decide(index, true);
    const body = /^\{ verdict = \d; break frame; \}$/.test(after.text) ? after : code`${name} = 1; ${after}`;
    const update = holds.text === "true" ? body : code`if (${holds}) { ${body} }`;
    return statements.length === 0 ? update : code`{ ${statements} ${update} }`;
  }

  /** Leaves the walk once the whole filter is decided. */
  #decide(index: number, value: boolean): Code {
    // Where trackers look, or someone at what matches, the walk goes on to the end of the row.
    if (this.#rows?.every === true) return EMPTY;
    const now = bounds(this.#logic, this.states, { index, value }, false);
    const whole = this.#rows?.matching === true;
    if (now.sure === true) return whole ? EMPTY : leave(code`1`);
    if (now.open === false) return leave(code`0`);
    const parts: Code[] = [];
    if (now.sure !== false && !whole) parts.push(code`if (${now.sure}) ${leave(code`1`)}`);
    if (now.open !== true) parts.push(code`if (!(${now.open})) ${leave(code`0`)}`);
    return join(parts, "\n");
  }
}

/** Each of them in turn. */
class Consumers implements Consumer {
  readonly #all: readonly Consumer[];

  constructor(all: readonly Consumer[]) {
    this.#all = all;
  }

  wants(filter: string): boolean {
    return this.#all.some((one) => one.wants(filter));
  }

  wantsRange(filter: string): boolean {
    return this.#all.some((one) => one.wantsRange(filter));
  }

  at(site: Site): Code {
    return join(
      this.#all.map((one) => one.at(site)).filter((one) => one.text !== ""),
      "\n",
    );
  }
}

function verdict({ sure, open }: Bounds, complete: boolean): Code {
  const part = (value: Code | boolean): Code => (typeof value === "boolean" ? code`${value}` : value);
  if (complete) return code`verdict = ${part(sure)} ? 1 : 0;`;
  return code`verdict = ${part(sure)} ? 1 : ${part(open)} ? ${UNDECIDED} : 0;`;
}

/** Makes generated code for one filter; tests that it cannot decide are named in the result with the reason. */
export class PredicateMaker {
  readonly #schemas: Schemas;
  readonly #test: Test;
  /** Tests that turned out at their sites not to be computable. */
  readonly #demoted = new Map<number, string>();
  readonly #reaches = new Map<string, Reach>();
  readonly #rows: RowInput | undefined;

  constructor(schemas: Schemas, test: Test, rows?: RowInput) {
    this.#schemas = schemas;
    this.#test = test;
    this.#rows = rows;
  }

  /** `linkType`: known beforehand. `hot`: schemas that get code; all that may occur unless given. */
  make(linkType?: number, hot?: ReadonlySet<Layout>): Predicate {
    for (;;) {
      const tree = new Tree(this.#schemas, this.#demoted, this.#rows);
      const logic = tree.logic(this.#test);
      const tests = new TestConsumer(tree, logic, this.#rows);
      const rows = this.#rows && new RowConsumer(this.#rows.store, this.#rows.columns, tests.scope);
      const skipped = new Map<string, string>();
      const setup = tests.states.map(({ name }) => code`let ${name} = 0;`);
      const complete = tree.plans.every((plan) => plan.reason === undefined);
      const provided = [...(this.#rows?.provided ?? [])].map(
        ([name, column]) => rows?.provided(name, column, (site) => tests.at(site)) ?? EMPTY,
      );
      const record = linkType === undefined ? code`-1` : code`record`;
      const every = this.#rows?.every === true;
      const matching = this.#rows?.matching === true;
      const final = [
        (every && rows?.finish("run", record)) || EMPTY,
        ...provided,
        verdict(bounds(logic, tests.states, undefined, true), complete),
        (matching && rows?.matched(every, record)) || EMPTY,
      ];
      const { block, states } = walkCode({
        schemas: this.#schemas,
        consumer: rows === undefined ? tests : new Consumers([rows, tests]),
        setup: join([...setup, rows?.setup ?? EMPTY], "\n"),
        final: join(
          final.filter((one) => one.text !== ""),
          "\n",
        ),
        scope: tests.scope,
        linkType,
        hot,
        reach: this.#reach([...tests.names, ...(rows?.names ?? [])]),
        onSkipped: (layout: Layout, reason: string) => skipped.set(layout.id, reason),
      });
      if (tests.failed.size === 0) {
        const bindings = { ...READ_BINDINGS, ...tests.bindings, ...rows?.bindings };
        const alone = rows === undefined && !tests.numbered;
        return { block, bindings, needles: tests.needles, tests: tree.plans, skipped, states, alone };
      }
      for (const [plan, reason] of tests.failed) this.#demoted.set(plan, reason);
    }
  }

  #reach(list: readonly string[]): Reach {
    const key = list.join(" ");
    let reach = this.#reaches.get(key);
    if (reach === undefined) {
      const names = new Set(list);
      reach = new Reach(this.#schemas, (name) => names.has(name));
      this.#reaches.set(key, reach);
    }
    return reach;
  }
}

export function makePredicate(schemas: Schemas, test: Test, linkType?: number): Predicate {
  return new PredicateMaker(schemas, test).make(linkType);
}
