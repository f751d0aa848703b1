/** `subflow/testing`: generators, faults and laws made from schemas. Needs fast-check, an optional peer dependency. */
export {
  headerArbitrary,
  type OptionAreaOptions,
  optionArbitrary,
  optionAreaArbitrary,
  optionBytesArbitrary,
  type PacketOptions,
  packetArbitrary,
} from "./areas.ts";
export { type Coverage, coverageOf } from "./coverage.ts";
export { hostileAreaArbitrary, hostileBytesArbitrary, mutatedBytesArbitrary } from "./faults.ts";
export { LawError } from "./law-error.ts";
export { type Law, optionAreaLaws, packetLaws, schemaLaws } from "./laws.ts";
export { type ValueOptions, valueArbitrary } from "./values.ts";
export type { WorldOptions } from "./world.ts";
