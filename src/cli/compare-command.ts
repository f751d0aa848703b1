/** `subflow compare CLIENT SERVER`: what the path between two captures did to each packet. */
import { basename } from "node:path";
import { compareCaptures } from "../analysis/compare/compare.ts";
import { compareJson, compareText } from "../analysis/compare/text.ts";
import { CliError, EXIT } from "./errors.ts";
import { unknownOption } from "./fields-command.ts";
import { parseOptions } from "./getopt.ts";
import { openInput } from "./input.ts";
import { empty } from "./report-command.ts";
import { createSetup } from "./setup.ts";
import { Sink } from "./sink.ts";

export async function runCompare(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions(
    args,
    [
      { name: "format", argument: true },
      { name: "all", argument: false },
    ],
    unknownOption,
  );
  const [client, server, ...more] = rest;
  if (client === undefined || server === undefined || more.length > 0) {
    throw new CliError("compare takes two captures of the same traffic: subflow compare CLIENT SERVER");
  }
  const format = options.findLast(({ name }) => name === "format")?.value ?? "text";
  if (format !== "text" && format !== "json") throw new CliError("--format is one of text, json");
  const inputs = [await openInput([client]), await openInput([server])] as const;
  const { engine } = await createSetup();
  const found = await compareCaptures(engine, inputs[0].source ?? empty(), inputs[1].source ?? empty());
  const all = options.some(({ name }) => name === "all");
  const sink = new Sink();
  await sink.write(
    format === "json"
      ? compareJson(found)
      : compareText(found, [basename(client), basename(server)], { all }),
  );
  await sink.flush();
  sink.release();
  return EXIT.done;
}
