/** The types that callers rely on. */
import { expectTypeOf, test } from "vitest";
import type { BuiltinShapes, MptcpAddAddr, MptcpDss } from "../../dissectors/generated/index.ts";
import {
  type CaptureError,
  createEngine,
  type Engine,
  type Filter,
  type FilterError,
  type Frame,
  frameOf,
  type openCapture,
  type ParsedObject,
  type RawValue,
  type SubflowError,
} from "../../src/index.ts";

const engine = createEngine();
const bytes = new Uint8Array(0);

test("ids of built-in schemas give the types of their values", () => {
  const dss = engine.parse("mptcp.dss", bytes);
  if (dss.ok) {
    expectTypeOf(dss.value).toEqualTypeOf<MptcpDss>();
    expectTypeOf(dss.value.dataAck).toEqualTypeOf<bigint | undefined>();
    expectTypeOf(dss.value.dataLevelLength).toEqualTypeOf<number | undefined>();
    expectTypeOf(dss.value.dataFin).toEqualTypeOf<boolean>();
  } else {
    expectTypeOf(dss.partial).toEqualTypeOf<Partial<MptcpDss>>();
  }
});

test("variants are a union told apart by their tag", () => {
  const parsed = engine.parse("mptcp.addAddr", bytes);
  if (!parsed.ok) return;
  expectTypeOf(parsed.value).toEqualTypeOf<MptcpAddAddr>();
  if (parsed.value.variant === "ipv4V0") expectTypeOf(parsed.value.ipVersion).toEqualTypeOf<number>();
  // @ts-expect-error: the version 1 form has no IP version
  if (parsed.value.variant === "ipv4") parsed.value.ipVersion;
});

test("ids of plugins give objects of unknown fields", () => {
  const parsed = engine.parse("acme.option", bytes);
  if (parsed.ok) expectTypeOf(parsed.value).toEqualTypeOf<ParsedObject>();
});

test("all built-in ids are known", () => {
  expectTypeOf<"mptcp.mpCapable">().toExtend<keyof BuiltinShapes>();
  expectTypeOf<"tcp">().toExtend<keyof BuiltinShapes>();
  expectTypeOf<"ipv6">().toExtend<keyof BuiltinShapes>();
});

test("names of fields give the types of their values", () => {
  const dissection = engine.dissect(frameOf(bytes));
  expectTypeOf(dissection.get("tcp.srcport")).toEqualTypeOf<number | undefined>();
  expectTypeOf(dissection.get("ip.src")).toEqualTypeOf<string | undefined>();
  expectTypeOf(dissection.get("mptcp.dsn")).toEqualTypeOf<bigint | undefined>();
  expectTypeOf(dissection.getAll("tcp.flags.syn")).toEqualTypeOf<boolean[]>();
  expectTypeOf(dissection.get("acme.value")).toEqualTypeOf<RawValue | undefined>();
});

test("filters are predicates over frames", () => {
  expectTypeOf<Filter>().parameter(0).toEqualTypeOf<Frame>();
  expectTypeOf<Filter>().returns.toEqualTypeOf<boolean>();
  expectTypeOf(engine.compileFilter("tcp").fields).toEqualTypeOf<readonly string[]>();
  expectTypeOf<Engine["completeFilter"]>().parameter(1).toEqualTypeOf<number>();
});

test("captures are iterated and disposed of", () => {
  expectTypeOf<Awaited<ReturnType<typeof openCapture>>>().toExtend<AsyncIterable<Frame> & AsyncDisposable>();
});

test("errors have codes of a closed list", () => {
  expectTypeOf<FilterError["code"]>().toExtend<string>();
  expectTypeOf<"unknown-field">().toExtend<FilterError["code"]>();
  expectTypeOf<"cut-short">().toExtend<CaptureError["code"]>();
  expectTypeOf<FilterError>().toExtend<SubflowError>();
});
