/** Layouts to TypeScript declarations of the parsed objects: what `parse` gives and `serialize` takes. */
import type { FieldIR, Layout, Variant } from "../ir/nodes.ts";
import { flagsOf, presenceText, typeText } from "./describe.ts";

/** "mptcp.addAddr" → "MptcpAddAddr". */
export function typeName(id: string): string {
  return id
    .split(".")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

/** Name of a family's table of shapes: "mptcp" → "MptcpShapes". */
export function shapesName(family: string): string {
  return `${typeName(family)}Shapes`;
}

/** One property of an object type. */
interface Property {
  readonly types: Set<string>;
  readonly doc: string;
  optional: boolean;
}

/** An entry of an option region, without a name of its own in the floors below. */
const OPTION_ENTRY = `/** One entry of a region of options, in wire order. */
interface OptionEntry {
  readonly id: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly raw?: Uint8Array;
  readonly problems?: readonly Problem[];
}
`;

/** The type of a field's value; groups have none of their own. */
function valueType(field: FieldIR): string {
  switch (field.kind) {
    case "flag":
      return "boolean";
    case "uint":
      return field.wide ? "bigint" : "number";
    case "bytes":
      return field.format === "string" ? "string" : "Uint8Array";
    case "address":
      return "string";
    case "options":
      return "readonly OptionEntry[]";
    case "repeat": {
      const item = field.scalar ? field.item.map(valueType).join(" | ") : inlineObject(field.item);
      return `readonly ${/[ |]/.test(item) && !item.startsWith("{") ? `(${item})` : item}[]`;
    }
    case "group":
    case "meta":
      return "never";
  }
}

function inlineObject(fields: readonly FieldIR[]): string {
  const properties = new Map<string, Property>();
  collect(fields, properties, false, () => false);
  const parts = [...properties].map(
    ([name, property]) =>
      `readonly ${name}${property.optional ? "?" : ""}: ${[...property.types].join(" | ")}`,
  );
  return `{ ${parts.join("; ")} }`;
}

/** Groups are flattened; a name that stands in several places (under guards that exclude each other) becomes one property. */
function collect(
  fields: readonly FieldIR[],
  into: Map<string, Property>,
  guarded: boolean,
  isFlag: (name: string) => boolean,
): void {
  for (const field of fields) {
    const optional = guarded || field.when.length > 0 || field.optional;
    if (field.kind === "group") collect(field.fields, into, optional, isFlag);
    else if (field.kind !== "meta") {
      const known = into.get(field.name);
      known?.types.add(valueType(field));
      if (known !== undefined) continue;
      into.set(field.name, {
        types: new Set([valueType(field)]),
        doc: documentation(field, isFlag),
        optional,
      });
    }
  }
}

function documentation(field: FieldIR, isFlag: (name: string) => boolean): string {
  const presence = presenceText(field, isFlag);
  const facts = [typeText(field), ...(presence === "" ? [] : [presence])];
  if (field.kind === "uint" && field.reserved) facts.push("reserved: sent as 0");
  if (field.kind === "uint" && field.compute !== undefined) facts.push("derived on writing if absent");
  const spec = field.spec === undefined ? "" : ` ${field.spec}.`;
  return `${field.label}: ${facts.join("; ")}.${spec}`;
}

/** A comment cannot be left by what a schema says. */
const comment = (text: string, indent = ""): string => `${indent}/** ${text.replaceAll("*/", "*\\/")} */`;

function declareInterface(name: string, variant: Variant, doc: string): string {
  const properties = new Map<string, Property>();
  collect(variant.fields, properties, false, flagsOf(variant));
  const lines = [comment(doc), `export interface ${name} {`];
  if (variant.name !== "") lines.push(`  readonly variant: ${JSON.stringify(variant.name)};`);
  for (const [key, property] of properties) {
    lines.push(comment(property.doc, "  "));
    lines.push(`  readonly ${key}${property.optional ? "?" : ""}: ${[...property.types].join(" | ")};`);
  }
  return `${[...lines, "}"].join("\n")}\n`;
}

/** The declarations of one layout: an interface, or a union told apart by `variant`. */
export function declareLayout(layout: Layout): string {
  const name = typeName(layout.id);
  const spec = layout.spec === "" ? "" : ` (${layout.spec})`;
  const description = layout.description === "" ? "" : ` ${layout.description}`;
  const doc = `${layout.title}${spec}.${description}`;
  const [first] = layout.variants;
  if (first !== undefined && layout.variants.length === 1 && first.name === "")
    return declareInterface(name, first, doc);
  const members = layout.variants.map((variant) => name + typeName(variant.name));
  const parts = layout.variants.map((variant, index) => {
    const illegal = variant.illegal === undefined ? "" : ` Not allowed, but seen: ${variant.illegal}.`;
    const text = `${layout.title}, form \`${variant.name}\`${variant.spec === undefined ? spec : ` (${variant.spec})`}.${illegal}`;
    return declareInterface(members[index] ?? name, variant, text);
  });
  const union = members.map((member) => `\n  | ${member}`).join("");
  return [`${comment(doc)}\nexport type ${name} =${union};\n`, ...parts].join("\n");
}

/** Layouts that have objects: those of properties of the frame have none. */
export function hasShape(layout: Layout): boolean {
  return layout.role !== "metadata" && layout.variants.length > 0;
}

/**
 * The declarations of a family of layouts: a type for each, and the table `<Family>Shapes` from schema id to type.
 * `header` is a comment that says where the text comes from.
 */
export function toTypeScript(family: string, layouts: readonly Layout[], header: string): string {
  const shaped = layouts.filter(hasShape);
  const bodies = shaped.map(declareLayout);
  const region = bodies.some((body) => body.includes("OptionEntry"));
  const entries = shaped.map((layout) => `  readonly ${JSON.stringify(layout.id)}: ${typeName(layout.id)};`);
  const table = [
    `/** Types of the ${family} schemas by id. */`,
    `export interface ${shapesName(family)} {`,
    ...entries,
    "}\n",
  ].join("\n");
  const imports = region ? ['import type { Problem } from "../../src/plugin.ts";\n', OPTION_ENTRY] : [];
  return [header, ...imports, ...bodies, table].join("\n");
}
