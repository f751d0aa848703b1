/** Layouts to documentation: `schemas/FIELDS.md`, and the pages of `subflow explain`. */
import type { FieldIR, Layout, Match, Variant, View } from "../ir/nodes.ts";
import { protocolType } from "../ir/protocol.ts";
import {
  deriveText,
  flagsOf,
  guardText,
  presenceText,
  rangesText,
  typeText,
  walkFields,
  whereText,
} from "./describe.ts";
import { bitDiagram } from "./diagram.ts";

/** Text that may stand in a cell of a table. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

const code = (text: string): string => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function matchText(match: Match): string {
  const [low, high] = match.key;
  const key = low === high ? `${low}` : `${low}–${high}`;
  return `${code(match.table)} ${key}${match.magic === "" ? "" : ` followed by ${code(`0x${match.magic}`)}`}`;
}

interface FilterRow {
  readonly view: View;
  /** Key in the parsed object; empty where there is none. */
  readonly key: string;
  readonly field: FieldIR | undefined;
  readonly variant: Variant;
}

function* fieldViews(fields: readonly FieldIR[], variant: Variant): Generator<FilterRow> {
  for (const field of walkFields(fields)) {
    const key = field.kind === "group" ? "" : field.name;
    for (const view of [...field.views, ...field.under]) yield { view, key, field, variant };
    if (field.kind === "repeat")
      for (const row of fieldViews(field.item, variant))
        yield { ...row, key: field.scalar ? `${field.name}[]` : `${field.name}[].${row.key}` };
  }
}

/** Filter names of a layout, each once, in wire order. */
function filterRows(layout: Layout): FilterRow[] {
  const rows = new Map<string, FilterRow>();
  const add = (row: FilterRow): void => {
    if (!rows.has(row.view.filter)) rows.set(row.view.filter, row);
  };
  for (const variant of layout.variants) {
    for (const row of fieldViews(variant.fields, variant)) add(row);
    for (const row of fieldViews(variant.payload?.behind ?? [], variant)) add(row);
    for (const view of variant.payload?.views ?? []) add({ view, key: "", field: undefined, variant });
    for (const field of [layout.trailer?.field, layout.trailer?.padding?.field, layout.trailer?.check?.field])
      if (field !== undefined) for (const row of fieldViews([field], variant)) add(row);
  }
  return [...rows.values()];
}

function meaning({ view, field, variant }: FilterRow): string {
  const isFlag = flagsOf(variant);
  const parts = [view.label];
  if (view.derive !== undefined) parts.push(deriveText(view.derive));
  else if (field !== undefined) parts.push(typeText(field));
  if (field !== undefined) parts.push(presenceText(field, isFlag));
  if (view.when !== undefined) parts.push(`where ${guardText(view.when, isFlag)}`);
  return parts.filter((part) => part !== "").join("; ");
}

function filterTable(layout: Layout): string {
  const { protocol } = layout;
  const rows = filterRows(layout).map((row) => [
    code(row.view.filter),
    row.view.type,
    row.key === "" ? "" : code(row.key),
    meaning(row),
    row.field?.spec ?? "",
  ]);
  const own =
    protocol === undefined || rows.some(([name]) => name === code(protocol.filter))
      ? []
      : [[code(protocol.filter), protocolType(layout), "", protocol.title, ""]];
  return table(["filter", "type", "key", "what", "source"], [...own, ...rows]);
}

/** Keys of the object that no filter reaches, so that the documentation names every field. */
function silentFields(layout: Layout): string {
  const shown = new Set(filterRows(layout).map((row) => row.key));
  const silent = new Map<string, string>();
  for (const variant of layout.variants)
    for (const field of walkFields(variant.fields))
      if (
        field.kind !== "group" &&
        field.kind !== "meta" &&
        !shown.has(field.name) &&
        ![...shown].some((key) => key.startsWith(`${field.name}[]`))
      )
        silent.set(field.name, `${code(field.name)} (${typeText(field)})`);
  return silent.size === 0 ? "" : `Without a filter name: ${[...silent.values()].join(", ")}.`;
}

function formTable(layout: Layout): string {
  const rows = layout.variants.map((variant) => [
    variant.name === "" ? "" : code(variant.name),
    rangesText(variant.lengths),
    whereText(variant.where),
    variant.versions.join(", "),
    [variant.spec ?? "", variant.illegal === undefined ? "" : `not allowed: ${variant.illegal}`]
      .filter((text) => text !== "")
      .join("; "),
  ]);
  const head = ["form", "length in bytes", "where", "version", "note"];
  // Columns that say nothing for this schema are left out.
  const kept = head.flatMap((_, index) =>
    index === 0 || rows.some((row) => row[index] !== "") ? [index] : [],
  );
  const pick = (row: readonly string[]): string[] => kept.map((index) => row[index] ?? "");
  return table(pick(head), rows.map(pick));
}

/** The diagrams of all forms; forms that look alike share one. */
function diagrams(layout: Layout): string[] {
  const forms = new Map<string, string[]>();
  for (const variant of layout.variants) {
    if (variant.fields.length === 0) continue;
    const drawing = bitDiagram(variant);
    forms.set(drawing, [...(forms.get(drawing) ?? []), variant.name]);
  }
  return [...forms].map(([drawing, names]) => {
    const named = names.filter((name) => name !== "").map(code);
    const title = named.length === 0 ? "" : `Form ${named.join(", ")}:\n\n`;
    return `${title}\`\`\`text\n${drawing}\n\`\`\``;
  });
}

/** Everything that a schema says about one option or header, as a Markdown section with a heading of `level`. */
export function layoutSection(layout: Layout, level = 2): string {
  const [first] = layout.variants;
  const forms = layout.variants.length > 1 || first?.name !== "";
  const about = [layout.spec, layout.description].filter((text) => text !== "").join(". ");
  const facts = [
    about === "" || about.endsWith(".") ? about : `${about}.`,
    layout.matches.length === 0 ? "" : `Registered in ${layout.matches.map(matchText).join(", ")}.`,
    !forms && first !== undefined && first.lengths.length > 0
      ? `Length in bytes: ${rangesText(first.lengths)}.`
      : "",
  ].filter((text) => text !== "");
  const filters = filterTable(layout);
  const blocks = [
    `${"#".repeat(level)} ${layout.title} (${code(layout.id)})`,
    ...facts,
    ...(forms ? [formTable(layout)] : []),
    filters,
    silentFields(layout),
    ...(layout.role === "metadata" ? [] : diagrams(layout)),
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

/** A family of schemas: those of one folder. */
export interface Family {
  readonly name: string;
  readonly layouts: readonly Layout[];
}

/** The page of all schemas. `header` is a comment that says where the text comes from. */
export function toMarkdown(families: readonly Family[], header: string): string {
  const index = families.map(
    ({ name, layouts }) => `- ${name}: ${layouts.map((layout) => code(layout.id)).join(", ")}`,
  );
  const sections = families.flatMap(({ layouts }) => layouts.map((layout) => layoutSection(layout)));
  return `${[header, "# Fields", index.join("\n"), ...sections].join("\n\n")}\n`;
}
