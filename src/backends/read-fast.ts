/**
 * IR → closures that read the plain case: every field is there as a whole, and nothing is wrong with it. Whatever else they meet,
 * they give up with `undefined`, and the interpreter reads or reports: so the two can differ in speed alone. What rests on the
 * schema alone (offsets of names, widths, which names exist) is decided once for each form. No code is generated.
 */
import type { RawValue } from "../ir/fields.ts";
import type { FieldIR, Guard, Size, View } from "../ir/nodes.ts";
import { contentBits } from "../ir/size.ts";
import type { FieldNode, TreeNode } from "../ir/tree.ts";
import { declares, neededNames } from "./extract/needed.ts";
import { fieldReader, isAllowed, isBound } from "./field-value.ts";
import { groupValue, type ReadInput, type ReadResult } from "./interpret.ts";

/** Where one reading stands. */
interface State {
  readonly input: ReadInput;
  readonly data: Uint8Array;
  /** In bits. */
  at: number;
  limit: number;
  /** Integers that guards and sizes refer to, by slot; NaN where they were not read. */
  readonly values: number[];
  layer: number;
}

type Test = (values: readonly number[]) => boolean;
/** Bits that a field takes once its guard holds; undefined where it takes what is left. */
type Bits = (values: readonly number[]) => number | undefined;
/** The value of `bits` bits from where reading stands; undefined where the interpreter has to look. */
type Read = (state: State, bits: number) => RawValue | undefined;
type Views = (values: readonly number[]) => readonly View[];

interface Step {
  readonly field: FieldIR;
  /** Undefined where it always holds. */
  readonly when: Test | undefined;
  readonly bits: Bits;
  readonly read: (state: State, bits: number) => FieldNode | undefined;
  /** It states the header's length. */
  readonly isLength: boolean;
}

const NO_NODES: readonly FieldNode[] = [];
const NO_VIEWS: readonly View[] = [];
const NO_PROBLEMS: ReadResult["problems"] = [];
/** More optional fields have too many choices to look through. */
const MAX_OPTIONAL = 8;
/** Fields of a form with optional ones: which are there is kept as bits. */
const MAX_FIELDS = 31;

/** What no closure is made for. */
class Unsupported extends Error {}

class FormCompiler {
  readonly #slots: ReadonlyMap<string, number>;
  readonly #lengthField: string | undefined;

  constructor(fields: readonly FieldIR[], headerLength: Size | undefined) {
    const names = neededNames(fields, () => true, headerLength);
    this.#slots = new Map([...names].map((name, index) => [name, index]));
    this.#lengthField = headerLength?.kind === "linear" ? headerLength.field : undefined;
  }

  get slots(): number {
    return this.#slots.size;
  }

  #slot(name: string): number {
    return this.#slots.get(name) ?? -1;
  }

  #test(guard: Guard): Test | undefined {
    if (guard.length === 0) return undefined;
    const terms = guard.map(({ field, value }) => ({ slot: this.#slot(field), value }));
    const [only] = terms;
    if (terms.length === 1 && only !== undefined) {
      const { slot, value } = only;
      return (values) => values[slot] === value;
    }
    return (values) => terms.every(({ slot, value }) => values[slot] === value);
  }

  size(size: Size): Bits {
    switch (size.kind) {
      case "fixed": {
        const bits = size.bytes * 8;
        return () => bits;
      }
      case "rest":
        return () => undefined;
      case "flag": {
        const slot = this.#slot(size.flag);
        const { set, clear } = size;
        return (values) => (values[slot] === 1 ? set : clear) * 8;
      }
      case "linear": {
        const slot = this.#slot(size.field);
        const { scale, bias } = size;
        return (values) => Math.max(0, (values[slot] || 0) * scale + bias) * 8;
      }
    }
  }

  #bits(field: FieldIR): Bits {
    const fixed = contentBits(field);
    if (fixed !== undefined) return () => fixed;
    switch (field.kind) {
      case "uint": {
        if (typeof field.bits === "number") break;
        const slot = this.#slot(field.bits.flag);
        const { set, clear } = field.bits;
        return (values) => (values[slot] === 1 ? set : clear);
      }
      case "bytes":
      case "options":
        return this.size(field.size);
    }
    throw new Unsupported();
  }

  #views(views: readonly View[]): Views {
    if (views.every((view) => view.when === undefined)) return () => views;
    const tests = views.map((view) => this.#test(view.when ?? []));
    const holds = (test: Test | undefined, values: readonly number[]): boolean => test?.(values) !== false;
    return (values) => {
      let count = 0;
      for (const test of tests) if (holds(test, values)) count++;
      if (count === 0) return NO_VIEWS;
      return views.filter((_, index) => holds(tests[index], values));
    };
  }

  #value(field: FieldIR): Read {
    if (field.kind === "repeat" || field.kind === "meta") throw new Unsupported();
    const read = fieldReader(field);
    if (field.kind !== "uint" || !isBound(field)) return ({ data, at }, bits) => read(data, at, bits);
    return ({ data, at }, bits) => {
      const value = read(data, at, bits);
      // What is not allowed is a problem to tell of.
      return isAllowed(field, value) ? value : undefined;
    };
  }

  #leaf(field: FieldIR): Step["read"] {
    const value = this.#value(field);
    const views = this.#views(field.views);
    const under = this.#views(field.under);
    const slot = this.#slots.get(field.name);
    const isBytes = field.kind === "bytes";
    const bare = isBytes
      ? { views: this.#derived(field.views), under: this.#derived(field.under) }
      : undefined;
    return (state, bits) => {
      const found = value(state, bits);
      if (found === undefined) return undefined;
      const { at, values, layer } = state;
      if (slot !== undefined && typeof found !== "object") {
        if (typeof found === "number") values[slot] = found;
        else if (typeof found === "boolean") values[slot] = found ? 1 : 0;
      }
      const empty = bits === 0 ? bare : undefined;
      state.at = at + bits;
      return {
        kind: "field",
        ir: field,
        value: found,
        bitOffset: at,
        bitLength: bits,
        layer,
        children: NO_NODES,
        views: (empty?.views ?? views)(values),
        under: (empty?.under ?? under)(values),
      };
    };
  }

  /** The names that tell of a list without content. */
  #derived(views: readonly View[]): Views {
    return this.#views(views.filter((view) => view.derive !== undefined));
  }

  #group(field: Extract<FieldIR, { kind: "group" }>): Step["read"] {
    // Else the interpreter's choices inside it hang on what is left.
    if (contentBits(field) === undefined) throw new Unsupported();
    const steps = field.fields.map((child) => this.step(child, false));
    if (steps.some(({ isLength }) => isLength)) throw new Unsupported();
    const views = this.#views(field.views);
    const under = this.#views(field.under);
    return (state, bits) => {
      const { at, values, layer } = state;
      const children: TreeNode[] = [];
      for (const step of steps) {
        const node = step.read(state, step.bits(values) ?? 0);
        if (node === undefined) return undefined;
        children.push(node);
      }
      return {
        kind: "field",
        ir: field,
        value: groupValue(state.data, at, bits),
        bitOffset: at,
        bitLength: bits,
        layer,
        children,
        views: views(values),
        under: under(values),
      };
    };
  }

  #options(field: Extract<FieldIR, { kind: "options" }>): Step["read"] {
    const views = this.#views(field.views);
    const under = this.#views(field.under);
    const bare = { views: this.#derived(field.views), under: this.#derived(field.under) };
    return (state, bits) => {
      const { at, values, input, data } = state;
      const start = at >> 3;
      const end = (at + bits) >> 3;
      const children = input.region?.(field.envelope, start, end) ?? NO_NODES;
      state.at = at + bits;
      return {
        kind: "field",
        ir: field,
        value: data.subarray(start, end),
        bitOffset: at,
        bitLength: bits,
        // Options may open layers.
        layer: input.layerNumber(),
        children,
        views: (bits === 0 ? bare.views : views)(values),
        under: (bits === 0 ? bare.under : under)(values),
      };
    };
  }

  step(field: FieldIR, isLast: boolean): Step {
    if (field.kind === "repeat" || field.kind === "meta") throw new Unsupported();
    // What options tell of cannot be taken back.
    if (field.kind === "options" && !isLast) throw new Unsupported();
    return {
      field,
      when: this.#test(field.when),
      bits: this.#bits(field),
      read:
        field.kind === "group"
          ? this.#group(field)
          : field.kind === "options"
            ? this.#options(field)
            : this.#leaf(field),
      isLength: this.#lengthField !== undefined && declares(field, this.#lengthField),
    };
  }
}

/** Reads one form. */
class FormReader {
  readonly headerLength: Size | undefined;
  readonly #steps: readonly Step[];
  readonly #stated: Bits | undefined;
  readonly #blank: readonly number[];
  readonly #hasOptional: boolean;

  /** @throws Unsupported */
  constructor(fields: readonly FieldIR[], headerLength: Size | undefined) {
    const compiler = new FormCompiler(fields, headerLength);
    this.headerLength = headerLength;
    this.#steps = fields.map((field, index) => compiler.step(field, index === fields.length - 1));
    this.#stated = headerLength?.kind === "linear" ? compiler.size(headerLength) : undefined;
    this.#blank = new Array<number>(compiler.slots).fill(Number.NaN);
    const optional = fields.filter((field) => field.optional).length;
    this.#hasOptional = optional > 0;
    if (optional > MAX_OPTIONAL || (optional > 0 && fields.length > MAX_FIELDS)) throw new Unsupported();
  }

  read(input: ReadInput): ReadResult | undefined {
    const { data, start, end } = input;
    const values = [...this.#blank];
    const state: State = { input, data, at: start * 8, limit: end * 8, values, layer: input.layerNumber() };
    const nodes: FieldNode[] = [];
    const steps = this.#steps;
    let chosen = -1;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index] as Step; // the index is in range
      if (step.when?.(values) === false) continue;
      if (this.#hasOptional && step.field.optional) {
        if (chosen < 0) chosen = this.#choose(index, state);
        if ((chosen & (1 << index)) === 0) continue;
      }
      const bits =
        step.bits(values) ?? Math.max(0, state.limit - state.at - this.#required(index + 1, values));
      if (state.at + bits > state.limit) return undefined;
      const node = step.read(state, bits);
      if (node === undefined) return undefined;
      nodes.push(node);
      if (step.isLength && this.#stated !== undefined) {
        const stated = start * 8 + (this.#stated(values) ?? 0);
        if (stated < state.at || stated > state.limit) return undefined;
        state.limit = stated;
      }
    }
    return { nodes, end: (state.at + 7) >> 3, complete: true, problems: NO_PROBLEMS };
  }

  /** Bits that the required fields from index `from` on take. */
  #required(from: number, values: readonly number[]): number {
    let sum = 0;
    for (let index = from; index < this.#steps.length; index++) {
      const { field, when, bits } = this.#steps[index] as Step; // the index is in range
      if (!field.optional && when?.(values) !== false) sum += bits(values) ?? 0;
    }
    return sum;
  }

  /** The optional fields, as bits by index, that fill what the required ones leave; none if nothing fits. */
  #choose(from: number, { at, limit, values }: State): number {
    const left = limit - at - this.#required(from, values);
    const optional = this.#steps.flatMap(({ field, when, bits }, index) =>
      index >= from && field.optional && when?.(values) !== false ? [{ index, bits: bits(values) ?? 0 }] : [],
    );
    for (let mask = 0; mask < 1 << optional.length; mask++) {
      let sum = 0;
      let chosen = 0;
      for (const [nth, { index, bits }] of optional.entries()) {
        if ((mask & (1 << nth)) === 0) continue;
        sum += bits;
        chosen |= 1 << index;
      }
      if (sum === left) return chosen;
    }
    return 0;
  }
}

const READERS = new WeakMap<readonly FieldIR[], FormReader | "unsupported">();

function readerOf(fields: readonly FieldIR[], headerLength: Size | undefined): FormReader | undefined {
  let reader = READERS.get(fields);
  if (reader === undefined) {
    try {
      reader = new FormReader(fields, headerLength);
    } catch (thrown) {
      if (!(thrown instanceof Unsupported)) throw thrown;
      reader = "unsupported";
    }
    READERS.set(fields, reader);
  }
  return reader === "unsupported" || reader.headerLength !== headerLength ? undefined : reader;
}

/** What the interpreter's `readFields` gives where all is well; undefined where that has to be called. */
export function readPlain(fields: readonly FieldIR[], input: ReadInput): ReadResult | undefined {
  return readerOf(fields, input.headerLength)?.read(input);
}
