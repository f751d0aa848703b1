/** Regions of options as a loop over kinds and lengths. The counterparts are `splitRegion` and `readOption`. */
import { type Code, code, EMPTY, join, lines, type Name } from "../../codegen/code.ts";
import type { Envelope, FieldIR, Layout } from "../../ir/nodes.ts";
import { fixedBits } from "../../ir/size.ts";
import { findCode, findConstant } from "./find.ts";
import { FormWriter } from "./form.ts";
import { beginsAs } from "./heads.ts";
import { byteBehind, moved, type Place, plus, unsigned } from "./read.ts";
import type { Scope } from "./scope.ts";
import { type Consumer, NOTHING_WANTED, narrowed } from "./site.ts";
import { NotExtractable, type Schemas } from "./tables.ts";
import { formsOf, type Reads, type StatedSize } from "./variants.ts";
import { fieldsWanted, layoutFieldsWanted, namesOf, optionFamily, regionWanted } from "./wanted.ts";

export interface RegionInput {
  readonly schemas: Schemas;
  readonly scope: Scope;
  readonly consumer: Consumer;
  readonly bail: Code;
  /** See `WalkInput`. */
  readonly revocable: boolean;
  /** Opens a layer number, where numbers are kept. */
  readonly open?: (layout: Layout) => Code;
}

/** One option between two indices. */
interface Piece {
  readonly start: Name;
  readonly end: Name;
  readonly size: StatedSize | undefined;
  /** Of its head, by the text that reads it: a form that asks for a number in the very same way is given its name. */
  readonly reads?: Reads;
}

export function locate(
  fields: readonly FieldIR[],
  name: string,
  start = 0,
): { bit: number; bits: number } | undefined {
  let at = start;
  for (const field of fields) {
    const bits = fixedBits(field) ?? 0;
    if (field.name === name) return { bit: at, bits };
    const inside = field.kind === "group" ? locate(field.fields, name, at) : undefined;
    if (inside !== undefined) return inside;
    at += bits;
  }
  return undefined;
}

/** Is a name of the fields behind the first ones wanted, in any form? */
function wantedBehind(layout: Layout, count: number, wants: (name: string) => boolean): boolean {
  if (!layoutFieldsWanted(layout, wants)) return false;
  return layout.variants.some(({ fields }) => fieldsWanted(fields.slice(count), wants));
}

export class RegionWriter {
  readonly #input: RegionInput;
  readonly #wants = (name: string): boolean => this.#input.consumer.wants(name);

  constructor(input: RegionInput) {
    this.#input = input;
  }

  /** Statements for all options from `start` to `end`; none where nothing in them is wanted. */
  region(envelopeId: string, start: Name | Code, end: Name): Code {
    const { schemas, scope } = this.#input;
    const outer = schemas.layouts.get(envelopeId);
    const envelope = outer?.envelope;
    if (outer === undefined || envelope === undefined || !this.#worthwhile(outer)) return EMPTY;
    if (envelope.keyBitOffset + envelope.keyBits > 8)
      throw new NotExtractable(`${outer.id} has keys of several bytes`);
    const length = locate(envelope.fields, envelope.lengthField) ?? { bit: 8, bits: 8 };
    const least = (length.bit + length.bits) / 8;
    const at = scope.fresh("option");
    const kind = scope.fresh("kind");
    const size = scope.fresh("size");
    const behind = scope.fresh("behind");
    const key: Place = { base: at, bit: envelope.keyBitOffset };
    const lengthValue = unsigned({ base: at, bit: length.bit }, length.bits);
    const bytes = envelope.lengthUnit === 1 ? lengthValue : code`${lengthValue} * ${envelope.lengthUnit}`;
    const total = envelope.lengthBias === 0 ? bytes : code`${bytes} + ${envelope.lengthBias}`;
    const keyValue = unsigned(key, envelope.keyBits);
    const most = (2 ** length.bits - 1) * envelope.lengthUnit + envelope.lengthBias;
    const reads = new Map([
      [keyValue.text, kind],
      [total.text, size],
    ]);
    const statements = [
      code`const ${kind} = ${keyValue};`,
      ...envelope.single.map((one) => this.#single(outer, one, at, kind)),
      code`if (${plus(at, least)} > ${end}) break;`,
      code`const ${size} = ${total};`,
      code`const ${behind} = ${at} + ${size};`,
      code`if (${size} < ${least} || ${behind} > ${end}) break;`,
      this.#option(outer, { start: at, end: behind, size: { value: size, most }, reads }, kind),
      code`${at} = ${behind};`,
      ...envelope.end
        .filter((one) => !envelope.single.includes(one))
        .map((one) => code`if (${kind} === ${one}) break;`),
    ];
    return code`let ${at} = ${start};
${this.#passUsual(outer, at, end)}
for (; ${at} < ${end};) {\n${statements}\n}`;
  }

  /** Goes past the options that most regions begin with, where nothing of them is wanted. */
  #passUsual(outer: Layout, at: Name, end: Name): Code {
    const { usual } = outer.envelope ?? {};
    if (usual?.kinds.every((kind) => this.#isIdle(outer, kind, at, end)) !== true) return EMPTY;
    const { value, bits, size } = usual;
    const isThere = code`${unsigned({ base: at, bit: 0 }, bits)} === ${value}`;
    return code`if (${plus(at, size)} <= ${end} && ${isThere}) ${at} += ${size};`;
  }

  /** Is there nothing to do at options of a kind? */
  #isIdle(outer: Layout, kind: number, start: Name, end: Name): boolean {
    const { envelope } = outer;
    if (envelope === undefined) return false;
    const piece = { start, end, size: undefined };
    // Kinds of one byte are no members of the family in what these say of it.
    if (!envelope.single.includes(kind)) {
      if (this.#shared(outer) !== undefined) return false;
      const all = this.#uniform(outer, piece);
      if (all !== undefined) return all.text === "";
    }
    return this.#ofKind(outer, envelope, kind, piece).text === "";
  }

  #worthwhile(outer: Layout): boolean {
    if (regionWanted(this.#input.schemas, outer.id, this.#wants)) return true;
    if (this.#input.open === undefined) return false;
    return [...optionFamily(this.#input.schemas, outer)].some((layout) => layout.protocol?.layer === true);
  }

  /** A kind of one byte. */
  #single(outer: Layout, kind: number, at: Name, kindName: Name): Code {
    const envelope = outer.envelope as Envelope; // the caller checked it
    const behind = this.#input.scope.fresh("behind");
    const piece = { start: at, end: behind, size: undefined };
    const body = this.#ofKind(outer, envelope, kind, piece);
    const leave = envelope.end.includes(kind) ? code`break;` : code`${at}++; continue;`;
    if (body.text === "") return code`if (${kindName} === ${kind}) { ${leave} }`;
    return code`if (${kindName} === ${kind}) {\nconst ${behind} = ${at} + 1;\n${body}\n${leave}\n}`;
  }

  /** An option whose kind is known beforehand. */
  #ofKind(outer: Layout, envelope: Envelope, kind: number, piece: Piece): Code {
    const plain = this.#plain(outer, piece);
    return findConstant(kind, {
      table: this.#input.schemas.table(envelope.table),
      key: EMPTY,
      magicAt: { base: piece.start, bit: envelope.keyBitOffset + envelope.keyBits },
      end: piece.end,
      found: (layout) => (layout === outer ? plain : this.#option(layout, piece, undefined)),
      missing: plain,
    });
  }

  /** The option under an envelope's schema, or under what its table leads on to. */
  #option(layout: Layout, piece: Piece, known: Name | undefined): Code {
    const { envelope } = layout;
    if (envelope === undefined) return this.#plain(layout, piece);
    const uniform = this.#uniform(layout, piece);
    if (uniform !== undefined) return uniform;
    const shared = this.#shared(layout);
    if (shared !== undefined) {
      const head = this.#narrowed((name) => shared.has(name)).#option(layout, piece, known);
      const rest = this.#narrowed((name) => !shared.has(name)).#option(layout, piece, known);
      return join([head, rest], "\n");
    }
    const { scope, schemas } = this.#input;
    const place: Place = { base: piece.start, bit: envelope.keyBitOffset };
    const behindKey = moved(place, envelope.keyBits);
    const key = known ?? scope.fresh("key");
    const plain = this.#plain(layout, piece);
    const found = findCode({
      table: schemas.table(envelope.table),
      key,
      magicAt: behindKey,
      end: piece.end,
      found: (inner) => (inner === layout ? plain : this.#option(inner, piece, undefined)),
      missing: plain,
    });
    if (known !== undefined || found.text === "") return found;
    const body = code`const ${key} = ${unsigned(place, envelope.keyBits)};\n${found}`;
    if (plain.text === "") return code`if (${byteBehind(behindKey)} <= ${piece.end}) {\n${body}\n}`;
    return code`if (${byteBehind(behindKey)} > ${piece.end}) {\n${plain}\n} else {\n${body}\n}`;
  }

  #narrowed(keeps: (filter: string) => boolean): RegionWriter {
    return new RegionWriter({ ...this.#input, consumer: narrowed(this.#input.consumer, keeps) });
  }

  /** An envelope, and what may stand in its place. */
  #members(outer: Layout): readonly Layout[] {
    const family = [...optionFamily(this.#input.schemas, outer)];
    return family.filter((layout) => !layout.single || outer.envelope?.single.length === 0);
  }

  /** Do all of them begin with the fields of the envelope, behind which its own form takes all bytes? */
  #isAlike(outer: Layout, members: readonly Layout[]): boolean {
    const { envelope, variants } = outer;
    const [form] = variants;
    const last = form?.fields.at(-1);
    if (envelope === undefined || variants.length !== 1 || form?.where.length !== 0) return false;
    if (last?.kind !== "bytes" || last.size.kind !== "rest") return false;
    const find = (id: string): Layout | undefined => this.#input.schemas.layouts.get(id);
    return members.every((member) => beginsAs(member, outer, find));
  }

  /**
   * Wanted names of the fields that all members of a family begin with, where something else in some of them is wanted too: they
   * are read once, so that each member's code is about the rest.
   */
  #shared(outer: Layout): ReadonlySet<string> | undefined {
    // Layer numbers are opened once.
    if (this.#input.open !== undefined) return undefined;
    const head = outer.envelope?.fields ?? [];
    const names = new Set(namesOf(head).filter(this.#wants));
    const members = this.#members(outer);
    if (names.size === 0 || !this.#isAlike(outer, members)) return undefined;
    const again = (name: string): boolean => names.has(name);
    return members.some((member) => wantedBehind(member, head.length, again)) ? undefined : names;
  }

  /**
   * Where nothing is wanted but what all members of a family begin with, the family's envelope is read and the member need
   * not be known: whether its own form fits or not, these fields are the same.
   */
  #uniform(outer: Layout, piece: Piece): Code | undefined {
    const members = this.#members(outer);
    const protocol = (layout: Layout): string => this.#protocol(layout, piece).text;
    if (members.some((layout) => protocol(layout) !== protocol(outer))) return undefined;
    if (!members.some((layout) => layoutFieldsWanted(layout, this.#wants)))
      return this.#protocol(outer, piece);
    const { length } = outer.envelope?.fields ?? [];
    if (!this.#isAlike(outer, members)) return undefined;
    if (members.some((layout) => wantedBehind(layout, length, this.#wants))) return undefined;
    return this.#plain(outer, piece);
  }

  #protocol(layout: Layout, { start, end }: Piece): Code {
    const { consumer, open } = this.#input;
    const opening = layout.protocol?.layer === true && open !== undefined ? open(layout) : EMPTY;
    const filter = layout.protocol?.filter;
    if (filter === undefined || !consumer.wants(filter)) return opening;
    const range = { start, end };
    const seen = consumer.at({ kind: "seen", filter });
    const bytes = consumer.wantsRange(filter)
      ? consumer.at({ kind: "range", filter, range, buffer: range })
      : EMPTY;
    return lines([opening, seen, bytes]);
  }

  /** The option as this very schema says. A form that does not fit would be read as its envelope's: the interpreter does. */
  #plain(layout: Layout, piece: Piece): Code {
    const { bail, scope, consumer, schemas } = this.#input;
    const protocol = this.#protocol(layout, piece);
    let outerWanted = false;
    for (let id = layout.within; id !== undefined; id = schemas.layouts.get(id)?.within) {
      const outer = schemas.layouts.get(id);
      if (outer !== undefined && layoutFieldsWanted(outer, this.#wants)) outerWanted = true;
    }
    if (!outerWanted && !layoutFieldsWanted(layout, this.#wants)) return protocol;
    const names = layout.variants.flatMap(({ fields }) => namesOf(fields)).filter(this.#wants);
    const instead = consumer.instead?.(names);
    if (instead !== undefined) return instead;
    let rest: Code = bail;
    const { setup, forms, reads: own } = formsOf(layout.variants, piece.start, piece.end, piece.size, scope);
    const reads = new Map([...(piece.reads ?? []), ...own]);
    for (const { variant, condition, least } of [...forms].reverse()) {
      let body: Code = EMPTY;
      if (outerWanted || fieldsWanted(variant.fields, this.#wants)) {
        const input = { scope, bail, limit: piece.end, start: piece.start, least, reads };
        const start: Place = { base: piece.start, bit: 0 };
        const fits = (end: Place): Code => code`if (${byteBehind(end)} !== ${piece.end}) ${bail}`;
        if (this.#input.revocable) {
          const form = new FormWriter(variant.fields, { ...input, consumer });
          const end = form.sequence(variant.fields, start);
          body = code`${form.code}\n${fits(end)}`;
        } else {
          // An option that does not fit to its end has none of these fields: that is known before any of them counts.
          const check = new FormWriter(variant.fields, { ...input, consumer: NOTHING_WANTED });
          const end = check.sequence(variant.fields, start);
          const form = new FormWriter(variant.fields, { ...input, bail: undefined, consumer });
          form.sequence(variant.fields, start);
          body = code`{\n${check.code}\n${fits(end)}\n}\n${form.code}`;
        }
      }
      rest =
        condition === undefined ? code`{\n${body}\n}` : code`if (${condition}) {\n${body}\n} else ${rest}`;
    }
    return lines([protocol, setup, rest]);
  }
}
