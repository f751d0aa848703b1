/** What a schema file looks like once the meta-schema has accepted it (schemas/meta/schema.json, schemas/LANGUAGE.md). */
import type { Base, FieldType } from "../ir/fields.ts";
import type { NamedProblem } from "../ir/nodes.ts";

export type RangesJson = readonly (number | readonly [number, number])[];
export interface LinearJson {
  readonly field: string;
  readonly scale?: number;
  readonly bias?: number;
}
export interface FlagSizeJson {
  readonly flag: string;
  readonly set: number;
  readonly clear: number;
}
export type SizeJson = number | "rest" | LinearJson | FlagSizeJson;

export type DeriveJson =
  | "text"
  | "power"
  | "swap"
  | "count"
  | "length"
  | "present"
  | "status"
  | "verified"
  | {
      readonly bits?: readonly [number, number];
      readonly bytes?: readonly [number, number];
      readonly linear?: readonly [number, number];
      readonly constant?: number;
      readonly letters?: string;
      readonly blank?: string;
    };

export interface ViewJson {
  readonly filter: string;
  readonly ft?: FieldType;
  readonly base?: Base;
  readonly label?: string;
  readonly enum?: string;
  readonly when?: string;
  readonly derive?: DeriveJson;
}
export type ViewsJson = string | ViewJson | readonly (string | ViewJson)[];

export type ComputeJson =
  | "size"
  | "headerSize"
  | "next"
  | { readonly payloadSize: { readonly scale?: number; readonly bias?: number } }
  | {
      readonly checksum: "internet";
      readonly cover: "header" | "message";
      readonly pseudoHeader?: boolean;
      readonly zero?: number;
    };

export type TypeJson =
  | "bits"
  | "flag"
  | "u8"
  | "u16"
  | "u24"
  | "u32"
  | "u64"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "uint"
  | "bytes"
  | "string"
  | "ipv4"
  | "ipv6"
  | "ether"
  | "repeat"
  | "group"
  | "options"
  | "meta";

export interface FieldJson {
  readonly name: string;
  readonly type: TypeJson;
  readonly label?: string;
  readonly spec?: string;
  readonly filter?: ViewsJson;
  readonly under?: ViewsJson;
  readonly when?: string;
  readonly optional?: boolean;
  readonly bits?: number;
  readonly endian?: "big" | "little";
  readonly size?: SizeJson;
  readonly of?: Omit<FieldJson, "name"> | readonly FieldJson[];
  readonly min?: number;
  readonly max?: number;
  readonly fields?: readonly FieldJson[];
  readonly envelope?: string;
  readonly context?: string;
  readonly source?: string;
  readonly enum?: string;
  readonly const?: number;
  readonly default?: number | boolean | string;
  readonly scale?: number;
  readonly bias?: number;
  readonly reserved?: boolean;
  readonly base?: Base;
  readonly compute?: ComputeJson;
}

export interface MatchJson {
  readonly table: string;
  readonly key: number | readonly [number, number];
  readonly magic?: string;
}

export interface PayloadJson {
  readonly end?: LinearJson;
  readonly zeroIsRest?: boolean;
  readonly behind?: readonly FieldJson[];
  readonly filter?: ViewsJson;
  readonly pseudoHeader?: {
    readonly source: string;
    readonly destination: string;
    readonly mandatory?: boolean;
  };
  readonly fragment?: string;
  readonly quoted?: boolean;
  readonly next?: readonly {
    readonly table: string;
    readonly key: string | number;
    readonly when?: string;
    readonly via?: string;
  }[];
}

export interface ContextJson {
  readonly set?: readonly string[];
  readonly clear?: readonly string[];
}

export interface VariantJson {
  readonly name: string;
  readonly length?: RangesJson;
  readonly where?: Readonly<Record<string, RangesJson>>;
  readonly versions?: readonly number[];
  readonly fields: readonly FieldJson[];
  readonly payload?: PayloadJson;
  readonly contexts?: readonly ContextJson[];
  readonly illegal?: string;
  readonly spec?: string;
}

export interface TrailerJson {
  readonly field: FieldJson;
  readonly padding?: { readonly field: FieldJson; readonly minimum: number };
  readonly check?: { readonly field: FieldJson; readonly minimum: number };
}

export interface SchemaJson {
  readonly id: string;
  readonly role: "header" | "option" | "envelope" | "metadata";
  readonly title: string;
  readonly spec: string;
  readonly description?: string;
  readonly protocol?: {
    readonly filter: string;
    readonly title: string;
    readonly layer?: boolean;
    readonly extent?: "message";
  };
  readonly prefix?: string;
  readonly match?: MatchJson | readonly MatchJson[];
  readonly within?: string;
  readonly envelope?: {
    readonly table: string;
    readonly key: string;
    readonly length?: { readonly field: string; readonly unit?: number; readonly bias?: number };
    readonly single?: readonly number[];
    readonly end?: readonly number[];
    readonly filler?: number;
    readonly usual?: string;
    readonly context?: Readonly<Record<string, number>>;
  };
  readonly opaque?: readonly FieldJson[];
  readonly enums?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly length?: RangesJson;
  readonly headerLength?: LinearJson;
  readonly fields: readonly FieldJson[];
  readonly variants?: readonly VariantJson[];
  readonly tail?: readonly FieldJson[];
  readonly payload?: PayloadJson;
  readonly trailer?: TrailerJson;
  readonly contexts?: readonly ContextJson[];
  readonly problems?: readonly NamedProblem[];
}
