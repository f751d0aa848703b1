/** `subflow plot FILE --kind KIND -o OUT`: charts of one MPTCP connection. */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { analyzeCapture, busiestConnections } from "../analysis/analyze.ts";
import type { AnalysisSink } from "../analysis/sink.ts";
import type { CaptureAnalysis, ConnectionAnalysis } from "../analysis/types.ts";
import type { Engine } from "../engine/api.ts";
import { collectPoints, type Points } from "../plot/collect.ts";
import { chartCsv, gnuplot, sequenceCsv, xplot } from "../plot/export.ts";
import { CHARTS, type ChartKind } from "../plot/kinds.ts";
import { chartPage } from "../plot/page.ts";
import { renderSvg, type SvgOptions } from "../plot/svg.ts";
import { CliError, EXIT } from "./errors.ts";
import { unknownOption } from "./fields-command.ts";
import { parseOptions } from "./getopt.ts";
import { openInput } from "./input.ts";
import { refuseOverwrite } from "./overwrite.ts";
import { readKey } from "./read-options.ts";
import { empty, readNumber } from "./report-command.ts";
import { createSetup } from "./setup.ts";

/** Renders SVG; an optional dependency. */
const PNG_PACKAGE: string = "@resvg/resvg-js";
/** Zooms and shows marks in a page; an optional dependency. */
const PAGE_PACKAGE = "echarts";

function kindOf(text: string): ChartKind {
  if (Object.hasOwn(CHARTS, text)) {
    // The keys of the table are the kinds.
    return text as ChartKind;
  }
  throw new CliError(`--kind is one of ${Object.keys(CHARTS).join(", ")}`);
}

function themeOf(text: string | undefined): "light" | "dark" | undefined {
  if (text === undefined || text === "light" || text === "dark") return text;
  throw new CliError("--theme is one of light, dark");
}

function secondsOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new CliError(`--${name}: "${text}" is not a time in seconds`);
  return value;
}

/** What is used of the package. */
interface Renderer {
  readonly Resvg: new (
    svg: string,
    options: { readonly font: { readonly loadSystemFonts: boolean; readonly sansSerifFamily: string } },
  ) => { render(): { asPng(): Uint8Array } };
}

async function toPng(svg: string): Promise<Uint8Array> {
  let library: Renderer;
  try {
    library = await import(PNG_PACKAGE);
  } catch {
    throw new CliError(`PNG needs a package that is not installed: npm install ${PNG_PACKAGE}`);
  }
  const font = { loadSystemFonts: true, sansSerifFamily: "DejaVu Sans" };
  return new library.Resvg(svg, { font }).render().asPng();
}

/** The charting library as one text, to be put into a page. */
async function pageLibrary(): Promise<string> {
  try {
    const path = createRequire(import.meta.url).resolve(`${PAGE_PACKAGE}/dist/echarts.min.js`);
    return await readFile(path, "utf8");
  } catch {
    throw new CliError(`HTML needs a package that is not installed: npm install ${PAGE_PACKAGE}`);
  }
}

/** The connection that was asked for, or else the one that carried most. */
function choose(
  analysis: CaptureAnalysis,
  stream: number | undefined,
): { readonly connection: ConnectionAnalysis; readonly number: number } {
  const { connections } = analysis;
  const bytes = (one: ConnectionAnalysis): number => one.hosts[0].bytes + one.hosts[1].bytes;
  const [best] = stream === undefined ? [...connections].sort((a, b) => bytes(b) - bytes(a)) : [];
  const connection = stream === undefined ? best : connections.find((one) => one.index === stream);
  if (connection === undefined) {
    throw new CliError(
      stream === undefined
        ? "there is no MPTCP connection in this capture"
        : `there is no MPTCP connection ${stream}`,
      EXIT.badInput,
    );
  }
  return { connection, number: connection.number };
}

async function render(
  out: string,
  kind: ChartKind,
  connection: ConnectionAnalysis,
  points: Points,
  options: SvgOptions,
): Promise<string | Uint8Array> {
  const chart = CHARTS[kind](points, connection);
  switch (extname(out).toLowerCase()) {
    case ".svg":
      return renderSvg(chart, options);
    case ".html":
      return chartPage(chart, await pageLibrary(), options);
    case ".png":
      return toPng(renderSvg(chart, { theme: "light", ...options }));
    case ".csv":
      return kind === "dsn"
        ? sequenceCsv(points, connection, connection.hosts[0].bytes > connection.hosts[1].bytes ? 0 : 1)
        : chartCsv(chart);
    case ".xpl":
      return xplot(chart);
    case ".gp":
    case ".gnuplot":
      return gnuplot(chart);
    default:
      throw new CliError("-o takes a name that ends in .svg, .html, .png, .csv, .xpl or .gp");
  }
}

async function busiest(engine: Engine, paths: readonly string[]): Promise<number | undefined> {
  const { source } = await openInput(paths);
  return source === undefined ? undefined : (await busiestConnections(engine, source))[0];
}

export async function runPlot(args: readonly string[]): Promise<number> {
  const names = ["r", "kind", "o", "stream", "from", "to", "key", "theme"];
  const { options, rest } = parseOptions(
    args,
    names.map((name) => ({ name, argument: true })),
    unknownOption,
  );
  const last = (name: string): string | undefined =>
    options.findLast((option) => option.name === name)?.value;
  const all = (name: string): readonly string[] =>
    options.filter((option) => option.name === name).map((option) => option.value);
  const paths = [...all("r"), ...rest];
  const out = last("o");
  if (paths.length === 0 || out === undefined) {
    throw new CliError("plot takes a capture and a file to write: subflow plot FILE --kind dsn -o OUT.svg");
  }
  refuseOverwrite(paths, out);
  const kind = kindOf(last("kind") ?? "dsn");
  const range = { from: secondsOf("from", last("from")), to: secondsOf("to", last("to")) };
  const theme = themeOf(last("theme"));
  const wanted = last("stream");
  const stream = wanted === undefined ? undefined : readNumber("stream", wanted);
  const { engine } = await createSetup();
  const keys = new Map(all("key").map(readKey));
  const read = async (sink: AnalysisSink, only?: number): Promise<CaptureAnalysis> => {
    const { source } = await openInput(paths);
    return analyzeCapture(engine, source ?? empty(), { keys, sink, only });
  };
  // A short reading before tells which connection to keep the points of: those of all would be few of each.
  const index = stream ?? (paths.includes("-") ? undefined : await busiest(engine, paths));
  let points = collectPoints({ only: index === undefined ? undefined : (one) => one === index });
  let analysis = await read(points.sink, index);
  if (
    stream === undefined &&
    index !== undefined &&
    !analysis.connections.some((one) => one.index === index)
  ) {
    // Streams that began before the capture turned out to be one connection.
    points = collectPoints();
    analysis = await read(points.sink);
  }
  const { connection, number } = choose(analysis, stream ?? index);
  const content = await render(out, kind, connection, points.of(number), {
    ...range,
    ...(theme === undefined ? {} : { theme }),
  });
  await writeFile(out, content);
  return EXIT.done;
}
