/** Plots as pictures: what the SVG shows is read back from it, the PNG is not blank, the page works in a browser. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { main } from "../../src/cli/main.ts";
import { createEngine } from "../../src/default-engine.ts";
import { openCapture } from "../../src/index.ts";
import type { Chart } from "../../src/plot/chart.ts";
import { collectPoints } from "../../src/plot/collect.ts";
import { CHARTS } from "../../src/plot/kinds.ts";
import { chartPage } from "../../src/plot/page.ts";
import { renderSvg } from "../../src/plot/svg.ts";
import { hasTshark, tshark } from "../differential/tshark.ts";

const folder = mkdtempSync(join(tmpdir(), "subflow-plot-"));
const capture = "examples/captures/handover.pcap";
const engine = createEngine();

async function chartOf(path: string, kind: keyof typeof CHARTS = "dsn"): Promise<Chart> {
  const points = collectPoints();
  const { connections } = await analyzeCapture(engine, await openCapture(path), { sink: points.sink });
  const [connection] = connections;
  if (connection === undefined) expect.fail("no connection");
  return CHARTS[kind](points.of(connection.number), connection);
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** From pixels back to values, by the numbers at the axes. */
function scaleOf(svg: string, anchor: "middle" | "end"): (pixel: number) => number {
  const pattern =
    anchor === "middle"
      ? /<text x="([\d.]+)" y="[\d.]+" text-anchor="middle">([-\d.]+)([kMG]?)<\/text>/g
      : /<text x="[\d.]+" y="([\d.]+)" dy="0.35em" text-anchor="end">([-\d.]+)([kMG]?)<\/text>/g;
  const factor: Record<string, number> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };
  const ticks = [...svg.matchAll(pattern)].map(
    ([, pixel, value, unit = ""]) => [Number(pixel), Number(value) * (factor[unit] ?? 1)] as const,
  );
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (first === undefined || last === undefined || first === last) expect.fail("too few numbers at the axis");
  const unit = (last[1] - first[1]) / (last[0] - first[0]);
  return (pixel) => first[1] + (pixel - first[0]) * unit;
}

describe.skipIf(!hasTshark)("the SVG of a handover", () => {
  it("shows every mapping at the time and the data sequence number that tshark's fields give", async () => {
    const size = { width: 20_000, height: 12_000 };
    const chart = await chartOf(capture);
    const svg = renderSvg(chart, size);
    const [x, y] = [scaleOf(svg, "middle"), scaleOf(svg, "end")];
    const streams = chart.series.flatMap(({ shape }, index) => (shape === "segments" ? [index] : []));
    const found = streams.flatMap((index) => {
      const path = new RegExp(`class="series-${index}"[^>]* d="([^"]*)"`).exec(svg)?.[1] ?? "";
      return [...path.matchAll(/M([\d.]+) ([\d.]+)V([\d.]+)/g)].map(([, at, low, high]) => [
        x(Number(at)),
        y(Number(low)),
        y(Number(high)),
      ]);
    });
    const fields = ["frame.time_relative", "tcp.srcport", "tcp.len", "mptcp.dsn"].flatMap((one) => [
      "-e",
      one,
    ]);
    const rows = tshark(["-r", capture, "-o", "mptcp.analyze_mappings:TRUE", "-T", "fields", ...fields])
      .stdout.split("\n")
      .map((line) => line.split("\t").map(Number))
      .filter(([, port, length = 0, dsn = 0]) => port === 9001 && length > 0 && dsn > 0)
      .map(([time = 0, , length = 0, dsn = 0]) => [time, dsn, dsn + length]);
    expect(rows.length).toBeGreaterThan(800);
    expect(found).toHaveLength(rows.length);
    const order = (a: number[], b: number[]): number =>
      (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
    // A tenth of a pixel is what the picture resolves.
    const second = Math.abs(x(0.1) - x(0));
    const byte = Math.abs(y(0.1) - y(0));
    const nearest = rows.toSorted(order);
    const drawn = found.toSorted(order);
    const used = new Set<number>();
    for (const [time = 0, low = 0, high = 0] of drawn) {
      const match = nearest.findIndex(
        ([at = 0, from = 0, to = 0], index) =>
          !used.has(index) &&
          Math.abs(at - time) <= second &&
          Math.abs(from - low) <= byte &&
          // What is less than two pixels high is drawn so high.
          Math.abs(Math.max(to, from + 20 * byte) - high) <= byte,
      );
      expect(match, `${time} ${low} ${high}`).toBeGreaterThanOrEqual(0);
      used.add(match);
    }
  });

  it("names its axes with units, its series, and what happened", async () => {
    const svg = renderSvg(await chartOf(capture));
    for (const text of [
      "time (s)",
      "data sequence number (bytes from the first)",
      "DATA_ACK",
      "stream 0 (10.0.1.1:",
      "reinjected, first on stream 0",
      "join (stream 1)",
      "reset (stream 0)",
      "priority (stream 0)",
    ]) {
      expect(svg).toContain(text);
    }
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(renderSvg(await chartOf(capture), { theme: "dark" })).not.toContain("prefers-color-scheme");
  });
});

/** Pixels of a PNG of eight bits a channel, with alpha (RFC 2083). */
function pixelsOf(png: Buffer): { width: number; colors: ReadonlyMap<number, number> } {
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const size = png.readUInt32BE(at);
    if (png.subarray(at + 4, at + 8).toString() === "IDAT") parts.push(png.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * 4;
  const above = Buffer.alloc(stride);
  const colors = new Map<number, number>();
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)] ?? 0;
    const line = raw.subarray(row * (stride + 1) + 1, (row + 1) * (stride + 1));
    for (let at = 0; at < stride; at++) {
      const left = at < 4 ? 0 : (line[at - 4] ?? 0);
      const up = above[at] ?? 0;
      const corner = at < 4 ? 0 : (above[at - 4] ?? 0);
      const guess = left + up - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      const add = [0, left, up, (left + up) >> 1, paeth][filter] ?? 0;
      line[at] = ((line[at] ?? 0) + add) & 0xff;
    }
    line.copy(above);
    for (let at = 0; at < stride; at += 4) {
      const color = line.readUIntBE(at, 3);
      colors.set(color, (colors.get(color) ?? 0) + 1);
    }
  }
  return { width, colors };
}

describe("the PNG", () => {
  it("is not blank: both subflows and the acknowledgments are seen in their colours", async () => {
    const path = join(folder, "h.png");
    expect(await main(["plot", capture, "-o", path], COMMANDS)).toBe(0);
    const { width, colors } = pixelsOf(readFileSync(path));
    expect(width).toBe(1100);
    for (const color of [0xd55e00, 0x009e73, 0x1a82c9]) expect(colors.get(color) ?? 0).toBeGreaterThan(100);
    expect(colors.get(0xffffff) ?? 0).toBeGreaterThan(300_000);
  });

  it("comes of every kind, light and dark", async () => {
    for (const kind of Object.keys(CHARTS)) {
      const path = join(folder, `${kind}.png`);
      expect(await main(["plot", capture, "--kind", kind, "--theme", "dark", "-o", path], COMMANDS)).toBe(0);
      const { colors } = pixelsOf(readFileSync(path));
      expect(colors.get(0x14161a) ?? 0, kind).toBeGreaterThan(300_000);
      expect(colors.size, kind).toBeGreaterThan(20);
    }
  });
});

const BROWSER = "/usr/bin/chromium";
/** Outside of the checks of a change a browser is a wish. */
const hasBrowser = existsSync(BROWSER);
if (!hasBrowser && process.env["CI"] !== undefined) throw new TypeError(`${BROWSER} is not installed`);

describe.skipIf(!hasBrowser)(`the page${hasBrowser ? "" : ` (skipped: no ${BROWSER})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: BROWSER,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  afterAll(() => browser?.close());

  async function open(path: string): Promise<{ page: Page; errors: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1200, height: 700 }, offline: true });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`file://${path}`);
    await page.waitForSelector("#chart canvas");
    return { page, errors };
  }

  /** Share of the time axis that is shown, in per cent. */
  const shown = (page: Page): Promise<number> =>
    page.evaluate(
      "(() => { const [zoom] = echarts.getInstanceByDom(document.getElementById('chart')).getOption().dataZoom; return zoom.end - zoom.start; })()",
    );

  it("zooms, shows frames and options of what the pointer is on, brushes; offline, without an error", async () => {
    const path = join(folder, "h.html");
    expect(await main(["plot", capture, "-o", path], COMMANDS)).toBe(0);
    const { page, errors } = await open(path);
    expect(await shown(page)).toBe(100);
    await page.mouse.move(700, 350);
    await page.mouse.wheel(0, -400);
    await page.waitForTimeout(300);
    expect(await shown(page)).toBeLessThan(100);
    await page.evaluate(
      "echarts.getInstanceByDom(document.getElementById('chart')).dispatchAction({ type: 'restore' })",
    );
    // On a mapping of the first subflow.
    const place = await page.evaluate<[number, number]>(
      "(() => { const c = echarts.getInstanceByDom(document.getElementById('chart')); const s = plot.series.findIndex((one) => one.shape === 'segments'); const m = plot.series[s].marks[40]; return c.convertToPixel({ seriesIndex: s }, [m[0], (m[1] + m[2]) / 2]); })()",
    );
    await page.mouse.move(place[0] - 30, place[1] - 30);
    await page.mouse.move(place[0], place[1], { steps: 5 });
    await page.waitForFunction("document.body.innerText.includes('frame ')");
    const tip = await page.evaluate<string>("document.body.innerText");
    expect(tip).toMatch(/frame \d+, [\d.]+ s/);
    expect(tip).toMatch(/(DSS maps|DATA_ACK) DSN 0x[0-9a-f]{16}/);
    // The tool that selects a rectangle, the leftmost.
    await page.mouse.click(1038, 25);
    await page.mouse.move(400, 200);
    await page.mouse.down();
    await page.mouse.move(800, 500, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction("/frames \\d+ to \\d+/.test(document.getElementById('selected').textContent)");
    expect(errors).toEqual([]);
  });

  it("opens with every kind, dark too", async () => {
    for (const kind of Object.keys(CHARTS)) {
      const path = join(folder, `${kind}.html`);
      expect(await main(["plot", capture, "--kind", kind, "--theme", "dark", "-o", path], COMMANDS)).toBe(0);
      const { page, errors } = await open(path);
      expect(errors, kind).toEqual([]);
      await page.context().close();
    }
  });
});

describe("a million mappings", () => {
  const count = 1_000_000;
  const x = Array.from({ length: count }, (_, index) => index / 1000);
  // Slow growth with two outliers, and a second series that jumps about.
  const y = x.map((_, index) => index * 1000 + (index === 500_000 ? 4e8 : 0));
  const scattered = x.map((_, index) => (Math.imul(index, 2_654_435_761) >>> 0) / 4);
  const shapes = { color: 0, shape: "segments", x } as const;
  const chart: Chart = {
    title: "t",
    subtitle: "",
    xLabel: "x",
    yLabel: "y",
    moments: [],
    series: [
      { ...shapes, name: "a", y, y2: y.map((low) => low + 1000) },
      { ...shapes, name: "b", y: scattered, y2: scattered.map((low) => low + 1000) },
    ],
  };

  it("are a page of less than 2 MB, in seconds, with what is highest", () => {
    const library = readFileSync(
      createRequire(import.meta.url).resolve("echarts/dist/echarts.min.js"),
      "utf8",
    );
    const started = performance.now();
    const page = chartPage(chart, library);
    expect(performance.now() - started).toBeLessThan(8000);
    expect(page.length).toBeLessThan(2_000_000);
    expect(page).toContain("900001000");
  });

  it("are an SVG of less than 2 MB, in seconds, even scattered", () => {
    const started = performance.now();
    const svg = renderSvg(chart);
    expect(performance.now() - started).toBeLessThan(8000);
    expect(svg.length).toBeLessThan(2_000_000);
  });
});
