/** Scenario files: hosts and steps as JSON or YAML → the frames of one capture. */
import { createEngine } from "../../default-engine.ts";
import { CraftError } from "../../errors.ts";
import type { Frame } from "../../ir/frame.ts";
import { type Conversation, createConversation } from "../conversation/conversation.ts";
import type { AddressInput, ConversationOptions, HostInput } from "../conversation/types.ts";
import { type CraftInput, createCraftInput, isRecord } from "../input.ts";
import { type Checked, checkShape, checkValue, needKeys, type Shape } from "./check.ts";
import { STEPS } from "./steps.ts";

const HOST: Shape = {
  addresses: "any",
  port: "count",
  key: "key",
  isn: "count",
  checksum: "flag",
  denyJoins: "flag",
  longDataSequence: "flag",
  longDataAck: "flag",
  sack: "flag",
  timestamps: "flag",
  windowScale: "any",
  window: "count",
};
const ADDRESS: Shape = { address: "text", mss: "count", mac: "text" };
const CONVERSATION: Shape = {
  title: "text",
  description: "text",
  version: "count",
  checksum: "flag",
  seed: "any",
  tap: "side",
  link: ["ethernet", "raw"],
  start: "seconds",
  roundTrip: "seconds",
  client: "any",
  server: "any",
  steps: "any",
};
/** Steps that `repeat` may make of a file. */
const MOST_STEPS = 100_000;
const SECOND = 1_000_000_000n;

export interface ScenarioResult {
  readonly frames: readonly Frame[];
  readonly conversations: readonly {
    readonly title: string | undefined;
    readonly conversation: Conversation;
  }[];
}

function address(input: unknown, path: string): string | AddressInput {
  if (typeof input === "string") return input;
  const given = checkShape(ADDRESS, input, path);
  needKeys(given, ["address"], path);
  // Its keys were checked.
  return given as unknown as AddressInput;
}

function host(input: unknown, path: string): HostInput {
  const given = checkShape(HOST, input, path);
  needKeys(given, ["addresses"], path);
  const { addresses, windowScale } = given;
  if (!Array.isArray(addresses)) throw new CraftError("bad-type", `${path}.addresses`, "wants a list");
  if (windowScale !== undefined && windowScale !== null) {
    checkValue("count", windowScale, `${path}.windowScale`);
    // RFC 7323 section 2.3.
    if (Number(windowScale) > 14)
      throw new CraftError("out-of-range", `${path}.windowScale`, `${String(windowScale)} is more than 14`);
  }
  const list = addresses.map((one, at) => address(one, `${path}.addresses[${at}]`));
  return { ...(given as Omit<HostInput, "addresses">), addresses: list };
}

function optionsOf(given: Checked, path: string, start: bigint | undefined): ConversationOptions {
  needKeys(given, ["client", "server", "steps"], path);
  const { version = 1, seed } = given;
  if (version !== 0 && version !== 1) throw new CraftError("out-of-range", `${path}.version`, "wants 0 or 1");
  if (seed !== undefined && typeof seed !== "string" && typeof seed !== "number")
    throw new CraftError("bad-type", `${path}.seed`, "wants a number or a text");
  return {
    ...(given as Pick<ConversationOptions, "checksum" | "tap" | "link" | "roundTrip">),
    version,
    seed,
    start: start ?? BigInt(Math.round(Number(given["start"] ?? 1_700_000_000) * 1e6)) * 1000n,
    client: host(given["client"], `${path}.client`),
    server: host(given["server"], `${path}.server`),
  };
}

interface Run {
  readonly conversation: Conversation;
  readonly input: CraftInput;
  left: number;
}

async function runSteps(run: Run, steps: unknown, path: string): Promise<void> {
  if (!Array.isArray(steps)) throw new CraftError("bad-type", path, "wants a list of steps");
  for (const [at, step] of steps.entries()) await runStep(run, step, `${path}[${at}]`);
}

async function runStep(run: Run, step: unknown, path: string): Promise<void> {
  if (run.left-- <= 0) throw new CraftError("too-long", path, `more than ${MOST_STEPS} steps`);
  const entries = isRecord(step) ? Object.entries(step) : [[String(step), {}] as const];
  const [[name, given] = ["", undefined], second] = entries;
  if (second !== undefined)
    throw new CraftError("bad-input", path, "a step has one name: begin the next with a dash");
  const place = `${path}.${name}`;
  if (name === "repeat") {
    const { times, steps } = checkShape({ times: "count", steps: "any" }, given, place);
    for (let count = 0; count < Number(times ?? 1); count++) await runSteps(run, steps, `${place}.steps`);
    return;
  }
  const kind = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
  if (kind === undefined)
    throw new CraftError(
      "unknown-field",
      place,
      `there is no such step; there are ${Object.keys(STEPS).join(", ")}, repeat`,
    );
  const { keys } = kind;
  const plain = typeof keys === "string" || Array.isArray(keys) || "words" in keys;
  // The keys of a step are a shape, or one kind for a step that is a value.
  const value: Checked = plain
    ? { value: checkValue(keys as Parameters<typeof checkValue>[0], given, place) }
    : checkShape(keys as Shape, given ?? {}, place);
  needKeys(value, kind.required, place);
  try {
    await kind.run(run.conversation, value, run.input, place);
  } catch (thrown) {
    if (!(thrown instanceof CraftError) || thrown.path.startsWith(path)) throw thrown;
    throw new CraftError(
      thrown.code,
      `${path}: ${thrown.path}`,
      thrown.message.slice(thrown.path.length + 2),
    );
  }
}

/**
 * Carries out a scenario: one conversation, or several under `conversations`, each a second after the one before unless
 * `start` says otherwise.
 *
 * @param scenario - the file's content as JSON or YAML gives it.
 * @throws CraftError with the place, such as `steps[3].send.bytes`.
 */
export async function runScenario(
  scenario: unknown,
  input: CraftInput = createCraftInput(),
): Promise<ScenarioResult> {
  const several = isRecord(scenario) && "conversations" in scenario;
  const top = several
    ? checkShape(
        { title: "text", description: "text", conversations: "any", defaults: "any" },
        scenario,
        "scenario",
      )
    : { conversations: [scenario] };
  const list = top["conversations"];
  if (!Array.isArray(list)) throw new CraftError("bad-type", "conversations", "wants a list");
  const defaults = top["defaults"] ?? {};
  if (!isRecord(defaults)) throw new CraftError("bad-type", "defaults", "wants an object");
  const engine = createEngine();
  const conversations: { title: string | undefined; conversation: Conversation }[] = [];
  let next: bigint | undefined;
  for (const [at, one] of list.entries()) {
    const path = several ? `conversations[${at}]` : "scenario";
    const given = checkShape(CONVERSATION, isRecord(one) ? { seed: at + 1, ...defaults, ...one } : one, path);
    const start = given["start"] === undefined ? next : undefined;
    const conversation = createConversation({ ...optionsOf(given, path, start), engine });
    await runSteps(
      { conversation, input, left: MOST_STEPS },
      given["steps"],
      several ? `${path}.steps` : "steps",
    );
    const { title } = given;
    conversations.push({ title: typeof title === "string" ? title : undefined, conversation });
    next = (conversation.now / SECOND + 2n) * SECOND;
  }
  const frames = conversations
    .flatMap(({ conversation }) => conversation.frames)
    .toSorted((a, b) => Number((a.timestamp ?? 0n) - (b.timestamp ?? 0n)))
    .map((frame, index) => ({ ...frame, number: index + 1 }));
  return { frames, conversations };
}
