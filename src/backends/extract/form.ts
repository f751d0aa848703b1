/**
 * One form's fields as statements: where each stands, that it is there, and what a consumer does at the wanted ones. The
 * counterpart is the interpreter's reader. Whatever that reader would report as an error leads to `bail` here.
 */
import { type Code, code, EMPTY, join, type Name } from "../../codegen/code.ts";
import type { FieldIR, Guard, OptionsField, Size, UintField, View } from "../../ir/nodes.ts";
import { contentBits } from "../../ir/size.ts";
import { aligned, guardedTogether, isSimple, simpleRun } from "./field-runs.ts";
import { declares, neededNames } from "./needed.ts";
import { byteBehind, byteOf, halves, linear, moved, type Place } from "./read.ts";
import { type RepeatHost, readRepeat } from "./repeat.ts";
import type { Scope } from "./scope.ts";
import type { Consumer, ViewSite } from "./site.ts";
import { requiredBytes, sizeOf } from "./size-code.ts";
import { NotExtractable } from "./tables.ts";
import { fieldNumber } from "./value.ts";
import type { Reads } from "./variants.ts";

export interface FormInput {
  readonly scope: Scope;
  readonly consumer: Consumer;
  /** Leaves the question to the interpreter. Undefined where it is known that the fields fit. */
  readonly bail: Code | undefined;
  /** The byte behind the last one that the form may take; assigned where the header states its length. */
  readonly limit: Name;
  /** First byte of the form, as the header's stated length counts from there. */
  readonly start: Name;
  readonly headerLength?: Size | undefined;
  /** Bytes from the start on that are known to be there. */
  readonly least?: number;
  readonly reads?: Reads;
  /** Numbers that fields are known to hold. */
  readonly facts?: ReadonlyMap<string, { readonly value: number }> | undefined;
  /** Names whose numbers are asked for behind the form. */
  readonly alsoNeeded?: ReadonlySet<string>;
  /** Code for an option region. */
  readonly region?: ((field: OptionsField, start: Name | Code, end: Name | Code) => Code) | undefined;
}

export class FormWriter implements RepeatHost {
  /** Statements that declare what conditional statements assign. */
  readonly declarations: Code[] = [];
  readonly statements: Code[] = [];
  /** Numbers that were read, by field; -1 where a field is absent. */
  readonly numbers: Map<string, Name | Code> = new Map();
  /** Those of them that may be absent. */
  readonly maybe: Set<string> = new Set();
  readonly input: FormInput;
  readonly #needed: ReadonlySet<string>;
  /** Inside statements that may not run. */
  #conditional = false;
  /** The limit is known not to lie before this place. */
  #within: Place;
  #out: Code[] = this.statements;

  constructor(fields: readonly FieldIR[], input: FormInput) {
    this.input = input;
    this.#within = { base: input.start, bit: (input.least ?? 0) * 8 };
    const wants = (filter: string): boolean => input.consumer.wants(filter);
    this.#needed = new Set([...neededNames(fields, wants, input.headerLength), ...(input.alsoNeeded ?? [])]);
  }

  #refuse(condition: Code): void {
    this.emit(this.refusal(condition));
  }

  get code(): Code {
    return join([...this.declarations, ...this.statements], "\n");
  }

  /** A writer for items of a list: they see no number from outside. */
  nested(fields: readonly FieldIR[], limit: Name, start: Name, consumer: Consumer): FormWriter {
    return new FormWriter(fields, {
      ...this.input,
      consumer,
      limit,
      start,
      headerLength: undefined,
      least: 0,
      reads: new Map(),
      facts: undefined,
      region: undefined,
      alsoNeeded: new Set(),
    });
  }

  emit(statement: Code): void {
    if (statement.text !== "") this.#out.push(statement);
  }

  /** A statement that leaves where a condition holds which the interpreter would report. */
  refusal(condition: Code): Code {
    const { bail } = this.input;
    return bail === undefined ? EMPTY : code`if (${condition}) ${bail}`;
  }

  guardCode(guard: Guard): Code {
    if (guard.length === 0) return code`true`;
    const terms = guard.map((term) => {
      const known = this.numbers.get(term.field);
      return known === undefined ? code`false` : code`${known} === ${term.value}`;
    });
    return join(terms, " && ");
  }

  /** The number of a field, 0 where it is absent; undefined where the form has no such number. */
  numberOrZero(name: string): Name | Code | undefined {
    const known = this.numbers.get(name);
    return known !== undefined && this.maybe.has(name) ? code`Math.max(0, ${known})` : known;
  }

  /** Statements for the fields in order; the place behind them. `after`: what stands behind them outside the list. */
  sequence(fields: readonly FieldIR[], from: Place, after: readonly FieldIR[] = []): Place {
    let place = from;
    let index = 0;
    let optionals: ReadonlyMap<FieldIR, Code> | undefined;
    while (index < fields.length) {
      const field = fields[index] as FieldIR; // index is in range
      if (field.optional) {
        optionals ??= this.#choose(fields, index, place);
        place = this.#when(optionals.get(field) ?? code`false`, [field], place, after);
        index++;
      } else if (field.when.length > 0) {
        const together = guardedTogether(fields, index);
        index += together.length;
        place = this.#when(this.guardCode(field.when), together, place, [...fields.slice(index), ...after]);
      } else if (isSimple(field)) {
        const run = simpleRun(fields, index);
        place = this.#run(run, place);
        index += run.length;
      } else {
        place = this.#dynamic(field, [...fields.slice(index + 1), ...after], place);
        index++;
      }
    }
    return place;
  }

  /** Fields of fixed size one behind the other: one check for all. */
  #run(fields: readonly FieldIR[], from: Place): Place {
    const bits = fields.reduce((sum, field) => sum + (contentBits(field) ?? 0), 0);
    const behind = moved(from, bits);
    if (bits > 0 && !this.#isWithin(behind)) {
      this.#refuse(code`${byteBehind(behind)} > ${this.input.limit}`);
      this.#within = behind;
    }
    // Numbers and the header's end come first: a header that ends too early ends before the names that follow.
    this.#eachFixed(fields, from, (field, place, size) => this.#note(field, place, size));
    for (const field of fields) this.#applyHeaderLength(field, behind);
    this.#eachFixed(fields, from, (field, place, size) => {
      const number = this.#inRun(field);
      this.views(field, { place, extent: size, ...(number === undefined ? {} : { number }) });
    });
    return behind;
  }

  #isWithin({ base, bit }: Place): boolean {
    return base === this.#within.base && bit <= this.#within.bit;
  }

  #inRun(field: FieldIR): Name | Code | undefined {
    return field.kind === "flag" || field.kind === "uint" ? this.numbers.get(field.name) : undefined;
  }

  /** Fields of fixed size with their places, parents before their children. */
  #eachFixed(
    fields: readonly FieldIR[],
    from: Place,
    act: (field: FieldIR, place: Place, bits: number) => void,
  ): void {
    let place = from;
    for (const field of fields) {
      const bits = contentBits(field) ?? 0;
      act(field, place, bits);
      if (field.kind === "group") this.#eachFixed(field.fields, place, act);
      place = moved(place, bits);
    }
  }

  /** Reads a number that a guard, a size or a key asks for, and checks constants. */
  #note(field: FieldIR, place: Place, bits: number): void {
    if (field.kind !== "flag" && (field.kind !== "uint" || field.wide)) return;
    const fact = this.input.facts?.get(field.name);
    if (fact !== undefined) {
      this.numbers.set(field.name, code`${fact.value}`);
      return;
    }
    const constant = field.kind === "uint" ? field.constant : undefined;
    if (!this.#needed.has(field.name)) {
      if (constant !== undefined) {
        const value = fieldNumber({ field, place, extent: bits });
        this.#refuse(code`${this.input.reads?.get(value.text) ?? value} !== ${constant}`);
      }
      return;
    }
    const value = fieldNumber({ field, place, extent: bits });
    const read = this.input.reads?.get(value.text);
    const name = read ?? this.input.scope.fresh(field.name);
    if (read !== undefined) {
      // The condition of the form holds, or it stands in the option's head: it was read.
    } else if (this.#conditional) {
      this.declarations.push(code`let ${name} = -1;`);
      this.maybe.add(field.name);
      this.emit(code`${name} = ${value};`);
    } else this.emit(code`const ${name} = ${value};`);
    this.numbers.set(field.name, name);
    if (constant !== undefined) this.#refuse(code`${name} !== ${constant}`);
  }

  /** What the consumer does at the names of a field. */
  views(field: FieldIR, where: Omit<ViewSite, "kind" | "filter" | "view" | "field">, notEmpty?: Code): void {
    this.emit(this.viewCode(field, where, notEmpty));
  }

  viewCode(
    field: FieldIR,
    where: Omit<ViewSite, "kind" | "filter" | "view" | "field">,
    notEmpty?: Code,
  ): Code {
    const found: Code[] = [];
    const act = (view: View): void => {
      if (!this.input.consumer.wants(view.filter)) return;
      let done = this.input.consumer.at({ kind: "view", filter: view.filter, view, field, ...where });
      if (done.text === "") return;
      if (notEmpty !== undefined && view.derive === undefined) done = code`if (${notEmpty}) { ${done} }`;
      if (view.when !== undefined && view.when.length > 0)
        done = code`if (${this.guardCode(view.when)}) { ${done} }`;
      found.push(done);
    };
    for (const view of field.views) act(view);
    for (const view of field.under) act(view);
    return join(found, "\n");
  }

  #applyHeaderLength(field: FieldIR, behind: Place): void {
    const { headerLength, start, limit, scope } = this.input;
    if (headerLength?.kind !== "linear" || !declares(field, headerLength.field)) return;
    const stated = scope.fresh("headerEnd");
    const value = this.numbers.get(headerLength.field);
    if (value === undefined) throw new NotExtractable(`${headerLength.field} is no number`);
    const size = linear(value, headerLength.scale, headerLength.bias);
    this.emit(code`const ${stated} = ${start} + ${size};`);
    this.#refuse(code`${stated} < ${byteBehind(behind)} || ${stated} > ${limit}`);
    this.emit(code`${limit} = ${stated};`);
    this.#within = behind;
  }

  /** Fields that are there under a condition. The place behind them is a variable. */
  #when(condition: Code, fields: readonly FieldIR[], from: Place, after: readonly FieldIR[]): Place {
    if (condition.text === "false") return from;
    aligned(from, fields[0]);
    const at = this.input.scope.fresh("at");
    this.emit(code`let ${at} = ${byteOf(from)};`);
    const outside = this.#out;
    const wasConditional = this.#conditional;
    const within = this.#within;
    this.#out = [];
    this.#conditional = true;
    const plain = fields.map((field) => ({ ...field, when: [], optional: false }) as FieldIR); // same fields without the condition that holds here
    const behind = this.sequence(plain, { base: at, bit: 0 }, after);
    aligned(behind, fields.at(-1));
    this.emit(code`${at} = ${byteOf(behind)};`);
    const inside = join(this.#out, "\n");
    this.#out = outside;
    this.#conditional = wasConditional;
    this.#within = within;
    this.emit(code`if (${condition}) {\n${inside}\n}`);
    return { base: at, bit: 0 };
  }

  /** Under which condition each optional field is there: the subset whose size is what is left. */
  #choose(fields: readonly FieldIR[], from: number, place: Place): ReadonlyMap<FieldIR, Code> {
    aligned(place, fields[from]);
    const rest = fields.slice(from);
    const optional = rest.filter((field) => field.optional);
    if (optional.length > 4) throw new NotExtractable("more than four optional fields");
    const own = new Set(rest.map((field) => field.name));
    if (rest.some((field) => field.when.some((term) => own.has(term.field))))
      throw new NotExtractable("a guard behind an optional field hangs on fields behind it");
    const sizes = optional.map((field) => {
      const bits = contentBits(field);
      if (bits === undefined) throw new NotExtractable(`${field.name} is optional and of no fixed size`);
      return bits / 8;
    });
    const left = this.input.scope.fresh("left");
    this.#declareNumber(
      left,
      code`${this.input.limit} - (${byteOf(place)}) - (${requiredBytes(rest, this) ?? code`0`})`,
    );
    const conditions = new Map<FieldIR, Code[]>();
    const sums = new Set<number>();
    for (let mask = 0; mask < 2 ** optional.length; mask++) {
      const chosen = optional.filter((_, i) => (mask >> i) & 1);
      const sum = sizes.reduce((total, bytes, i) => total + ((mask >> i) & 1 ? bytes : 0), 0);
      if (sums.has(sum)) throw new NotExtractable("optional fields of equal size");
      sums.add(sum);
      const holds = code`${left} === ${sum} && ${this.guardCode(chosen.flatMap((field) => field.when))}`;
      for (const field of chosen) conditions.set(field, [...(conditions.get(field) ?? []), holds]);
    }
    return new Map(
      [...conditions].map(([field, any]) => [
        field,
        join(
          any.map((one) => code`(${one})`),
          " || ",
        ),
      ]),
    );
  }

  #declareNumber(name: Name, value: Code): void {
    if (this.#conditional) {
      this.declarations.push(code`let ${name} = 0;`);
      this.emit(code`${name} = ${value};`);
    } else this.emit(code`const ${name} = ${value};`);
  }

  /** A field whose size is known at run time only, or a list, or a region of options. */
  #dynamic(field: FieldIR, rest: readonly FieldIR[], place: Place): Place {
    const { scope, limit } = this.input;
    if (field.kind === "group") throw new NotExtractable(`${field.name} is a group of no fixed size`);
    aligned(place, field);
    const size = sizeOf(field, this);
    const behind = scope.fresh("at");
    if (size !== undefined) {
      this.#declareNumber(
        behind,
        code`${byteOf(place)} + ${typeof size === "number" ? code`${size}` : size}`,
      );
      this.#refuse(code`${behind} > ${limit}`);
    } else {
      const required = requiredBytes(rest, this);
      this.#declareNumber(behind, required === undefined ? code`${limit}` : code`${limit} - (${required})`);
      if (required !== undefined || !this.#isWithin(place)) this.#refuse(code`${behind} < ${byteOf(place)}`);
    }
    this.#within = { base: behind, bit: 0 };
    const notEmpty = code`${behind} > ${byteOf(place)}`;
    if (field.kind === "repeat") this.emit(readRepeat(field, place, behind, this));
    else if (field.kind === "options") {
      const region = this.input.region?.(field, byteOf(place), behind);
      if (region !== undefined) this.emit(region);
      // Behind its options, as the region carries the layer number of the last one that opened a layer.
      this.views(field, { place, extent: behind }, notEmpty);
    } else if (field.kind === "uint") this.#flagWidth(field, place, behind);
    else this.views(field, { place, extent: behind }, notEmpty);
    return { base: behind, bit: 0 };
  }

  /** An integer of 4 or 8 bytes by a flag: both halves are read where it is wanted. */
  #flagWidth(field: UintField, place: Place, behind: Name): void {
    if (!field.wide || typeof field.bits === "number")
      throw new NotExtractable(`${field.name} of unknown width`);
    if (![...field.views, ...field.under].some((view) => this.input.consumer.wants(view.filter))) return;
    const { scope } = this.input;
    const high = scope.fresh(`${field.name}High`);
    const low = scope.fresh(`${field.name}Low`);
    const little = field.endian === "little";
    const set = halves(place, field.bits.set, little);
    const clear = halves(place, field.bits.clear, little);
    this.declarations.push(code`let ${high} = 0, ${low} = 0;`);
    this.emit(
      code`if (${this.guardCode([{ field: field.bits.flag, value: 1 }])}) { ${high} = ${set.high}; ${low} = ${set.low}; } else { ${high} = ${clear.high}; ${low} = ${clear.low}; }`,
    );
    this.views(field, { place, extent: behind, halves: { high, low } });
  }
}
