import { expect, test } from "vitest";
import { CliError } from "../../src/cli/errors.ts";
import { parseOptions } from "../../src/cli/getopt.ts";
import { parseReadOptions } from "../../src/cli/read-options.ts";

const specs = [
  ...["r", "c", "e"].map((name) => ({ name, argument: true })),
  ...["n", "l"].map((name) => ({ name, argument: false })),
  { name: "read-file", argument: true, same: "r" },
];
const refuse = (name: string): never => {
  throw new CliError(`no ${name}`);
};

test("letters combine, and an argument may stand in the same word", () => {
  const { options, rest } = parseOptions(
    ["-nlc1", "-eip.src", "tcp", "--read-file=x", "-e", "-1"],
    specs,
    refuse,
  );
  expect(options.map(({ name, value }) => `${name}=${value}`)).toEqual([
    "n=",
    "l=",
    "c=1",
    "e=ip.src",
    "r=x",
    "e=-1",
  ]);
  expect(rest).toEqual(["tcp"]);
});

test("two dashes end the options, one dash is an argument", () => {
  expect(parseOptions(["-", "--", "-n"], specs, refuse).rest).toEqual(["-", "-n"]);
});

test("a missing argument is named", () => {
  expect(() => parseOptions(["-n", "-c"], specs, refuse)).toThrow("option requires an argument: c");
});

test.each(["-i", "-f", "-S", "-K", "-R", "-O", "-j", "-G"])("tshark's %s is refused by name", (flag) => {
  expect(() => parseReadOptions(["-r", "x", flag, "y"])).toThrow(`tshark's option ${flag} is not supported`);
});

test("the last of a repeated option counts, -e and -E add up", () => {
  const options = parseReadOptions([
    "-r",
    "a",
    "-Y",
    "ip",
    "-Y",
    "tcp",
    "-T",
    "fields",
    "-e",
    "b",
    "-e",
    "a",
    "-E",
    "header=y",
    "-E",
    "quote=d",
  ]);
  expect(options.filter).toBe("tcp");
  expect(options.fields).toEqual(["b", "a"]);
  expect(options.style).toMatchObject({ header: true, quote: '"', separator: "\t" });
});

test("words that are no options make the filter", () => {
  expect(parseReadOptions(["-r", "a", "tcp.port", "==", "80"]).filter).toBe("tcp.port == 80");
});
