/** `subflow explain FILTER|OPTION-ID`: how a filter is understood and run, or what an option's bytes are. */
import { bitDiagram } from "../backends/diagram.ts";
import { builtin } from "../default-engine.ts";
import type { Engine } from "../engine/api.ts";
import { fillLimits } from "../filter/limits.ts";
import { parseFilter } from "../filter/parser.ts";
import { printFilter } from "../filter/print.ts";
import { Source } from "../filter/source-error.ts";
import type { Layout, Range, Variant } from "../ir/nodes.ts";
import type { Dissector } from "../plugin.ts";
import { CliError, EXIT } from "./errors.ts";
import { unknownOption } from "./fields-command.ts";
import { parseOptions } from "./getopt.ts";
import { createSetup } from "./setup.ts";
import { standardOutput } from "./standard-output.ts";
import { syntaxLines } from "./syntax-tree.ts";

function findLayout(id: string, plugins: readonly Dissector[]): Layout | undefined {
  return [...builtin, ...plugins]
    .flatMap((dissector) => dissector.layouts ?? [])
    .find((layout) => layout.id === id);
}

function rangeText(ranges: readonly Range[]): string {
  return ranges.map(([low, high]) => (low === high ? String(low) : `${low} to ${high}`)).join(", ");
}

function variantText(variant: Variant): string {
  const facts = [
    variant.lengths.length === 0 ? "" : `${rangeText(variant.lengths)} bytes`,
    variant.versions.length === 0 ? "" : `version ${variant.versions.join(", ")}`,
    ...variant.where.map((term) => `${term.field} = ${rangeText(term.ranges)}`),
    variant.illegal === undefined ? "" : `not allowed: ${variant.illegal}`,
    variant.spec ?? "",
  ].filter((fact) => fact !== "");
  const name = variant.name === "" ? "" : `${variant.name}: `;
  return `${name}${facts.join("; ")}\n${bitDiagram(variant)}\n`;
}

function layoutText(layout: Layout): string {
  const matches = layout.matches.map(({ table, key, magic }) => {
    return `${table} ${rangeText([key])}${magic === "" ? "" : ` + 0x${magic}`}`;
  });
  const registered = matches.length === 0 ? "" : `registered under ${matches.join(", ")}\n`;
  const head = `${layout.id}: ${layout.title} (${layout.spec})\n${layout.description}\n${registered}`;
  return `${head}\n${layout.variants.map(variantText).join("\n")}`;
}

function indent(text: string): string {
  return `${text.trimEnd().replaceAll(/^/gm, "  ")}\n`;
}

function filterText(engine: Engine, text: string): string {
  const filter = engine.compileFilter(text);
  const infos = new Map(engine.fields().map((field) => [field.name, field]));
  const syntax = parseFilter(new Source(text), fillLimits(undefined), []);
  const fields = filter.fields.map((name) => {
    const info = infos.get(name);
    const needs = info?.tracker === undefined ? "" : `  needs earlier frames (${info.tracker})`;
    return `  ${name}  ${info?.type ?? ""}${needs}\n`;
  });
  if (syntax === undefined) return "filter: (empty: every frame)\n";
  return (
    `filter: ${printFilter(syntax)}\n\ntree:\n${syntaxLines(syntax)
      .map((line) => `  ${line}\n`)
      .join("")}` +
    `\nfields:\n${fields.join("")}\nplan:\n${indent(filter.plan)}\nsource:\n${indent(filter.source)}`
  );
}

export async function runExplain(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions(args, [{ name: "plugin", argument: true }], unknownOption);
  const text = rest.join(" ");
  if (rest.length === 0) throw new CliError("usage: subflow explain FILTER|OPTION-ID");
  const { engine, plugins } = await createSetup({ plugins: options.map((given) => given.value) });
  const layout = findLayout(text, plugins);
  standardOutput().write(layout === undefined ? filterText(engine, text) : layoutText(layout));
  return EXIT.done;
}
