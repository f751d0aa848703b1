/** What a dissector may import: `import { defineDissector } from "subflow/plugin"`. */
import type { FieldInfo, Finding, ValueStrings } from "./ir/fields.ts";
import type { Layout } from "./ir/nodes.ts";
import type { Tracker } from "./ir/tracker.ts";
import type { Layer } from "./ir/tree.ts";

export type { Problem } from "./errors.ts";
export type { FieldInfo, FieldType, Finding, FindingGroup, RawValue, ValueStrings } from "./ir/fields.ts";
export type { Frame } from "./ir/frame.ts";
export type { Layout } from "./ir/nodes.ts";
export type {
  CachedFlows,
  CachedValue,
  FlowCache,
  Placement,
  Preferences,
  Provide,
  ProvidedField,
  Row,
  Tracker,
  TrackerState,
} from "./ir/tracker.ts";
export type { Layer, TreeNode } from "./ir/tree.ts";

/** A protocol, or a family of options: schemas with what stands around them. */
export interface Dissector {
  /** Name of the plugin, such as `mptcp`. */
  readonly name: string;
  /** Schema files (parsed JSON), checked when the dissector is registered. */
  readonly schemas?: readonly unknown[];
  /** Schemas that were checked and lowered when they were generated. */
  readonly layouts?: readonly Layout[];
  /** Tables of value strings that the schemas name. */
  readonly enums?: Readonly<Record<string, ValueStrings>>;
  readonly trackers?: readonly Tracker[];
  /** Names that filters know and no frame has, each with its reason (`absent`). */
  readonly absent?: readonly FieldInfo[];
  /** Which of the fields (of its schemas and trackers) `_ws.expert.*` tell of. */
  readonly findings?: readonly Finding[];
  /** The packet list's protocol and info columns for a layer of this dissector; undefined leaves them to lower layers. */
  readonly summary?: (layer: Layer) => { readonly protocol: string; readonly info: string } | undefined;
}

/** Checks nothing at run time: it types the declaration. */
export function defineDissector(dissector: Dissector): Dissector {
  return dissector;
}

/** Bytes helpers that dissectors share with the rest. */
export { internetChecksum, pseudoHeader, updateChecksum } from "./bytes/checksum.ts";
export { concatBytes, toHex } from "./bytes/hex.ts";
