/** The types of `subflow/testing`. */
import type fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import type { LayerInput, ParsedOption, ProblemCode } from "../../src/index.ts";
import { frameOf } from "../../src/index.ts";
import {
  type FailedCheck,
  type Fault,
  malformedVariants,
  optionArbitrary,
  optionAreaArbitrary,
  packetArbitrary,
} from "../../src/testing/index.ts";
import "../../src/testing/vitest.ts";

test("generators give what serializeOptions and craft take", () => {
  expectTypeOf(optionArbitrary("tcp.mss", { validity: "odd" })).toEqualTypeOf<fc.Arbitrary<ParsedOption>>();
  expectTypeOf(optionAreaArbitrary({ tcpFlags: 2 })).toEqualTypeOf<fc.Arbitrary<ParsedOption[]>>();
  expectTypeOf(packetArbitrary({ validity: "malformed" })).toEqualTypeOf<fc.Arbitrary<LayerInput[]>>();
  // @ts-expect-error: there is no such validity
  optionArbitrary("tcp.mss", { validity: "wrong" });
});

test("faults are named by a closed list", () => {
  for (const { fault, bytes, problem, check, tcpFlags } of malformedVariants({
    id: "tcp.mss",
    value: { mss: 1 },
  })) {
    expectTypeOf(fault).toEqualTypeOf<Fault>();
    expectTypeOf(bytes).toEqualTypeOf<Uint8Array>();
    expectTypeOf(problem).toEqualTypeOf<ProblemCode | undefined>();
    expectTypeOf(check).toEqualTypeOf<FailedCheck | undefined>();
    expectTypeOf(tcpFlags).toEqualTypeOf<number | undefined>();
  }
});

test("matchers know the values of built-in schemas", () => {
  const frame = frameOf(new Uint8Array(0));
  expect(frame).toHaveOption("tcp.mss", { mss: 1460 });
  expect(frame).toHaveOption("my.option", { anything: 1 });
  // @ts-expect-error: a number
  expect(frame).toHaveOption("tcp.mss", { mss: "1460" });
  expect(frame).toMatchFilter("tcp");
  expect(frame.data).not.toEqualBytes("00");
  // @ts-expect-error: bytes or hex digits
  expect(frame.data).toEqualBytes(5);
});
