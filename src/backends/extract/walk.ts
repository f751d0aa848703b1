/**
 * The walk from the link type to the last header that matters, as statements: one state a schema. It gives
 * `verdict` its value and leaves the block `frame`. Anything irregular (a header cut short, no form that fits, a
 * contradiction) makes the verdict {@link IRREGULAR}: then the interpreter's tree decides. So the statements need to be
 * right only for bytes that they understood.
 */
import { type Code, code, EMPTY, join, lines, Name } from "../../codegen/code.ts";
import type { BytesField, Layout, Payload, Variant } from "../../ir/nodes.ts";
import { findCode, findConstant } from "./find.ts";
import { type FormInput, FormWriter } from "./form.ts";
import { partNames, payloadEndNames, payloadNames } from "./needed.ts";
import { byteBehind, linear, type Place } from "./read.ts";
import { recordCode } from "./record.ts";
import { RegionWriter } from "./region.ts";
import type { Scope } from "./scope.ts";
import type { Consumer } from "./site.ts";
import { type Met, States } from "./states.ts";
import { layoutsIn, NotExtractable, type Schemas } from "./tables.ts";
import { isUnusual, type KnownHeader, usualWay } from "./usual-way.ts";
import { type Form, formsOf, type Reads } from "./variants.ts";
import { IRREGULAR, leave } from "./verdict.ts";
import { fieldsWanted, type Reach } from "./wanted.ts";

const AT = new Name("at");
const END = new Name("end");
const WIRE = new Name("wire");

/** Names of what the statements of a row use. */
export const ROW_NAMES = {
  rows: "rows",
  counts: "rowCounts",
  values: "rowValues",
  ends: "rowEnds",
  flags: "rowFlags",
} as const;

/** Names that the statements take from around them. */
export const WALK_NAMES: readonly string[] = [
  ...Object.values(ROW_NAMES),
  ..."b v first to general gather n stopped before found order rowShape flowNumbers room record next total behind matches starts sizes numbers start captured original link number verdict at end wire state depth frame walk usual from take layer out source total readSmallBits equalBytes orderBytes patternWithin Math NaN".split(
    " ",
  ),
];

export interface WalkInput {
  readonly schemas: Schemas;
  readonly consumer: Consumer;
  /** Names that are taken, {@link WALK_NAMES} among them. */
  readonly scope: Scope;
  /** Statements before the walk. */
  readonly setup?: Code;
  /** Statements and expression for the verdict at the end of a regular walk. */
  readonly final: Code;
  /** Nothing is decided before the walk's end, and what was done for a frame is undone when the frame is left to the interpreter. */
  readonly revocable?: boolean;
  /** Known link type; undefined where the variable `link` tells it. */
  readonly linkType?: number | undefined;
  /** Keep the running numbers that `#` asks for, in the variable `layer`. */
  readonly numbering?: boolean;
  /** What the code has to be able to read; all that the walk may meet where it is undefined. */
  readonly met?: Met | undefined;
  /** Known beforehand, as it does not change with `met`. */
  readonly reach: Reach;
  /** Told of each schema that the walk leaves to the interpreter. */
  readonly onSkipped?: (layout: Layout, reason: string) => void;
}

export interface Walk {
  /** The block `frame: { … }` for one frame. */
  readonly block: Code;
  /** Schemas by number. */
  readonly states: readonly Layout[];
}

export function walkCode(input: WalkInput): Walk {
  const writer = new WalkWriter(input);
  const block = writer.block();
  return { block, states: writer.states };
}

/** A header whose bytes are wanted, and the variable that holds its layer number. */
interface RangeWanted {
  readonly filter: string;
  /** Its bytes run to the end of the data. */
  readonly whole: boolean;
  readonly own: Name | undefined;
}

type FormParts = Pick<FormInput, "limit" | "least" | "reads" | "facts" | "headerLength"> &
  Pick<Variant, "fields">;

class WalkWriter {
  readonly #input: WalkInput;
  readonly #scope: Scope;
  readonly #reach: Reach;
  readonly #states: States;
  readonly #bail: Code = leave(code`${IRREGULAR}`);
  /** Counters of protocols, where layer numbers are kept. */
  readonly #counters: Map<string, Name> = new Map();
  readonly #regions: RegionWriter;

  constructor(input: WalkInput) {
    this.#input = input;
    const { schemas, consumer } = input;
    this.#reach = input.reach;
    this.#scope = input.scope;
    this.#states = new States(input.met);
    this.#regions = new RegionWriter({
      schemas,
      consumer,
      scope: input.scope,
      bail: this.#bail,
      revocable: input.revocable === true,
      ...(input.numbering === true ? { open: (layout: Layout): Code => this.#open(layout) } : {}),
    });
  }

  get states(): readonly Layout[] {
    return this.#states.layouts;
  }

  block(): Code {
    const { schemas, linkType, final } = this.#input;
    const meta = recordCode(schemas, this.#input.consumer, END);
    const table = schemas.table("link.type");
    const data = schemas.layouts.get("data");
    const enter = {
      table,
      key: new Name("link"),
      magicAt: { base: AT, bit: 0 },
      end: END,
      found: (layout: Layout): Code => (this.#reach.isUseful(layout) ? this.#states.go(layout) : EMPTY),
      missing: data !== undefined && this.#reach.isUseful(data) ? this.#states.go(data) : EMPTY,
    };
    const first = linkType === undefined ? findCode(enter) : findConstant(linkType, enter);
    const walk = this.#states.code(
      first,
      (layout) => this.#orElse(this.#bail, layout, () => this.#layer(layout)),
      () => this.#usual(),
    );
    const counters = [...this.#counters.values()].map((name) => code`let ${name} = 0;`);
    return code`frame: {
let ${AT} = start, ${END} = start + captured, ${WIRE} = original > captured ? start + original : ${END};
${lines([this.#input.setup ?? EMPTY, this.#input.numbering === true ? code`let layer = 1;` : EMPTY, ...counters])}
${meta}
${walk}
${final}
}`;
  }

  #open(layout: Layout): Code {
    const protocol = layout.protocol?.filter ?? layout.id;
    let counter = this.#counters.get(protocol);
    if (counter === undefined) {
      counter = this.#scope.fresh(`layers_${protocol.replace(/\W/g, "_")}`);
      this.#counters.set(protocol, counter);
    }
    return code`${counter}++; layer = ${counter};`;
  }

  #orElse(instead: Code, layout: Layout, write: () => Code): Code {
    try {
      return write();
    } catch (thrown) {
      if (!(thrown instanceof NotExtractable)) throw thrown;
      this.#input.onSkipped?.(layout, thrown.message);
      return instead;
    }
  }

  /** What is to be done before a header's form is known. */
  #opening(layout: Layout): { readonly statements: Code[]; readonly range: RangeWanted | undefined } {
    const { consumer } = this.#input;
    const filter = layout.protocol?.filter;
    const statements: Code[] = [];
    let own: Name | undefined;
    if (this.#input.numbering === true) {
      own = this.#scope.fresh("own");
      statements.push(this.#open(layout), code`const ${own} = layer;`);
    }
    if (filter !== undefined && consumer.wants(filter))
      statements.push(consumer.at({ kind: "seen", filter }));
    const range =
      filter !== undefined && consumer.wantsRange(filter)
        ? { filter, own, whole: layout.protocol?.extent === "message" }
        : undefined;
    return { statements, range };
  }

  /** The headers that most frames begin with; frames that do not are left to what follows. */
  #usual(): Code {
    const { linkType, met, schemas, consumer } = this.#input;
    if (linkType === undefined || met === undefined) return EMPTY;
    const written = new Set(this.#states.layouts);
    const way = usualWay(
      linkType,
      [...met.layouts].filter((layout) => written.has(layout)),
      schemas,
    );
    const wants = (name: string): boolean => consumer.wants(name);
    if (way === undefined || way.headers.some(({ empty }) => fieldsWanted(empty, wants))) return EMPTY;
    try {
      return code`usual: {
if (${isUnusual(way, AT, END)}) break usual;
${way.headers.map((header) => this.#known(header))}
${this.#states.go(way.last)}
}`;
    } catch (thrown) {
      // Their own statements say so.
      if (thrown instanceof NotExtractable) return EMPTY;
      throw thrown;
    }
  }

  #known({ layout, variant, fields, facts, size }: KnownHeader): Code {
    const { statements, range } = this.#opening(layout);
    const form = this.#form(variant, { fields, facts, limit: END, least: size });
    const behind = form.sequence(fields, { base: AT, bit: 0 });
    const payload = this.#payload(variant.payload, form, behind, range);
    return lines([...statements, form.code, payload]);
  }

  #layer(layout: Layout): Code {
    const { statements, range } = this.#opening(layout);
    if (range === undefined && !layout.variants.some((variant) => this.#reach.variantUseful(variant)))
      return join([...statements, code`break walk;`], "\n");
    let rest: Code = this.#bail;
    const { setup, forms, reads } = formsOf(layout.variants, AT, END, undefined, this.#scope);
    for (const form of [...forms].reverse()) {
      const body =
        range !== undefined || this.#reach.variantUseful(form.variant)
          ? this.#variant(layout, form, reads, range)
          : code`break walk;`;
      rest =
        form.condition === undefined ? body : code`if (${form.condition}) {\n${body}\n} else {\n${rest}\n}`;
    }
    return lines([...statements, setup, rest]);
  }

  #form({ payload }: Variant, more: FormParts): FormWriter {
    const { fields, ...rest } = more;
    const needed = this.#reach.nextUseful(payload) ? payloadNames(payload) : payloadEndNames(payload);
    if (this.#reach.measures) for (const name of partNames(payload)) needed.add(name);
    return new FormWriter(fields, {
      scope: this.#scope,
      consumer: this.#input.consumer,
      bail: this.#bail,
      start: AT,
      alsoNeeded: needed,
      region: (field, start, end) => this.#regions.region(field.envelope, start, end),
      ...rest,
    });
  }

  #variant(layout: Layout, { variant, least }: Form, reads: Reads, range: RangeWanted | undefined): Code {
    const { headerLength } = layout;
    const { fields } = variant;
    const limit = headerLength?.kind === "linear" ? this.#scope.fresh("limit") : END;
    const form = this.#form(variant, { fields, limit, least, reads, headerLength });
    const behind = form.sequence(fields, { base: AT, bit: 0 });
    return lines([
      limit === END ? EMPTY : code`let ${limit} = ${END};`,
      form.code,
      this.#payload(variant.payload, form, behind, range, (payload) => this.#next(payload, form, layout)),
    ]);
  }

  /** The end of the payload, its names, and the way to the next header. `next`: undefined where that was seen to be there. */
  #payload(
    payload: Payload | undefined,
    form: FormWriter,
    behind: Place,
    range: RangeWanted | undefined,
    next?: (payload: Payload) => Code,
  ): Code {
    const { consumer } = this.#input;
    // What stands behind the payload belongs to the message too.
    const header = (body: Name, end: Name, stop = payload?.behind === undefined ? end : END): Code =>
      range === undefined
        ? EMPTY
        : consumer.at({
            kind: "range",
            filter: range.filter,
            ...(range.own === undefined ? {} : { layer: range.own }),
            range: { start: AT, end: range.whole ? stop : body },
            buffer: { start: AT, end: stop },
          });
    const body = this.#scope.fresh("body");
    const out: Code[] = [code`const ${body} = ${byteBehind(behind)};`];
    if (payload === undefined) return join([...out, header(body, END), code`break walk;`], "\n");
    const further = this.#reach.nextUseful(payload);
    const stop = this.#payloadEnd(payload, form, body, out);
    out.push(this.#payloadViews(payload, form, body, stop), header(body, stop));
    if (further) {
      if (next !== undefined || stop !== END) out.push(code`if (${body} >= ${stop}) break walk;`);
      out.push(this.#partOf(payload, form));
      out.push(code`${AT} = ${body};`);
      if (stop !== END) out.push(code`${END} = ${stop};`);
      if (next !== undefined) out.push(next(payload));
    } else out.push(code`break walk;`);
    return lines(out);
  }

  /** Lengths that are wanted do not exist in a part of a message, which is seldom. */
  #partOf({ quoted, fragment }: Payload, form: FormWriter): Code {
    if (!this.#reach.measures) return EMPTY;
    if (quoted) return this.#bail;
    return fragment === undefined ? EMPTY : code`if (${form.guardCode(fragment)}) ${this.#bail}`;
  }

  /** A stated end holds unless it lies behind the wire's; before the header's end is no payload, and nothing behind it is read. */
  #payloadEnd(payload: Payload, form: FormWriter, body: Name, out: Code[]): Name {
    // What is captured ends no later than what was on the wire.
    if (payload.end?.kind !== "linear") return END;
    const value = form.numberOrZero(payload.end.field) ?? code`0`;
    const stated = this.#scope.fresh("stated");
    const stop = this.#scope.fresh("stop");
    // Of a header that states nothing, the end lies before its own bytes unless it is counted from behind them.
    const present = payload.zeroIsRest && payload.end.bias > 0 ? code`${value} !== 0 && ` : EMPTY;
    out.push(code`const ${stated} = ${AT} + ${linear(value, payload.end.scale, payload.end.bias)};
let ${stop} = ${END};
if (${present}${stated} >= ${body}) {
${WIRE} = ${stated} < ${WIRE} ? ${stated} : ${WIRE};
${stop} = ${stated} < ${END} ? ${stated} : ${END};
} else ${payload.zeroIsRest ? code`if (${value} !== 0) ${this.#bail}` : this.#bail}`);
    return stop;
  }

  #payloadViews(payload: Payload, form: FormWriter, body: Name, stop: Name): Code {
    const field: BytesField = {
      kind: "bytes",
      name: "payload",
      label: "Payload",
      when: [],
      optional: false,
      views: payload.views,
      under: [],
      size: { kind: "rest" },
      format: "bytes",
    };
    const found: Code[] = [];
    for (const view of payload.views) {
      const wireLength = code`Math.max(0, ${WIRE} - ${body})`;
      const one = form.viewCode(
        { ...field, views: [view] },
        { place: { base: body, bit: 0 }, extent: stop, wireLength },
      );
      if (one.text === "") continue;
      found.push(view.derive?.kind === "length" ? one : code`if (${stop} > ${body}) { ${one} }`);
    }
    return join(found, "\n");
  }

  /** Goes on with the first entry whose guard holds and whose key is registered, else with data. */
  #next(payload: Payload, form: FormWriter, from: Layout): Code {
    const { schemas } = this.#input;
    const data = schemas.layouts.get("data");
    const go = (layout: Layout): Code => this.#states.go(layout, from);
    const last = data !== undefined && this.#reach.isUseful(data) ? go(data) : code`break walk;`;
    const out: Code[] = [];
    const relevant = payload.next.filter(
      (_, index) =>
        last.text !== "break walk;" ||
        payload.next
          .slice(index)
          .some((later) =>
            [...layoutsIn(schemas.table(later.table))].some((layout) => this.#reach.isUseful(layout)),
          ),
    );
    for (const [index, next] of relevant.entries()) {
      const isLast = index === relevant.length - 1 && last.text === "break walk;";
      const input = {
        table: schemas.table(next.table),
        magicAt: { base: AT, bit: 0 },
        end: END,
        likely: (layout: Layout): boolean => this.#states.isMet(layout) === true,
        found: (layout: Layout): Code => {
          if (this.#reach.isUseful(layout)) return go(layout);
          return isLast ? EMPTY : code`break walk;`;
        },
        missing: EMPTY,
      };
      let found: Code;
      if (next.key.kind === "constant") found = findConstant(next.key.value, { ...input, key: EMPTY });
      else {
        const key = form.numbers.get(next.key.field);
        if (key === undefined) continue;
        found = findCode({ ...input, key });
      }
      if (found.text === "") continue;
      out.push(next.when.length === 0 ? found : code`if (${form.guardCode(next.when)}) {\n${found}\n}`);
    }
    return join([...out, last], "\n");
  }
}
