/** subflow: dissect, filter and craft TCP options and Multipath TCP from declarative schemas. */
export {
  type Announcement,
  addAddrHmac,
  dssChecksum,
  idsnOf,
  type JoinSecrets,
  joinAckHmac,
  joinHmac,
  joinSynAckHmac,
  type Mapping,
  type MptcpVersion,
  tokenOf,
} from "../dissectors/mptcp-crypto.ts";
export { analyzeCapture } from "./analysis/analyze.ts";
export { compareCaptures, type PathComparison } from "./analysis/compare/compare.ts";
export { compareJson, compareText } from "./analysis/compare/text.ts";
export { followStream } from "./analysis/follow/follow.ts";
export type { FollowOptions, FollowProtocol, StreamPiece } from "./analysis/follow/types.ts";
export { htmlReport } from "./analysis/report-html.ts";
export { jsonReport, markdownReport, textReport } from "./analysis/report-text.ts";
export type { CaptureAnalysis } from "./analysis/types.ts";
export { mergeCaptures } from "./capture/merge.ts";
export { openCapture } from "./capture/open.ts";
export type { CapturedFrame, CaptureReader, ColumnBatch, FrameBatch, FrameSource } from "./capture/types.ts";
export { type CaptureWriter, createCaptureWriter } from "./capture/writer.ts";
export { type Conversation, createConversation } from "./craft/conversation/conversation.ts";
export type { ConversationOptions, Side } from "./craft/conversation/types.ts";
export { createAnonymizer } from "./craft/edit/anonymize.ts";
export { editFrame } from "./craft/edit/edit.ts";
export { createCraftInput } from "./craft/input.ts";
export { readDocument } from "./craft/read-text.ts";
export { runScenario } from "./craft/scenario/scenario.ts";
export { builtin, createEngine } from "./default-engine.ts";
export type {
  CompileFilterOptions,
  Completion,
  DissectOptions,
  Engine,
  Filter,
  FilterLimits,
  Fix,
  LayerInput,
  Parsed,
  ParsedObject,
  ParsedOption,
  ParseOptions,
  Pass,
  PassOptions,
  PassResult,
  SerializeOptions,
  ShapeOf,
  Shapes,
} from "./engine/api.ts";
export {
  CaptureError,
  type CaptureErrorCode,
  CraftError,
  type CraftErrorCode,
  FilterError,
  type FilterErrorCode,
  type Problem,
  type ProblemCode,
  SchemaError,
  type SchemaErrorCode,
  type Severity,
  type Span,
  SubflowError,
} from "./errors.ts";
export type { FieldInfo, FieldType, RawValue, ValueStrings } from "./ir/fields.ts";
export { type Frame, frameOf } from "./ir/frame.ts";
export type { Tracker } from "./ir/tracker.ts";
export type {
  Dissection,
  FieldNode,
  FieldValueOf,
  FieldValues,
  GeneratedNode,
  Layer,
  OpaqueNode,
  OptionNode,
  TextNode,
  TreeNode,
} from "./ir/tree.ts";
export { type Dissector, defineDissector } from "./plugin.ts";
