/** `subflow edit`: rewrites frames that a filter finds, and keeps everything else byte for byte. */
import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import type { CaptureFormat } from "../capture/types.ts";
import { createCaptureWriter } from "../capture/writer.ts";
import { createAnonymizer } from "../craft/edit/anonymize.ts";
import { type Edits, editFrame } from "../craft/edit/edit.ts";
import { parseAssignment } from "../craft/edit/set-field.ts";
import { openSplice, type Splice } from "../craft/edit/splice.ts";
import { createCraftInput } from "../craft/input.ts";
import { CaptureError, CraftError } from "../errors.ts";
import type { Frame } from "../ir/frame.ts";
import { CliError, EXIT, FileError } from "./errors.ts";
import { unknownOption } from "./fields-command.ts";
import { parseOptions } from "./getopt.ts";
import { refuseOverwrite } from "./overwrite.ts";
import { createSetup } from "./setup.ts";

const SPECS = [
  ...["r", "w", "F", "Y", "set", "drop-option", "insert-option", "secret", "plugin"].map((name) => ({
    name,
    argument: true,
  })),
  ...["keep-checksums", "anonymize"].map((name) => ({ name, argument: false })),
];

const USAGE = `usage: subflow edit -r FILE -w FILE [-Y FILTER] [--set FIELD=VALUE] [--drop-option FILTER]
       [--insert-option OPTION] [--keep-checksums] [--anonymize [--secret TEXT]]`;

export async function runEdit(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions(args, SPECS, unknownOption);
  const values = (name: string): string[] =>
    options.filter((one) => one.name === name).map((one) => one.value);
  const last = (name: string): string | undefined => values(name).at(-1);
  const [from, to] = [last("r"), last("w")];
  if (from === undefined || to === undefined || rest.length > 0) throw new CliError(USAGE);
  refuseOverwrite([from], to);
  const { engine } = await createSetup({ plugins: values("plugin") });
  const filter = engine.compileFilter(last("Y") ?? "");
  const input = createCraftInput();
  const inserted: Uint8Array[] = [];
  for (const text of values("insert-option"))
    for (const { bytes } of await input.options(text, "insert-option")) inserted.push(bytes);
  const edits: Edits = {
    set: values("set").map(parseAssignment),
    dropOptions: values("drop-option").map((text) => engine.compileFilter(text)),
    insertOptions: inserted,
    keepChecksums: options.some((one) => one.name === "keep-checksums"),
  };
  const anonymizer = options.some((one) => one.name === "anonymize")
    ? createAnonymizer(engine, last("secret") ?? randomBytes(16).toString("hex"))
    : undefined;
  const known = new Set(engine.fields().map((field) => field.name));
  for (const { field } of edits.set ?? [])
    if (!known.has(field)) throw new CliError(`there is no field "${field}"`);
  const format = last("F");
  if (format !== undefined && format !== "pcap" && format !== "pcapng" && format !== "nsecpcap")
    throw new CliError(`"${format}" isn't a capture format: pcap, pcapng, nsecpcap`);
  const splice = await openInput(from, to);
  const output = outputOf(splice, to, format);
  let changed = 0;
  let refused = 0;
  try {
    for await (const frame of splice.reader) {
      let result: Frame = frame;
      // Keys are learnt from every frame, also from those that stay as they are.
      const hidden = anonymizer?.next(frame) ?? frame;
      if (filter(frame)) {
        result = hidden;
        try {
          result = editFrame(engine, hidden, edits).frame;
        } catch (thrown) {
          if (!(thrown instanceof CraftError) || thrown.code !== "too-long") throw thrown;
          process.stderr.write(`subflow: ${thrown.message}: left as it is\n`);
          refused++;
        }
      }
      if (result === frame) await output.keep(frame);
      else {
        changed++;
        await output.replace(frame, result);
      }
    }
    await output.finish();
  } catch (thrown) {
    await output.abort();
    throw thrown instanceof CaptureError
      ? new FileError(thrown, thrown.code === "unwritable" ? to : from)
      : thrown;
  }
  process.stderr.write(
    `${changed} frames changed${refused > 0 ? `, ${refused} left because options do not fit` : ""}\n`,
  );
  return EXIT.done;
}

async function openInput(from: string, to: string): Promise<Splice> {
  const empty = from !== "-" && (await stat(from).catch(() => undefined))?.size === 0;
  if (empty) throw new CliError(`The file "${from}" is empty.`, EXIT.badInput);
  try {
    return await openSplice(from, to);
  } catch (thrown) {
    throw thrown instanceof CaptureError ? new FileError(thrown, from) : thrown;
  }
}

/** The input's bytes but for what changed; or all frames written anew, where another format is asked for. */
function outputOf(splice: Splice, to: string, format: CaptureFormat | undefined): Omit<Splice, "reader"> {
  const { reader } = splice;
  if (format === undefined || format === reader.format) return splice;
  const writer = createCaptureWriter(to, { copyFrom: reader, format, loss: "accept" });
  return {
    keep: async (frame) => writer.write(frame),
    replace: async (frame, edited) => writer.write({ ...frame, ...edited }),
    finish: () => writer.close(),
    abort: async () => {
      await reader.close();
      await writer.close().catch(() => {});
    },
  };
}
