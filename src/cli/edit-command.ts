/** `subflow edit`: rewrites frames that a filter finds, and keeps everything else byte for byte. */
import { randomBytes } from "node:crypto";
import { createCaptureWriter } from "../capture/writer.ts";
import { createAnonymizer } from "../craft/edit/anonymize.ts";
import { type Edits, editFrame } from "../craft/edit/edit.ts";
import { parseAssignment } from "../craft/edit/set-field.ts";
import { createCraftInput } from "../craft/input.ts";
import { CaptureError, CraftError } from "../errors.ts";
import { CliError, EXIT, FileError } from "./errors.ts";
import { unknownOption } from "./fields-command.ts";
import { parseOptions } from "./getopt.ts";
import { openInput } from "./input.ts";
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
  if (from === to && from !== "-") throw new CliError("-r and -w name the same file", EXIT.badInput);
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
  const { source, name } = await openInput([from]);
  if (source === undefined) throw new CliError(`The file "${from}" is empty.`, EXIT.badInput);
  const format = last("F");
  if (format !== undefined && format !== "pcap" && format !== "pcapng" && format !== "nsecpcap")
    throw new CliError(`"${format}" isn't a capture format: pcap, pcapng, nsecpcap`);
  const writer = createCaptureWriter(to, { copyFrom: source, format, loss: "accept" });
  let changed = 0;
  let refused = 0;
  try {
    for await (const frame of source) {
      let result = { frame, changed: false };
      // Keys are learnt from every frame, also from those that stay as they are.
      const hidden = anonymizer?.next(frame) ?? frame;
      if (filter(frame)) {
        try {
          const edited = editFrame(engine, hidden, edits);
          result = { frame: { ...frame, ...edited.frame }, changed: edited.changed || hidden !== frame };
        } catch (thrown) {
          if (!(thrown instanceof CraftError) || thrown.code !== "too-long") throw thrown;
          process.stderr.write(`subflow: ${thrown.message}: left as it is\n`);
          // But not with what was to be hidden.
          result = { frame: { ...frame, ...hidden }, changed: hidden !== frame };
          refused++;
        }
      }
      if (result.changed) changed++;
      await writer.write(result.changed ? result.frame : frame);
    }
    await writer.close();
  } catch (thrown) {
    throw thrown instanceof CaptureError
      ? new FileError(thrown, thrown.code === "unwritable" ? to : name)
      : thrown;
  }
  process.stderr.write(
    `${changed} frames changed${refused > 0 ? `, ${refused} left because options do not fit` : ""}\n`,
  );
  return EXIT.done;
}
