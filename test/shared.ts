/** Finds the captures and cases that are too large to be part of the repository. Tests of them are skipped without. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const beside = fileURLToPath(new URL("../../shared", import.meta.url));

/** The folder `shared` beside the repository, when present. */
export const sharedDir: string | undefined = existsSync(beside) ? beside : undefined;

function capturesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(pcap|pcapng|cap)(\.(gz|zst|lz4))?$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Paths of all captures below {@link sharedDir}, sorted; empty when it is absent. */
export function captureFiles(): readonly string[] {
  return sharedDir === undefined ? [] : capturesBelow(sharedDir);
}

/** Paths of the captures that are part of the repository. */
export function exampleCaptures(): readonly string[] {
  return capturesBelow(fileURLToPath(new URL("../examples/captures", import.meta.url)));
}

/** Those, and behind them {@link captureFiles}: never empty. */
export function allCaptures(): readonly string[] {
  return [...exampleCaptures(), ...captureFiles()];
}
