/** What is said beside a filter: macro files with their errors, limits, and preferences that change what it sees. */
import { describe, expect, test } from "vitest";
import { pcapBytes, scratch } from "./fixture.ts";
import { subflow } from "./run.ts";

const file = scratch();
const capture = file("three.pcap", pcapBytes());
const call = (text: string): string => text.replaceAll("@", "$");

function count(filter: string, ...options: readonly string[]): ReturnType<typeof subflow> {
  return subflow("-r", capture, "--count", "-Y", call(filter), ...options);
}

describe("macro files", () => {
  test.each([
    [
      "comments, blank lines and blanks",
      '# all\n\n  "port" , "tcp.port == @1"\r\n\t# none\n',
      "@{port:9001}",
      "2\n",
    ],
    [
      "quotes inside, as Wireshark writes them",
      '"named","frame.protocols contains \\x22arp\\x22"\n',
      "@{named}",
      "1\n",
    ],
    [
      "quotes inside, behind a backslash",
      '"named","frame.protocols contains \\"arp\\""\n',
      "@{named}",
      "1\n",
    ],
    ["a byte order mark", '\ufeff"all","frame"\n', "@{all}", "3\n"],
    ["no line end behind the last line", '"all","frame"', "@{all}", "3\n"],
    ["an empty text", '"all",""', "@{all}tcp", "2\n"],
    [
      "JSON",
      '{ "port": "tcp.port == @1", "both": "@{port:9001} and ip.src == @1" }',
      "@{both:10.0.1.1}",
      "1\n",
    ],
  ])("%s", async (name, text, filter, stdout) => {
    const macros = file(`good-${name.replaceAll(/\W/g, "")}`, call(text));
    expect(await count(filter, "--macros", macros)).toMatchObject({ status: 0, stdout, stderr: "" });
  });

  test.each([
    ["no quotes", "# one\nport,tcp\n", ":2:1: a macro's name in quotes was expected"],
    ["an open quote", '"port","tcp.port\n', ":1:8: this quote is not closed"],
    ["no comma", '"port" "tcp"\n', ":1:8: a comma was expected"],
    ["no text", '"port",\n', ":1:8: a macro's text in quotes was expected"],
    ["something behind it", '"port","tcp" or\n', ":1:14: nothing more was expected on this line"],
    ["a name that is none", '"a b","tcp"\n', ':1:2: "a b" is no name for a macro'],
    ["a name twice", '"a","tcp"\n"a","udp"\n', ':2:1: the macro "a" stands here a second time'],
    ["a number in JSON", '{ "a": 1 }', 'the text of "a" must be a string'],
    ["JSON that is none", '{ "a": ', "JSON"],
  ])("are refused with line and column: %s", async (name, text, message) => {
    const macros = file(`bad-${name.replaceAll(/\W/g, "")}`, text);
    const { status, stdout, stderr } = await count("tcp", "--macros", macros);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain(macros);
  });

  test("a file that is not there", async () => {
    expect(await count("tcp", "--macros", "/no/such/file")).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("limits", () => {
  test.each([
    ["((((tcp))))", "subflow.filter_nesting:3"],
    ["tcp and udp or arp", "subflow.filter_length:5"],
    ["tcp.port in {1,2,3}", "subflow.filter_set_size:2"],
  ])("%s is too much for %s", async (filter, setting) => {
    expect(await count(filter)).toMatchObject({ status: 0 });
    const refused = await count(filter, "-o", setting);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toMatch(/limit|most|deep|long|more than/i);
  });

  test("a limit may be raised", async () => {
    const deep = `${"(".repeat(250)}tcp${")".repeat(250)}`;
    expect(await count(deep)).toMatchObject({ status: 2 });
    expect(await count(deep, "-o", "subflow.filter_nesting:300")).toMatchObject({ status: 0, stdout: "2\n" });
    const deepest = (levels: number): string => `${"!".repeat(levels)}tcp`;
    const raised = ["-o", "subflow.filter_nesting:1000000"];
    expect(await count(deepest(1990), ...raised)).toMatchObject({ status: 0, stdout: "2\n" });
    const refused = await count(deepest(50_000), ...raised);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("deeper than 2000 levels");
  });
});

describe("preferences", () => {
  const check = ["-o", "tcp.check_checksum:TRUE"];

  test("a checksum is verified where one asks for it, by itself too", async () => {
    const show = ["-r", capture, "-T", "fields", "-e", "tcp.checksum.status"];
    expect((await subflow(...show)).stdout).toBe("2\n2\n\n");
    const verified = (await subflow(...show, ...check)).stdout;
    expect(verified).toMatch(/^[01]\n[01]\n\n$/);
    const bad = verified.split("\n").filter((state) => state === "0").length;
    expect((await count('tcp.checksum.status == "Bad"', ...check)).stdout).toBe(`${bad}\n`);
    expect((await count("tcp.checksum_bad.expert", ...check)).stdout).toBe(`${bad}\n`);
    expect((await count("tcp.checksum_bad.expert")).stdout).toBe("0\n");
  });

  test("reassembly can be switched off, as it is, and not on", async () => {
    const off = ["ip.defragment", "ipv6.defragment", "tcp.desegment_tcp_streams"].flatMap((name) => [
      "-o",
      `${name}:FALSE`,
    ]);
    expect(await count("tcp", ...off)).toMatchObject({ status: 0, stdout: "2\n" });
    const on = await count("tcp", "-o", "ip.defragment:TRUE");
    expect(on).toMatchObject({ status: 1, stdout: "" });
    expect(on.stderr).toContain("each is shown as it came");
  });
});

test("names that no frame has are no errors", async () => {
  expect(await count('ip.geoip.country == "US" or tcp.segment_data')).toMatchObject({
    status: 0,
    stdout: "0\n",
  });
  expect(await count("tcp and not ip.fragment")).toMatchObject({ status: 0, stdout: "2\n" });
});
