import { expectTypeOf, test } from "vitest";
import type { BuiltinShapes, MptcpMpJoinSyn } from "../../dissectors/generated/index.ts";

test("widths decide the number type, guards what may be absent", () => {
  type Dss = BuiltinShapes["mptcp.dss"];
  expectTypeOf<Dss["dataAck"]>().toEqualTypeOf<bigint | undefined>();
  expectTypeOf<Dss["dataFin"]>().toEqualTypeOf<boolean>();
  expectTypeOf<Dss["checksum"]>().toEqualTypeOf<number | undefined>();
});

test("a form is told apart by its name", () => {
  type Join = BuiltinShapes["mptcp.mpJoin"];
  expectTypeOf<Join["variant"]>().toEqualTypeOf<"syn" | "synAck" | "ack">();
  expectTypeOf<Extract<Join, { variant: "syn" }>>().toEqualTypeOf<MptcpMpJoinSyn>();
  expectTypeOf<Extract<Join, { variant: "ack" }>>().not.toHaveProperty("token");
});

test("lists and regions of options", () => {
  expectTypeOf<BuiltinShapes["tcp.sack"]["blocks"][number]>().toEqualTypeOf<{
    readonly left: number;
    readonly right: number;
  }>();
  expectTypeOf<BuiltinShapes["tcp"]["options"][number]["id"]>().toEqualTypeOf<string>();
});
