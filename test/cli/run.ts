/** Runs the command in this process and takes what it prints. */
import { vi } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { main } from "../../src/cli/main.ts";

export interface CliRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function subflow(...args: string[]): Promise<CliRun> {
  const texts = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      texts[name] += String(chunk);
      return true;
    }),
  );
  try {
    return { status: await main(args, COMMANDS), stdout: texts.stdout, stderr: texts.stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
