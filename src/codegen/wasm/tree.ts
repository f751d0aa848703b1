/** Statements as a tree: what is read from the text, and what instructions are made of. */

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly object: Expression; readonly name: string }
  | { readonly kind: "index"; readonly object: Expression; readonly index: Expression }
  | { readonly kind: "call"; readonly callee: Expression; readonly args: readonly Expression[] }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "choice";
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    };

export interface Declared {
  readonly name: string;
  readonly value: Expression;
}

export type Statement =
  | { readonly kind: "block"; readonly body: readonly Statement[]; readonly label?: string | undefined }
  | {
      readonly kind: "if";
      readonly test: Expression;
      readonly yes: Statement;
      readonly no?: Statement | undefined;
    }
  | {
      readonly kind: "loop";
      readonly first: readonly Statement[];
      readonly test?: Expression | undefined;
      readonly step: readonly Statement[];
      readonly body: Statement;
      readonly label?: string | undefined;
    }
  | {
      readonly kind: "switch";
      readonly on: Expression;
      readonly cases: readonly {
        readonly keys: readonly Expression[];
        readonly body: readonly Statement[];
      }[];
    }
  | { readonly kind: "declare"; readonly names: readonly Declared[] }
  /** The value is worked out once, and given to all. */
  | { readonly kind: "assign"; readonly targets: readonly Expression[]; readonly value: Expression }
  | { readonly kind: "do"; readonly what: Expression }
  | { readonly kind: "break" | "continue"; readonly label?: string | undefined };

/** The text holds something else than this reads. */
export class NotCompilable extends Error {
  override readonly name: string = "NotCompilable";
}
