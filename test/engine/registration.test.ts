/** A dissector is registered whole or not at all. */
import { expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { createEngine } from "../../src/default-engine.ts";

const schema = (id: string, key: number, filter: string): object => ({
  id,
  role: "header",
  title: id,
  spec: "none",
  description: "For a test.",
  protocol: { filter: id, title: id, layer: true },
  match: { table: "udp.port", key },
  fields: [{ name: "word", type: "u32", filter }],
  payload: {},
});

test("a dissector whose last part is refused leaves no trace", () => {
  const engine = createEngine();
  const names = engine.fields().map(({ name }) => name);
  const refused = {
    name: "acme",
    schemas: [schema("acme.one", 45_671, "acme.one.word"), schema("tcp", 45_672, "acme.two.word")],
  };
  expect(() => engine.registerDissector(refused)).toThrow(expect.objectContaining({ code: "id-taken" }));
  const wrong = {
    name: "acme",
    schemas: [schema("acme.one", 45_671, "acme.one.word")],
    findings: [{ field: "acme.none", severity: "note" as const, group: "protocol" as const }],
  };
  expect(() => engine.registerDissector(wrong)).toThrow(
    expect.objectContaining({ code: "unknown-reference" }),
  );
  expect(engine.fields().map(({ name }) => name)).toEqual(names);
  expect(() => engine.compileFilter("acme.one.word == 1")).toThrow();
  // Neither its ids nor its keys are taken.
  engine.registerDissector({ name: "acme", schemas: [schema("acme.one", 45_671, "acme.one.word")] });
  expect(engine.compileFilter("acme.one.word == 1").fields).toEqual(["acme.one.word"]);
});

test("tables of value strings are nobody's to change", () => {
  const engine = createEngine();
  const rows = [{ low: 3, high: 3, text: "Mine" }];
  const dissector = { name: "acme", enums: { "tcp.option_kind": { kind: "values" as const, rows } } };
  expect(() => engine.registerDissector(dissector)).toThrow(
    expect.objectContaining({ code: "id-taken", pointer: "/enums/tcp.option_kind" }),
  );
});

test("a copy of a built-in schema with other forms has the fields of these", () => {
  const udp = builtin.flatMap(({ layouts = [] }) => layouts).find(({ id }) => id === "udp");
  if (udp === undefined) throw new TypeError("no UDP");
  const text = JSON.stringify(udp.variants).replaceAll('"filter":"udp.length"', '"filter":"acme.size"');
  const copy = { ...udp, id: "acme", matches: [], variants: JSON.parse(text) };
  const engine = createEngine();
  engine.registerDissector({ name: "acme", layouts: [copy] });
  expect(engine.fields().some(({ name }) => name === "acme.size")).toBe(true);
});
