/** Outlines of built-in schemas were written when these were generated: they say what the forms say. */
import { describe, expect, it } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { beginsAs } from "../../src/backends/extract/heads.ts";
import { Registry } from "../../src/engine/registry.ts";
import type { Layout } from "../../src/ir/nodes.ts";
import { outlineOf } from "../../src/ir/outline.ts";
import type { Dissector } from "../../src/plugin.ts";

const layouts = builtin.flatMap((dissector) => dissector.layouts ?? []);

function plain(layout: Layout): Layout {
  const { outline: _, ...rest } = layout;
  return rest;
}

function registryOf(dissectors: readonly Dissector[]): Registry {
  const registry = new Registry();
  for (const dissector of dissectors) registry.register(dissector);
  return registry;
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : 1;

describe("outlines", () => {
  it.each(layouts)("$id", (layout) => {
    const { isAlike: _, ...outline } = layout.outline ?? {};
    expect(outline).toEqual(outlineOf(plain(layout)));
  });

  it("fields are the same whether they are described at once or when they are asked for", () => {
    const checked = builtin.map((dissector) => ({
      ...dissector,
      layouts: (dissector.layouts ?? []).map(plain),
    }));
    const [early, late] = [registryOf(checked), registryOf(builtin)];
    expect([...late.fields.values()].sort(byName)).toEqual([...early.fields.values()].sort(byName));
    expect([...late.findings]).toEqual([...early.findings]);
    expect([...late.absent]).toEqual([...early.absent]);
  });

  it("which options can be read in place of each other", () => {
    const { layouts: known } = registryOf(builtin);
    const find = (id: string): Layout | undefined => known.get(id);
    const envelopes = layouts.filter(({ envelope }) => envelope !== undefined);
    let alike = 0;
    for (const layout of layouts)
      for (const outer of envelopes) {
        const told = beginsAs(layout, outer, find);
        expect(told, `${layout.id} in ${outer.id}`).toBe(beginsAs(plain(layout), outer, find));
        if (told && layout !== outer) alike++;
      }
    expect(alike).toBeGreaterThan(20);
  });

  it("a field of another type is refused though the built-in one was not asked for", () => {
    const registry = registryOf(builtin);
    const schema = {
      id: "acme.echo",
      role: "option",
      title: "Echo",
      spec: "none",
      within: "tcp.option",
      match: { table: "tcp.option.kind", key: 99 },
      fields: [{ name: "value", type: "u8", filter: "tcp.options.timestamp.tsval" }],
    };
    expect(() => registry.load(schema, "acme")).toThrow(/filter-type-conflict|is FT_UINT8 here/);
    const mine = {
      ...builtin[0],
      name: "mine",
      layouts: [],
      absent: [],
      trackers: [],
      findings: [],
      enums: {},
    };
    const first: Dissector = {
      ...mine,
      schemas: [
        {
          id: "acme.mss",
          role: "header",
          title: "Acme",
          spec: "none",
          match: { table: "udp.port", key: 9999 },
          fields: [{ name: "value", type: "u64", filter: "udp.length" }],
        },
      ],
    };
    expect(() => registryOf([first, ...builtin])).toThrow("udp.length");
  });
});
