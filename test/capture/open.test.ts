/** Sources, compression, and the ways in which reading ends early. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  createReadStream,
  existsSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import type { CaptureReader } from "../../src/capture/types.ts";
import { createEngine } from "../../src/default-engine.ts";
import { CaptureError } from "../../src/errors.ts";
import { counting, join, pcap, pcapng, text } from "./build.ts";
import { framesOf, installed, pieces, readAll, scratch, scratchFile } from "./tools.ts";

const many = Array.from({ length: 5000 }, (_, index) => counting(40 + (index % 200)));
const bytes = pcapng(many);

const squeeze = (command: string, input: Uint8Array, ...words: readonly string[]): Uint8Array =>
  new Uint8Array(execFileSync(command, [...words, "-c"], { input, maxBuffer: 1 << 28 }));

async function expectMany(input: Parameters<typeof openCapture>[0]): Promise<void> {
  const frames = await framesOf(input);
  expect(frames.map((frame) => frame.capturedLength)).toEqual(many.map((data) => data.length));
  expect(Buffer.concat(frames.map((frame) => frame.data)).equals(Buffer.concat(many))).toBe(true);
}

describe("sources", () => {
  test("bytes, a path, a Node stream, a web stream, an iterable", async () => {
    const path = scratchFile("a.pcapng", bytes);
    await expectMany(bytes);
    await expectMany(path);
    await expectMany(createReadStream(path));
    await expectMany(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>); // of bytes: no encoding is set
    await expectMany(pieces(bytes, [1, 5, 70_000]));
  });

  test.runIf(existsSync("/proc/self/fd"))(
    "a file that is never read is closed once it is collected",
    async () => {
      setFlagsFromString("--expose-gc");
      const collect: () => void = runInNewContext("gc");
      const path = scratchFile("b.pcapng", bytes);
      const open = (): number =>
        readdirSync("/proc/self/fd").filter((name) => {
          const file = `/proc/self/fd/${name}`;
          return existsSync(file) && readlinkSync(file) === path;
        }).length;
      for (let count = 0; count < 20; count++) await openCapture(path);
      expect(open()).toBeGreaterThan(0);
      for (let wait = 0; wait < 50 && open() > 0; wait++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      expect(open()).toBe(0);
    },
  );

  test("what cannot be opened says why", async () => {
    const code = async (input: Parameters<typeof openCapture>[0]) => (await readAll(input)).error?.code;
    expect(await code(`${scratch()}/missing.pcap`)).toBe("not-found");
    expect(await code(scratch())).toBe("unreadable");
    expect(await code(new Uint8Array(0))).toBe("unknown-format");
    expect(await code(text("Some text, and no capture at all."))).toBe("unknown-format");
    expect(await code(text("\n\r\r\nwhat begins like pcapng"))).toBe("unknown-format");
    expect(await code(bytes.subarray(0, 20))).toBe("cut-short");
    expect(await code(pcap([]).subarray(0, 20))).toBe("cut-short");
    expect(await code(text("BZh91AY&SY"))).toBe("unsupported");
    expect(await code(Readable.from(["text"]))).toBe("unreadable");
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 1000);
      throw new TypeError("line lost");
    };
    const { frames, error } = await readAll(broken());
    expect(error).toMatchObject({ code: "unreadable", message: expect.stringContaining("line lost") });
    expect(frames.length).toBeGreaterThan(5);
  });

  test("each frame comes as soon as its bytes did", async () => {
    let fed = 0;
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      const whole = pcap([counting(60), counting(60), counting(60)]);
      for (const end of [24, 100, 176, 252]) {
        yield whole.slice(fed, end);
        fed = end;
      }
    };
    const seen: number[] = [];
    for await (const frame of await openCapture(slow())) seen.push(frame.number, fed);
    expect(seen).toEqual([1, 24, 2, 100, 3, 176]); // the generator has not gone on yet
  });

  test("follow waits for what is appended", async () => {
    const path = scratchFile("grows.pcap", pcap([counting(60)]));
    const stop = new AbortController();
    const more = pcap([counting(60)]).subarray(24);
    const numbers: number[] = [];
    const reading = async () => {
      for await (const frame of await openCapture(path, { follow: true, signal: stop.signal })) {
        numbers.push(frame.number);
        if (frame.number === 3) stop.abort();
        else appendFileSync(path, more);
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: "aborted" });
    expect(numbers).toEqual([1, 2, 3]);
  });
});

describe("compression", () => {
  test("gzip: one member, several, in any pieces, and with a name", async () => {
    await expectMany(gzipSync(bytes));
    const members = join(gzipSync(bytes.subarray(0, 1000)), gzipSync(bytes.subarray(1000)));
    expect((await openCapture(members)).compression).toBe("gzip");
    await expectMany(
      pieces(
        members,
        Array.from({ length: 300 }, (_, index) => index * 7),
      ),
    );
    await expectMany(join(members, text("more that is no gzip")));
    await expectMany(join(members, new Uint8Array(512)));
    await expectMany(squeeze("gzip", bytes));
    const path = scratchFile("named.pcapng", bytes);
    await expectMany(new Uint8Array(execFileSync("gzip", ["-N", "-c", path])));
  });

  test.skipIf(!installed("zstd"))("zstd: levels, long windows, several frames, unknown size", async () => {
    for (const words of [["-1"], ["-19"], ["--no-check"], ["-19", "--long=24"]]) {
      await expectMany(squeeze("zstd", bytes, "-q", ...words));
    }
    const skippable = join([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0], [1, 2, 3]);
    const frames = join(
      skippable,
      squeeze("zstd", bytes.subarray(0, 9), "-q"),
      squeeze("zstd", new Uint8Array(0), "-q"),
      skippable,
      squeeze("zstd", bytes.subarray(9), "-q"),
    );
    await expectMany(frames);
    await expectMany(
      pieces(
        frames,
        Array.from({ length: 500 }, (_, index) => index * 3),
      ),
    );
  });

  test.skipIf(!installed("lz4"))("lz4: block sizes, linked blocks, checksums", async () => {
    for (const words of [["-1"], ["-9", "-B4"], ["-B4", "-BD"], ["-BX", "--no-frame-crc"], ["-B7", "-BI"]]) {
      await expectMany(squeeze("lz4", bytes, "-q", ...words));
    }
    const frames = join(
      squeeze("lz4", bytes.subarray(0, 9), "-q"),
      squeeze("lz4", bytes.subarray(9), "-q", "-BD"),
    );
    await expectMany(
      pieces(
        frames,
        Array.from({ length: 500 }, (_, index) => index * 3),
      ),
    );
  });

  test("cut and damaged data: frames before, then an error", async () => {
    const kinds: Uint8Array[] = [gzipSync(bytes, { level: 1 })];
    if (installed("zstd")) kinds.push(squeeze("zstd", bytes, "-q"));
    if (installed("lz4")) kinds.push(squeeze("lz4", bytes, "-q", "-B4"));
    const noise = counting(700_000).map((byte, index) => (byte * 31 + (index >> 8) * 17) & 255);
    const large = pcap([
      ...many,
      ...Array.from({ length: 10 }, (_, at) => noise.subarray(at * 60_000).subarray(0, 60_000)),
    ]);
    for (const [index, whole] of kinds.entries()) {
      const { error } = await readAll(whole.subarray(0, whole.length - 3));
      expect(error?.code).toBe("cut-short");
      const again =
        index === 0
          ? new Uint8Array(gzipSync(large))
          : squeeze(index === 1 ? "zstd" : "lz4", large, "-q", ...(index === 1 ? [] : ["-B4"]));
      const cut = await readAll(again.subarray(0, Math.floor(again.length * 0.9)));
      expect(cut.error).toMatchObject({ code: "cut-short", frameNumber: cut.frames.length + 1 });
      expect(cut.frames.length).toBeGreaterThan(index === 2 ? 0 : 1000);
    }
    const flipped = gzipSync(bytes);
    flipped[flipped.length - 6] = 255 - (flipped[flipped.length - 6] ?? 0);
    const { frames, error } = await readAll(flipped);
    expect([frames.length, error?.code]).toEqual([many.length, "damaged"]); // only the checksum is wrong
  });

  test.each([
    ["zstd", ["-q"], [-1], "a frame"],
    ["zstd", ["-q", "-19"], [-4], "a frame"],
    ["lz4", ["-q", "-B4"], [-1], "a frame"],
    ["lz4", ["-q", "-B4"], [6], "a frame's header"],
    ["lz4", ["-q", "-BX", "-B4", "--no-frame-crc"], [-5], "a block"],
  ] as const)("a wrong checksum: %s %j", async (tool, words, [place], of) => {
    if (!installed(tool)) return;
    const whole = squeeze(tool, bytes, ...words);
    const at = (whole.length + place) % whole.length;
    const wrong = whole.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const status = spawnSync(tool, ["-t", "-q"], { input: wrong }).status;
    expect(status).not.toBe(0);
    const { frames, error } = await readAll(wrong);
    expect(error?.code).toBe("damaged");
    expect(error?.message).toContain(`the checksum of ${of} at byte`);
    if (of === "a frame") expect(frames.length).toBe(many.length);
  });

  test("a zstd window over the limit is refused before it is allocated", async () => {
    const { error } = await readAll(join([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 1, 0, 0], counting(20)));
    expect(error).toMatchObject({ code: "unsupported", message: expect.stringContaining("window") });
  });
});

describe("ending early", () => {
  test("break, close and dispose end the source", async () => {
    let open = 0;
    async function* watched(): AsyncGenerator<Uint8Array> {
      open++;
      try {
        for (let at = 0; at < bytes.length; at += 1000) yield bytes.slice(at, at + 1000);
      } finally {
        open--;
      }
    }
    for await (const _ of await openCapture(watched())) break;
    expect(open).toBe(0);
    const reader = await openCapture(watched());
    expect(open).toBe(1);
    await reader.close();
    await reader[Symbol.asyncDispose]();
    expect(open).toBe(0);
    await expect(reader[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(CaptureError);
    await readAll(text("text")).then(() => expect(open).toBe(0));
    const stream = createReadStream(scratchFile("a.pcapng", bytes), { highWaterMark: 1000 });
    for await (const _ of await openCapture(stream)) break;
    expect(stream.destroyed).toBe(true);
    await using left = await openCapture(gzipSync(bytes));
    for await (const _ of left) break;
  });

  test("an abort ends matches and columns of a large file", async () => {
    const record = pcap([counting(60)]).subarray(24);
    const whole = Math.floor(2 ** 26 / record.length);
    const records = Buffer.alloc(whole * record.length, record);
    const path = scratchFile("large.pcap", join(pcap([]), records));
    const filter = createEngine().compileFilter("frame.len == 61");
    for (const read of [
      (reader: CaptureReader) => reader.matches(filter),
      (reader: CaptureReader) => reader.matches(filter, { jobs: 2 }),
      (reader: CaptureReader) => reader.columns(["frame.number"], { filter }),
    ]) {
      const stop = new AbortController();
      const reader = await openCapture(path, { signal: stop.signal });
      const reading = async (): Promise<void> => {
        for await (const _ of read(reader));
      };
      setImmediate(() => stop.abort());
      await expect(reading()).rejects.toMatchObject({ code: "aborted" });
      expect(reader.counts.packets).toBeLessThan(whole);
    }
  });

  test("an abort ends waiting, and a loop that does not wait", async () => {
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    await expect(openCapture(never, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      code: "aborted",
    });
    await expect(openCapture(bytes, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    const stop = new AbortController();
    const seen: number[] = [];
    const loop = async () => {
      for await (const frame of await openCapture(pieces(bytes, [1000, 2000]), { signal: stop.signal })) {
        seen.push(frame.number);
        stop.abort();
      }
    };
    await expect(loop()).rejects.toMatchObject({ code: "aborted" });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(20);
  });

  test("memory does not grow with the file", async () => {
    const path = `${scratch()}/large.pcap`;
    const record = pcap([{ data: counting(1400) }]);
    writeFileSync(path, record);
    const block = Buffer.concat(Array.from({ length: 4000 }, () => record.subarray(24)));
    for (let count = 0; count < 30; count++) appendFileSync(path, block);
    let frames = 0;
    let most = 0;
    for await (const batch of (await openCapture(path)).batches()) {
      frames += batch.length;
      if (frames % 5 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    expect(frames).toBe(120_001);
    expect(most).toBeLessThan(120e6); // the file has 170 MB
  });
});
