/** Fields of Wireshark's protocols in our scope: declared here, or left out for a stated reason. Prints the sums. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createEngine } from "../../src/default-engine.ts";
import { EXEMPT, exemption } from "./exempt.ts";

const rows = readFileSync(new URL("../data/fields.tsv", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split("\t"))
  .map(([protocol = "", name = "", type = ""]) => ({ protocol, name, type }));

const infos = new Map(
  createEngine()
    .fields()
    .map((info) => [info.name, info]),
);

it("declares every field in scope, or says why not", () => {
  const missing = rows.filter(({ name }) => !infos.has(name) && exemption(name) === undefined);
  const declared = rows.filter(({ name }) => infos.has(name));
  const exempt = rows.filter(({ name }) => !infos.has(name) && exemption(name) !== undefined);
  const sums = [...new Set(rows.map((row) => row.protocol))].map((protocol) => {
    const count = (list: typeof rows): string =>
      String(list.filter((row) => row.protocol === protocol).length).padStart(9);
    return `${protocol.padEnd(12)}${count(rows)}${count(declared)}${count(exempt)}${count(missing)}`;
  });
  console.log(`protocol     in scope declared   exempt  missing\n${sums.join("\n")}`);
  console.log(
    `in scope ${rows.length}, declared ${declared.length}, exempt ${exempt.length}, missing ${missing.length}`,
  );
  expect(missing.map((row) => row.name)).toEqual([]);
});

it("gives each declared field the type that Wireshark gives it", () => {
  const different = rows.filter(({ name, type }) => infos.has(name) && infos.get(name)?.type !== type);
  expect(different.map(({ name, type }) => `${name}: ${infos.get(name)?.type}, in tshark ${type}`)).toEqual(
    [],
  );
});

it("has no exemption that nothing needs", () => {
  const idle = EXEMPT.flatMap((row) =>
    row.fields.filter((pattern) => {
      const own = new RegExp(`^${pattern.replace(/[.]/g, "\\.").replaceAll("*", ".*")}$`);
      return !rows.some(({ name }) => own.test(name) && !infos.has(name));
    }),
  );
  expect(idle).toEqual([]);
});

it("is documented in schemas/EXEMPT.md", () => {
  const page = readFileSync(new URL("../../schemas/EXEMPT.md", import.meta.url), "utf8");
  const rows = EXEMPT.map(
    (row) => `| ${row.reason} | ${row.fields.map((field) => `\`${field}\``).join(" ")} |`,
  );
  expect(
    page
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .slice(2),
  ).toEqual(rows);
});
