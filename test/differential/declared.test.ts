/** Fields of Wireshark's protocols in our scope: filled here, or known without values for a stated reason. Prints the sums. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createEngine } from "../../src/default-engine.ts";

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

it("knows every field in scope", () => {
  const missing = rows.filter(({ name }) => !infos.has(name));
  const isAbsent = ({ name }: { name: string }): boolean => infos.get(name)?.absent !== undefined;
  const sums = [...new Set(rows.map((row) => row.protocol))].map((protocol) => {
    const own = rows.filter((row) => row.protocol === protocol);
    const counts = [own, own.filter((row) => !isAbsent(row)), own.filter(isAbsent)];
    return `${protocol.padEnd(12)}${counts.map(({ length }) => String(length).padStart(10)).join("")}`;
  });
  console.log(`protocol      in scope    filled    absent\n${sums.join("\n")}`);
  const absent = rows.filter(isAbsent).length;
  console.log(`in scope ${rows.length}, filled ${rows.length - absent - missing.length}, absent ${absent}`);
  expect(missing.map((row) => row.name)).toEqual([]);
});

it("gives each declared field the type that Wireshark gives it", () => {
  const different = rows.filter(({ name, type }) => infos.has(name) && infos.get(name)?.type !== type);
  expect(different.map(({ name, type }) => `${name}: ${infos.get(name)?.type}, in tshark ${type}`)).toEqual(
    [],
  );
});

it("counts the names that no frame has, by reason", () => {
  const reasons = new Map<string, number>();
  for (const { name } of rows) {
    const reason = infos.get(name)?.absent;
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  console.log([...reasons].map(([reason, count]) => `${String(count).padStart(5)} ${reason}`).join("\n"));
  expect(
    [...infos.values()].filter(
      ({ name, absent }) => absent !== undefined && !rows.some((row) => row.name === name),
    ),
  ).toEqual([]);
});
