import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wantsColor } from "../../../src/cli/output/color.ts";
import { columnTitle } from "../../../src/cli/output/columns.ts";
import { defaultSeparators, setFieldsStyle } from "../../../src/cli/output/fields-style.ts";
import { hexDump } from "../../../src/cli/output/hexdump.ts";
import { type JsonValue, mergeKeys, printJson } from "../../../src/cli/output/json-print.ts";
import { Clock, timeText } from "../../../src/cli/output/time-column.ts";
import { Progress } from "../../../src/cli/progress.ts";

describe("hex dump", () => {
  test("as tshark -x prints the end of a frame", () => {
    const data = Uint8Array.from([0x8e, 0x3b, 0, 0, 0, 0, 1, 3, 3, 0x0a, 0x1e, 4, 1, 1]);
    expect(hexDump(data, 0x40)).toEqual([
      "0040  8e 3b 00 00 00 00 01 03 03 0a 1e 04 01 01         .;............",
    ]);
  });
  test("offsets grow beyond 64 KiB", () => {
    expect(hexDump(new Uint8Array(0x10001)).at(-1)?.slice(0, 9)).toBe("10000  00");
    expect(hexDump(new Uint8Array(0))).toEqual([]);
  });
});

describe("JSON", () => {
  const value: JsonValue = [
    ["ip.addr", "10.0.1.1"],
    ["ip.src", "a"],
    ["ip.addr", "10.0.1.2"],
    ["empty", []],
  ];
  test("keys that occur again are kept", () => {
    expect(printJson(value, "")).toBe(
      '{\n  "ip.addr": "10.0.1.1",\n  "ip.src": "a",\n  "ip.addr": "10.0.1.2",\n  "empty": {}\n}',
    );
  });
  test("or merged into lists at the first place", () => {
    expect(JSON.parse(printJson(mergeKeys(value), ""))).toEqual({
      "ip.addr": ["10.0.1.1", "10.0.1.2"],
      "ip.src": "a",
      empty: {},
    });
  });
  test("any text reads back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(JSON.parse(printJson([["key", text]], ""))).toEqual({ key: text });
      }),
    );
  });
});

describe("-E", () => {
  test.each([
    ["separator=/t", { separator: "\t" }],
    ["separator=/s", { separator: " " }],
    ["separator=/x", { separator: "\\" }],
    ["separator=/", { separator: "\\" }],
    ["separator=|x", { separator: "|" }],
    ["separator", { separator: "-" }],
    ["aggregator=/s", { aggregator: " " }],
    ["aggregator=/t", { aggregator: "\\" }],
    ["occurrence=l", { occurrence: "last" }],
    ["quote=s", { quote: "'" }],
    ["bom=y", { bom: true }],
  ])("%s", (setting, expected) => {
    expect(setFieldsStyle(defaultSeparators, setting)).toEqual({ ...defaultSeparators, ...expected });
  });
  test.each(["header=Y", "separator=", "quote=x", "occurrence=x", "nothing=y", "constructor=y", "quote"])(
    "refuses %s",
    (setting) => {
      expect(() => setFieldsStyle(defaultSeparators, setting)).toThrow(
        "is not a valid field output option=value pair",
      );
    },
  );
});

test("the clock tells time since the first, the one before and the one shown before", () => {
  const clock = new Clock();
  const first = clock.next(1_000_000_000n, 6);
  clock.shown(first);
  clock.next(1_500_000_000n, 6);
  const third = clock.next(3_250_000_000n, 6);
  expect(timeText("r", third)).toBe("2.250000");
  expect(timeText("d", third)).toBe("1.750000");
  expect(timeText("dd", third)).toBe("2.250000");
  expect(timeText("e", third)).toBe("3.250000");
  expect(timeText("ud", third)).toBe("1970-01-01 00:00:03.250000");
  expect(timeText("udoy", third)).toBe("1970/001 00:00:03.250000");
  expect(timeText("r", clock.next(undefined, 6))).toBe("");
});

test("column names", () => {
  expect(columnTitle("_ws.col.Info")).toBe("Info");
  expect(columnTitle("_ws.col.nothing")).toBe("");
  expect(columnTitle("tcp.port")).toBeUndefined();
});

test("colour is for terminals, and NO_COLOR turns it off", () => {
  expect(wantsColor({ isTTY: true }, {})).toBe(true);
  expect(wantsColor({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(wantsColor({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(wantsColor({}, {})).toBe(false);
});

test("progress is drawn on a terminal only, after a while, and not too often", () => {
  let now = 0;
  let text = "";
  const write = (piece: string): void => {
    text += piece;
  };
  const progress = new Progress(
    () => ({ isTTY: true, write }),
    200,
    () => now,
  );
  progress.update(1, 1, 10);
  expect(text).toBe("");
  now = 1500;
  progress.update(5, 2, 100);
  expect(text).toBe("\r\u001b[K[##########..........] 50% 5 frames, 2 shown");
  now = 1600;
  progress.update(6, 2, 110);
  expect(text).not.toContain("6 frames");
  progress.end();
  expect(text.endsWith("\r\u001b[K")).toBe(true);
  text = "";
  new Progress(
    () => ({ write }),
    200,
    () => now + 5000,
  ).update(1, 1, 1);
  expect(text).toBe("");
});
