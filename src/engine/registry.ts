/** What is registered: schemas by id, dissector tables, filter fields, value strings, trackers. */
import { isCut, type Problem, SchemaError } from "../errors.ts";
import { operators } from "../filter/operators.ts";
import type { FieldInfo, Finding, ValueStrings } from "../ir/fields.ts";
import type { FieldIR, Layout, View } from "../ir/nodes.ts";
import { protocolType } from "../ir/protocol.ts";
import type { Tracker } from "../ir/tracker.ts";
import type { Dissector } from "../plugin.ts";
import { type Lowered, lowerSchema, lowerSchemas } from "../schema/lower.ts";
import { DissectorTables, type Table } from "./dissector-tables.ts";
import { KnownFields } from "./known-fields.ts";
import { MALFORMED_ID, PADDING_ID } from "./option-list.ts";

export class Registry {
  readonly layouts: Map<string, Layout> = new Map();
  readonly fields: KnownFields = new KnownFields((layout) => {
    const infos = this.#fieldsOf(layout, (known, { name }) => !known.has(name));
    for (const [name, info] of infos) infos.set(name, this.#withFinding(info));
    return infos;
  });
  /** By table of value strings: the tables that it came with, of which each may be made when it is asked for. */
  readonly enums: Map<string, Readonly<Record<string, ValueStrings>>> = new Map();
  readonly trackers: Map<string, Tracker> = new Map();
  /** By field. */
  readonly findings: Map<string, Finding> = new Map();
  /** Names that are known, and that nothing gives a value. */
  readonly absent: Map<string, true> = new Map();
  readonly dissectors: Dissector[] = [];
  readonly #tables = new DissectorTables();
  #revision = 0;

  /** All of it or nothing: a dissector that is refused leaves no trace. */
  registerWhole(dissector: Dissector): void {
    const restore = this.#remember();
    try {
      this.register(dissector);
    } catch (thrown) {
      restore();
      throw thrown;
    }
  }

  #remember(): () => void {
    const maps: readonly Map<string, unknown>[] = [
      this.layouts,
      this.fields.held,
      this.enums,
      this.trackers,
      this.findings,
      this.absent,
    ];
    const before = maps.map((map) => [...map]);
    const restoreTables = this.#tables.remember();
    return () => {
      for (const [index, map] of maps.entries()) {
        map.clear();
        for (const [name, value] of before[index] ?? []) map.set(name, value);
      }
      restoreTables();
      this.#revision++;
    };
  }

  /** Of what is known to fit, such as what comes with the package. */
  register(dissector: Dissector): void {
    this.#refuseTaken(dissector.enums ?? {}, dissector.name);
    this.#addEnums(dissector.enums ?? {});
    for (const layout of dissector.layouts ?? []) this.add(layout);
    const files = (dissector.schemas ?? []).map((json, index) => ({
      json,
      origin: `${dissector.name}[${index}]`,
    }));
    const lowered = lowerSchemas(
      files,
      (name) => this.enums.has(name),
      (id) => this.layouts.get(id),
    );
    for (const [index, file] of lowered.entries()) this.#addFile(file, files[index]?.origin);
    for (const tracker of dissector.trackers ?? []) this.#addTracker(tracker);
    for (const info of dissector.absent ?? []) this.#addAbsent(info);
    for (const finding of dissector.findings ?? []) this.#addFinding(finding, dissector.name);
    this.dissectors.push(dissector);
  }

  load(json: unknown, origin: string | undefined): void {
    const lowered = lowerSchema(json, {
      envelope: (id) => this.layouts.get(id),
      hasEnum: (name) => this.enums.has(name),
      origin,
    });
    this.#addFile(lowered, origin);
  }

  #addFile({ layout, enums, places }: Lowered, origin: string | undefined): void {
    this.#refuseTaken(enums, origin);
    this.add(layout, origin, { enums, places });
    this.#addEnums(enums);
  }

  /** A table of value strings that other fields may show is nobody's to change. */
  #refuseTaken(tables: Readonly<Record<string, ValueStrings>>, origin: string | undefined): void {
    const taken = Object.keys(tables).find((name) => this.enums.has(name));
    if (taken !== undefined)
      throw new SchemaError("id-taken", `/enums/${taken}`, `the table "${taken}" is taken`, origin);
  }

  #addEnums(tables: Readonly<Record<string, ValueStrings>>): void {
    for (const name of Object.keys(tables)) this.enums.set(name, tables);
  }

  /** A table of value strings. */
  strings(name: string): ValueStrings | undefined {
    return this.enums.get(name)?.[name];
  }

  /** Everything is checked before anything is changed, so that a refused schema leaves no trace. */
  add(layout: Layout, origin?: string, file?: Pick<Lowered, "enums" | "places">): void {
    if (this.layouts.has(layout.id) || layout.id === PADDING_ID || layout.id === MALFORMED_ID)
      throw new SchemaError("id-taken", "/id", `"${layout.id}" is taken`, origin);
    const names = this.#deferable(layout);
    const infos =
      names === undefined
        ? this.#fieldsOf(layout, (known, ...[info, at]) => this.#isNew(known, info, origin, at), file)
        : undefined;
    for (const [index, match] of layout.matches.entries()) {
      const other = this.#tables.clash(match, layout, layout.matches.slice(0, index));
      if (other !== undefined) {
        throw new SchemaError(
          "match-conflict",
          "/match",
          `${match.table} ${match.key[0]}${match.magic === "" ? "" : ` ${match.magic}`} is claimed by "${other.id}"`,
          origin,
        );
      }
    }
    this.#revision++;
    this.layouts.set(layout.id, layout);
    for (const [name, info] of infos ?? []) if (!this.fields.has(name)) this.fields.set(name, info);
    if (names !== undefined) this.fields.defer(layout, names);
    for (const name of names ?? infos?.keys() ?? []) this.absent.delete(name);
    for (const match of layout.matches) this.#tables.enter(match, layout);
  }

  /** All names of a schema whose fields need not be looked at now; none of them can be at odds with another's. */
  #deferable({ outline, protocol }: Layout): readonly string[] | undefined {
    if (outline === undefined) return undefined;
    const names = [
      ...(protocol === undefined ? [] : [protocol.filter]),
      ...outline.names,
      ...outline.further,
    ];
    return names.some((name) => this.fields.isDescribed(name)) ? undefined : names;
  }

  #withFinding(info: FieldInfo): FieldInfo {
    const finding = this.findings.get(info.name);
    return finding === undefined ? info : { ...info, finding };
  }

  /** The name that a schema gives to such problems. */
  problemField(problem: Problem): FieldInfo | undefined {
    if (isCut(problem)) return undefined;
    const { layer, code, field } = problem;
    const named = this.layouts
      .get(layer)
      ?.problems?.find((one) => one.code === code && (one.field === undefined || one.field === field));
    return named === undefined ? undefined : this.fields.get(named.filter);
  }

  /** The names that filters know, for the filter compiler. */
  fieldTable(): { get(name: string): FieldInfo | undefined; names(): Iterable<string> } {
    return { get: (name) => this.fields.get(name), names: () => this.fields.keys() };
  }

  decodeAs(table: string, key: number, id: string): void {
    const layout = this.layouts.get(id);
    if (layout === undefined) throw new SchemaError("unknown-reference", "", `there is no schema "${id}"`);
    this.#tables.force(table, key, layout);
    this.#revision++;
  }

  /** Counts changes: what was compiled from the tables holds as long as it stays. */
  get revision(): number {
    return this.#revision;
  }

  /** A table's entries, for compiling them into code. */
  table(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  hasTable(table: string): boolean {
    return this.#tables.has(table);
  }

  /** What is registered under a key. `bitOffset` is where the bits behind the key begin, for magic. */
  find(table: string, key: number, data: Uint8Array, bitOffset: number, end: number): Layout | undefined {
    return this.#tables.find(table, key, data, bitOffset, end);
  }

  #addTracker(tracker: Tracker): void {
    for (const { info } of tracker.provides) this.#isNew(this.fields, info);
    for (const { info } of tracker.provides) {
      this.fields.set(info.name, { ...info, tracker: tracker.id });
      this.absent.delete(info.name);
    }
    this.trackers.set(tracker.id, tracker);
  }

  /** A name without a source: whatever declares it really comes first. */
  #addAbsent(info: FieldInfo): void {
    if (!this.#isNew(this.fields, info)) return;
    this.fields.set(info.name, info);
    this.absent.set(info.name, true);
  }

  #addFinding(finding: Finding, origin: string): void {
    for (const name of [finding.field, finding.about]) {
      if (name !== undefined && !this.fields.has(name))
        throw new SchemaError("unknown-reference", "/findings", `there is no field "${name}"`, origin);
    }
    if (!this.fields.has(finding.field)) return;
    this.findings.set(finding.field, finding);
    if (!this.fields.isDescribed(finding.field)) return;
    const info = this.fields.get(finding.field);
    if (info !== undefined) this.fields.set(finding.field, this.#withFinding(info));
  }

  /** Whether a name is new. One that cannot be a field of this type is refused. */
  #isNew(
    fresh: { get(name: string): FieldInfo | undefined },
    { name, type }: Pick<FieldInfo, "name" | "type">,
    origin?: string,
    pointer = "",
  ): boolean {
    const taken = fresh.get(name) ?? this.fields.get(name);
    if (taken === undefined) {
      if (isFilterName(name)) return true;
      throw new SchemaError("unsafe-name", pointer, `"${name}" means something else in a filter`, origin);
    }
    if (taken.type === type) return false;
    throw new SchemaError(
      "filter-type-conflict",
      pointer,
      `"${name}" is ${type} here and ${taken.type} in ${taken.schema ?? taken.protocol}`,
      origin,
    );
  }

  /** `isNew`: is the name not among those found so far? */
  #fieldsOf(
    layout: Layout,
    isNew: (
      found: ReadonlyMap<string, FieldInfo>,
      info: Pick<FieldInfo, "name" | "type">,
      pointer?: string,
    ) => boolean,
    file?: Pick<Lowered, "enums" | "places">,
  ): Map<string, FieldInfo> {
    const infos = new Map<string, FieldInfo>();
    const protocol = layout.protocol?.filter ?? this.#protocolOf(layout);
    const addView = (view: View, field: FieldIR): void => {
      const name = view.filter;
      if (!isNew(infos, { name, type: view.type }, file?.places.get(view))) return;
      const { strings: table } = view;
      const strings = table === undefined ? undefined : (file?.enums[table] ?? this.strings(table));
      const bits = bitsOf(field);
      infos.set(name, {
        name,
        type: view.type,
        base: view.base,
        protocol: protocolOfName(name, protocol),
        description: view.label,
        schema: layout.id,
        spec: field.spec ?? layout.spec,
        ...(bits === undefined || view.derive !== undefined ? {} : { bits }),
        ...(strings === undefined ? {} : { strings }),
      });
    };
    const add = (info: FieldInfo, pointer?: string): void => {
      if (isNew(infos, info, pointer)) infos.set(info.name, info);
    };
    const addField = (field: FieldIR): void => {
      for (const view of [...field.views, ...field.under]) addView(view, field);
      if (field.kind === "group") field.fields.forEach(addField);
      if (field.kind === "repeat") field.item.forEach(addField);
    };
    if (layout.protocol !== undefined) {
      add(
        {
          name: layout.protocol.filter,
          type: protocolType(layout),
          base: "none",
          protocol: layout.protocol.filter,
          description: layout.protocol.title,
          schema: layout.id,
          spec: layout.spec,
        },
        "/protocol/filter",
      );
    }
    for (const variant of layout.variants) {
      variant.fields.forEach(addField);
      const last = variant.fields.at(-1);
      variant.payload?.behind?.forEach(addField);
      for (const view of variant.payload?.views ?? [])
        if (last !== undefined) addView(view, { ...last, spec: layout.spec });
    }
    for (const { filter, label } of layout.problems ?? []) {
      const name = { name: filter, protocol: protocolOfName(filter, protocol), description: label };
      add({ ...name, type: "FT_NONE", base: "none", schema: layout.id, spec: layout.spec });
    }
    const { trailer } = layout;
    for (const field of [trailer?.field, trailer?.padding?.field, trailer?.check?.field]) {
      if (field !== undefined) addField(field);
    }
    return infos;
  }

  #protocolOf(layout: Layout): string {
    let outer = layout.within === undefined ? undefined : this.layouts.get(layout.within);
    while (outer !== undefined) {
      if (outer.protocol !== undefined) return outer.protocol.filter;
      outer = outer.within === undefined ? undefined : this.layouts.get(outer.within);
    }
    return layout.id;
  }
}

/** Words that the filter language takes for an operator or a value before it looks for a field. */
const TAKEN: ReadonlySet<string> = new Set([
  ...operators.flatMap(({ spellings, deprecated = [] }) => [...spellings, ...deprecated]),
  "true",
  "false",
]);

const NOT_A_FIELD = /^(?:_ws\.|\d[\da-fA-FxX._-]*$)/;

/** No field may turn a number, an address or a word of the language into something else in everybody's filters, nor be the engine's own. */
function isFilterName(name: string): boolean {
  return !NOT_A_FIELD.test(name) && !TAKEN.has(name.toLowerCase());
}

/** Width of a bit field inside its carrier. */
function bitsOf(field: FieldIR): number | undefined {
  if (field.kind === "flag") return 1;
  return field.kind === "uint" && typeof field.bits === "number" ? field.bits : undefined;
}

/** Wireshark counts `tcp.options.…` and its like to the protocol that the name begins with. */
function protocolOfName(name: string, protocol: string): string {
  return name === protocol || name.startsWith(`${protocol}.`) ? protocol : (name.split(".")[0] ?? protocol);
}
