/** A filter as statements over raw bytes: tests are decided where their fields are found, and the walk ends early. */
import { type Code, code, EMPTY, join, lines, Name, unlessTooLarge } from "../../codegen/code.ts";
import type { Test } from "../../filter/ast.ts";
import { testEvaluator } from "../../filter/evaluate.ts";
import { testFields } from "../../filter/test-fields.ts";
import type { Layout } from "../../ir/nodes.ts";
import { CachedRowConsumer } from "./cached-rows.ts";
import { type Block, compileDecide, type Decide } from "./decide.ts";
import { GATHER, Gather, UNTOLD } from "./gather.ts";
import type { Leaf } from "./leaf.ts";
import { type Bounds, bounds, type Logic, lateName, type Owners, ownersIn, type TestState } from "./logic.ts";
import type { Needle } from "./needle.ts";
import type { Found } from "./operand.ts";
import { PlainRowConsumer } from "./plain-rows.ts";
import { READ_BINDINGS } from "./read.ts";
import { RowConsumer, type Told } from "./rows.ts";
import { equalBytes, orderBytes, patternWithin } from "./scan-bytes.ts";
import { Scope } from "./scope.ts";
import type { Consumer, Site } from "./site.ts";
import type { Met } from "./states.ts";
import { NotExtractable, type Schemas } from "./tables.ts";
import { type RowInput, type TestPlan, TestTree } from "./test-tree.ts";
import { IRREGULAR, leave, SELDOM, UNDECIDED } from "./verdict.ts";
import { WALK_NAMES, walkCode } from "./walk.ts";
import { Reach } from "./wanted.ts";

export interface Predicate extends Block {
  readonly tests: readonly TestPlan[];
  /** Schemas at which the walk leaves the frame to the interpreter. */
  readonly skipped: ReadonlyMap<string, string>;
}

const HELPERS: Readonly<Record<string, unknown>> = { equalBytes, orderBytes, patternWithin };

/** Of so many tests, one leaves the walk only where it alone decides. */
const MANY_OTHERS = 64;

/** Tests at the sites of their fields. */
class TestConsumer implements Consumer {
  readonly states: TestState[];
  /** Tests that turned out not to be computable at a site: by plan, with the reason. */
  readonly failed: Map<number, string> = new Map();
  readonly bindings: Record<string, unknown> = {};
  readonly #found: Map<Needle, Found> = new Map();
  /** Does a test ask for the frame's number? */
  numbered = false;
  readonly #tree: TestTree;
  readonly #logic: Logic;
  readonly #owners: Owners;
  /** Shared with the walk: what stands in it and what a test declares must differ. */
  readonly scope: Scope = new Scope(WALK_NAMES);
  readonly #byName: Map<string, number[]> = new Map();
  readonly #rows: RowInput | undefined;

  constructor(tree: TestTree, logic: Logic, rows: RowInput | undefined) {
    this.#tree = tree;
    this.#logic = logic;
    this.#rows = rows;
    this.states = tree.leaves.map(({ leaf }, index) => ({ name: new Name(`t${index}`), every: leaf.every }));
    this.#owners = ownersIn(logic);
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
    return name;
  };

  #foundOf = (needle: Needle): Found => {
    const known = this.#found.get(needle);
    if (known !== undefined) return known;
    const found = {
      needle: this.#bind(needle),
      from: this.scope.fresh("searchedFrom"),
      next: this.scope.fresh("foundNext"),
    };
    this.#found.set(needle, found);
    return found;
  };

  /** Before any search, each index lies behind what was found. */
  get kept(): Code {
    return lines([...this.#found.values()].map(({ from, next }) => code`let ${from} = 0, ${next} = -1;`));
  }

  #test(index: number, leaf: Leaf, site: Site): Code {
    const statements: Code[] = [];
    const { holds, fails } = leaf.outcome(
      site,
      { scope: this.scope, statements, found: this.#foundOf },
      this.#bind,
    );
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
    const now = bounds(this.#logic, this.states, { index, value }, false, false, this.#owners);
    const whole = this.#rows?.matching === true;
    if (now.sure === true) return whole ? EMPTY : leave(code`1`);
    if (now.open === false) return leave(code`0`);
    // With more tests, the code at all of them that asks for all others would be longer than what it saves.
    if (this.states.length > MANY_OTHERS) return EMPTY;
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

  instead(names: readonly string[]): Code | undefined {
    return this.#all.map((one) => one.instead?.(names)).find((code) => code !== undefined);
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

/** `plain`: for common frames alone. `cached`: what is known of flows may stand for them. */
function rowConsumer(
  { store, columns, cache }: RowInput,
  scope: Scope,
  plain: boolean,
  cached: boolean,
): RowConsumer {
  if (!plain) return new RowConsumer(store, columns, scope);
  return cached && cache !== undefined
    ? new CachedRowConsumer(store, columns, scope, cache)
    : new PlainRowConsumer(store, columns, scope);
}

interface Late {
  readonly gather: Gather;
  readonly names: readonly string[];
  readonly numbering: boolean;
  readonly setup: Code;
  readonly code: Code;
}

/** Time of the record at an index in nanoseconds since the epoch, or of the frame at hand for -1. */
export type Clock = (record: number) => bigint | undefined;

/** Makes generated code for one filter; tests that it cannot decide are named in the result with the reason. */
export class PredicateMaker {
  readonly #schemas: Schemas;
  readonly #test: Test;
  /** Tests that turned out at their sites not to be computable. */
  readonly #demoted = new Map<number, string>();
  readonly #reaches = new Map<string, Reach>();
  /** Why no test gets code of its own. */
  #whole: string | undefined;
  readonly #rows: RowInput | undefined;
  readonly #clock: Clock;

  constructor(schemas: Schemas, test: Test, rows?: RowInput, clock: Clock = () => undefined) {
    this.#schemas = schemas;
    this.#test = test;
    this.#rows = rows;
    this.#clock = clock;
  }

  /** Can generated code decide anything of the filter? Told without making any. */
  get isUseful(): boolean {
    const tree = new TestTree(this.#schemas, this.#demoted, this.#rows);
    tree.logic(this.#test, this.#whole);
    return tree.plans.length === 0 || tree.plans.some(({ reason }) => reason === undefined);
  }

  /**
   * `linkType`: known beforehand. `met`: what the code has to be able to read, beside the way that most frames go; all that may
   * occur unless given. Throws what {@link unlessTooLarge} takes where that is too much code.
   */
  make(linkType?: number, met?: Met): Predicate {
    if (this.#whole === undefined) {
      const made = unlessTooLarge(() => this.#makeBoth(linkType, met));
      if (made !== undefined) return made;
      this.#whole = "code for each test would be too large";
    }
    return this.#makeBoth(linkType, met);
  }

  #makeBoth(linkType: number | undefined, met: Met | undefined): Predicate {
    // What is made of everything is to be read by people.
    const plain = met && this.#rows?.every === true ? this.#make(true, linkType, met) : undefined;
    return plain === undefined
      ? (this.#make(false, linkType, met) as Predicate) // always one
      : this.#withGeneral(plain, linkType, met);
  }

  /** Frames that are not as most are go to code that is made when the first of them is met. */
  #withGeneral(plain: Predicate, linkType: number | undefined, met: Met | undefined): Predicate {
    let made: Decide | undefined;
    const general: Decide = (b, v, start, captured, original, link, number, record) => {
      if (made === undefined) {
        made =
          unlessTooLarge(() => {
            const whole = this.#make(false, linkType, met) as Predicate; // always one
            return compileDecide(whole, "seldom", linkType !== undefined).run;
          }) ?? ((): number => IRREGULAR);
      }
      return made(b, v, start, captured, original, link, number, record);
    };
    const known = linkType === undefined ? code`link, number` : code`${linkType}, number, record`;
    const call = code`general(b, v, start, captured, original, ${known})`;
    const block = code`${plain.block}\nif (verdict === ${SELDOM}) verdict = ${call};`;
    return { ...plain, block, bindings: { ...plain.bindings, general } };
  }

  /** `plain`: leave frames that are not as most are; undefined where that wins nothing. */
  #make(plain: boolean, linkType: number | undefined, met: Met | undefined): Predicate | undefined {
    for (;;) {
      const tree = new TestTree(this.#schemas, this.#demoted, this.#rows);
      const logic = tree.logic(this.#test, this.#whole);
      const tests = new TestConsumer(tree, logic, this.#rows);
      const complete = tree.plans.every((plan) => plan.reason === undefined);
      const matching = this.#rows?.matching === true;
      // Frames that others decide are shown as they were shown to the trackers.
      const shown = matching && (!complete || tree.gathered.length > 0);
      const rows = this.#rows && rowConsumer(this.#rows, tests.scope, plain, !shown);
      const skipped = new Map<string, string>();
      const setup = tests.states.map(({ name }) => code`let ${name} = 0;`);
      const provided = [...(this.#rows?.provided ?? [])].map(
        ([name, column]) => rows?.provided(name, column, (site) => tests.at(site)) ?? EMPTY,
      );
      const record = linkType === undefined ? code`-1` : code`record`;
      const every = this.#rows?.every === true;
      const late = tree.gathered.length === 0 ? undefined : this.#late(tree, logic, tests.states, record);
      // The code is bound to where the columns stand: trackers that needed more room have ended its use.
      const moved = rows === undefined ? EMPTY : code`if (${rows.moved}) ${leave(code`${UNDECIDED}`)}`;
      const told: Told = {
        test: (filter, number) => tests.at({ kind: "provided", filter, value: { kind: "number", number } }),
        // Of single frames somebody may look at the row; of a scan's those do that match, or are left to others.
        isStored: linkType === undefined || matching || late !== undefined || !complete,
      };
      const final = [
        every && rows !== undefined ? rows.run(record, lines([moved, ...provided]), told) : lines(provided),
        late?.code ?? EMPTY,
        verdict(bounds(logic, tests.states, undefined, true), complete),
        (matching && rows?.matched(every, record)) || EMPTY,
      ];
      const consumers = [rows, tests, late?.gather].filter((one) => one !== undefined);
      const reach = this.#reach([...tests.names, ...(rows?.names ?? []), ...(late?.names ?? [])]);
      const way = linkType === undefined ? [] : reach.wayFrom(linkType);
      const { block, states } = walkCode({
        schemas: this.#schemas,
        consumer: consumers.length === 1 ? tests : new Consumers(consumers),
        setup: lines([...setup, late?.setup ?? EMPTY, rows?.setup ?? EMPTY]),
        final: lines(final),
        scope: tests.scope,
        // Where rows are shown of every frame, tests wait for the row.
        revocable: every || (rows !== undefined && tests.names.length === 0),
        linkType,
        met: met && { ...met, layouts: new Set([...way, ...met.layouts]) },
        numbering: late?.numbering === true,
        reach,
        onSkipped: (layout: Layout, reason: string) => skipped.set(layout.id, reason),
      });
      if (rows instanceof PlainRowConsumer && !rows.fits) return undefined;
      if (tests.failed.size === 0) {
        const gather = late && { [GATHER.text]: late.gather };
        const bindings = { ...READ_BINDINGS, ...tests.bindings, ...rows?.bindings, ...gather };
        const alone = rows === undefined && !tests.numbered;
        return { block, bindings, kept: tests.kept, tests: tree.plans, skipped, states, alone };
      }
      for (const [plan, reason] of tests.failed) this.#demoted.set(plan, reason);
    }
  }

  /** What the tests that wait for the end need, and the statements that decide them there. */
  #late(tree: TestTree, logic: Logic, states: readonly TestState[], record: Code): Late {
    const fields = tree.gathered.flatMap(testFields);
    const provided = (name: string): boolean => this.#rows?.provided.has(name) === true;
    const names = [...new Set(fields.map(({ info }) => info.name))].filter((name) => !provided(name));
    const numbering = fields.some(({ layers }) => layers !== undefined);
    const gather = new Gather({
      names,
      raw: new Set(fields.filter(({ raw }) => raw).map(({ info }) => info.name)),
      numbering,
      tests: tree.gathered.map(testEvaluator),
      provided: (name) => this.#rows?.occurrences(name),
      clock: this.#clock,
    });
    const told = tree.gathered.map((_, index) => {
      const name = lateName(index);
      const call = code`${GATHER}.holds(${index}, b, start, captured, ${record}, ${index === 0})`;
      return code`${name} = ${call};\nif (${name} === ${UNTOLD}) ${leave(code`${UNDECIDED}`)}`;
    });
    const { sure, open } = bounds(logic, states, undefined, true, false);
    const undecided = [typeof sure === "boolean" ? code`${!sure}` : code`!(${sure})`, code`${open}`];
    return {
      gather,
      names,
      numbering,
      setup: lines([
        code`${GATHER}.count = 0;`,
        ...told.map((_, index) => code`let ${lateName(index)} = 0;`),
      ]),
      code: code`if (${join(undecided, " && ")}) {\n${lines(told)}\n}`,
    };
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
