/** `subflow/testing`: generators, faults and laws made from schemas. Needs fast-check, an optional peer dependency. */
export {
  headerArbitrary,
  type OptionAreaOptions,
  optionArbitrary,
  optionAreaArbitrary,
  optionBytesArbitrary,
} from "./areas.ts";
export { type CorpusEntry, makeCorpus, manifestOf } from "./corpus.ts";
export { type Coverage, coverageOf } from "./coverage.ts";
export { hostileAreaArbitrary, hostileBytesArbitrary, mutatedBytesArbitrary } from "./faults.ts";
export { LawError } from "./law-error.ts";
export { type Law, optionAreaLaws, packetLaws, schemaLaws } from "./laws.ts";
export {
  FAULTS,
  type FailedCheck,
  type Fault,
  type MalformedVariant,
  malformedVariants,
} from "./malformed.ts";
export {
  createMatchers,
  type FrameLike,
  type MatcherResult,
  type Matchers,
  type SubflowMatchers,
} from "./matchers.ts";
export { type PacketOptions, packetArbitrary } from "./packets.ts";
export { type Validity, type ValueOptions, valueArbitrary } from "./values.ts";
export type { WorldOptions } from "./world.ts";
