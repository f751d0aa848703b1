/** Completion: what is offered, in which order, and that every offer leads to a filter that compiles. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileFilterText } from "../../src/filter/compile.ts";
import { type Completion, completeFilter } from "../../src/filter/complete.ts";
import { createFieldTable } from "../../src/filter/field-table.ts";
import { sampleFields } from "./generate.ts";
import { tsharkTable } from "./table.ts";

function complete(marked: string): Completion[] {
  const cursor = marked.indexOf("|");
  return completeFilter(marked.slice(0, cursor) + marked.slice(cursor + 1), cursor, tsharkTable);
}
const texts = (marked: string): string[] => complete(marked).map((one) => one.text);

function compiles(text: string): boolean {
  try {
    compileFilterText(text, tsharkTable);
    return true;
  } catch {
    return false;
  }
}

describe("completion", () => {
  test("is quick over the whole table", () => {
    for (const marked of [
      "|",
      "t|",
      "tcp.port |",
      "tcp.port == |",
      "tcp.port == t|",
      "max(tcp.port, t|",
      "x y|",
    ]) {
      const start = performance.now();
      complete(marked);
      expect(performance.now() - start, marked).toBeLessThan(1500);
    }
  });
  test("names: those that begin so come first, then parts, then the rest", () => {
    const names = texts("mptc|");
    expect(names[0]).toBe("mptcp");
    expect(names).toContain("mptcp.stream");
    expect(names.indexOf("mptcp.stream")).toBeLessThan(names.indexOf("tcp.options.mptcp.port"));
    expect(texts("recvtok|")).toContain("tcp.options.mptcp.recvtok");
  });
  test("the whole word at the cursor is replaced", () => {
    const [first] = complete("ip and tcp.sr|cport == 1");
    expect(first).toMatchObject({ text: "tcp.srcport", span: { start: 7, end: 18 } });
  });
  test("operators that the type takes", () => {
    const numbers = texts("tcp.port |");
    expect(numbers).toEqual(expect.arrayContaining(["==", ">", "in", "&", "+", "and", "or"]));
    expect(numbers).not.toContain("contains");
    expect(numbers).not.toContain("tcp");
    expect(texts("tcp.payload |")).toEqual(expect.arrayContaining(["contains", "matches", "=="]));
    expect(texts("tcp.analysis.duplicate_ack |")).not.toContain("==");
    expect(texts("tcp.port =|")).toEqual(["==", "==="]);
    expect(texts("tcp.payload con|")[0]).toBe("contains");
  });
  test("value strings, quoted or not", () => {
    expect(texts("tcp.options.mptcp.subtype == |")).toContain('"Multipath Capable"');
    expect(texts("tcp.options.mptcp.subtype == fast|")[0]).toBe('"Fast Close"');
    const [first] = complete('tcp.options.mptcp.subtype in {"Add Address", "Rem|');
    expect(first).toMatchObject({ text: '"Remove Address"', kind: "value" });
    expect(texts("tcp.flags.syn == |")).toEqual(expect.arrayContaining(["True", '"Set"']));
  });
  test("functions and keywords", () => {
    expect(texts("le|")).toContain("len(");
    expect(texts("max|")).toContain("max(");
    expect(texts("n|")).toContain("not");
    expect(texts("upper(tcp.flags.s|")[0]).toBe("tcp.flags.str");
    expect(texts("upper(tcp.srcp|")).toEqual([]);
  });
  test("nothing where nothing fits", () => {
    expect(texts("tcp.port == 1 )|")).toEqual([]);
    expect(texts('frame contains "x|')).toEqual([]);
    expect(texts("tcp[0|")).toEqual([]);
  });
  test("every offer has one line of description", () => {
    for (const one of complete("tcp.|")) expect(one.description).toMatch(/^[^\n]+$/);
  });
  test("every offer leads to a filter that compiles", () => {
    const small = createFieldTable(sampleFields(tsharkTable));
    const tails = [
      "",
      " 1",
      ' "a"',
      " 00",
      " 0.0.0.0",
      " ::",
      " {1}",
      " {0.0.0.0}",
      " {::}",
      " {00:00:00:00:00:00}",
      " tcp",
      "tcp",
      " tcp.port == 1",
      ' "2000-01-01"',
      ' {"a"}',
      ' {"2000-01-01"}',
      " {00}",
    ];
    const more = [
      "",
      " == 1",
      ' == "a"',
      " == 00",
      " == 0.0.0.0",
      " == ::",
      ' == "2000-01-01"',
      " == 00:00:00:00:00:00",
    ];
    const argumentsOf = ["", ...[...small.names()].map((name) => `${name})`)];
    const starts = [
      "",
      "t",
      "tcp.",
      "tcp.port ",
      "tcp.port == ",
      "ip.src ",
      "ip.src == ",
      "not ",
      "(tcp or ",
      "all tcp.port ",
      "tcp.option_kind in {",
      "len(",
      "max(tcp.srcport, ",
      "tcp.payload ",
      "frame.time ",
      "tcp and i",
      "tcp.flags.syn == ",
      "-",
      "tcp.port + ",
      "tcp.port in {1 .. ",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.nat(), (start, pick) => {
        const offers = completeFilter(start, start.length, small);
        const offer = offers[pick % Math.max(1, offers.length)];
        if (offer === undefined) return;
        const text = start.slice(0, offer.span.start) + offer.text;
        const closes = ["", ")", "}"];
        const found = argumentsOf.some((argument) =>
          closes.some((close) =>
            [...tails, ...more].some((tail) =>
              more.some((last) => compiles(text + argument + tail + close + last)),
            ),
          ),
        );
        expect(found, `${text} (${offer.kind})`).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
