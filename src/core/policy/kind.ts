import type { Fact, TagFacts } from './selection.ts'
import type { VerdictCode } from './verdict.ts'

/** Why a tag is not a candidate. */
export interface Rejection {
  readonly verdict: VerdictCode
  readonly reason: string
}

/** Something a person should know about a policy that works all the same. */
export interface PolicyWarning {
  /** PascalCase, e.g. `SurprisingRange`. */
  readonly reason: string
  readonly message: string
}

/** What is known about a tag beyond its text when a kind reads it. */
export interface Known {
  /** Undefined: nobody has asked yet. */
  readonly facts: TagFacts | undefined
  /** Epoch ms; undefined: times are not checked against the clock. */
  readonly now: number | undefined
}

/** One kind of policy, ready to judge. `Value` is what a text means to it: a version, a number, a time. */
export interface CompiledKind<Value = unknown> {
  /** The policy in a few words, for messages: `semver ^1.2`. */
  readonly text: string
  /** What has to be known about every candidate before it can be read. */
  readonly needs: readonly Fact[]
  readonly warnings: readonly PolicyWarning[]
  /** Do keys follow semantic versioning, so that a step may be called major, minor or patch? */
  readonly namesChanges?: boolean
  /** Set where one candidate that cannot be read fails the whole policy: the condition's reason and message. */
  readonly unreadable?: { readonly reason: string; message(key: string, others: number): string }
  /** The value of a text (extract or tag), whether admitted or not; undefined if it is none of this kind. */
  read(key: string, known: Known): Value | undefined
  /** Why a tag with what `read` gave may not be elected; undefined: it may. */
  refuse(value: Value | undefined, known: Known): Rejection | undefined
  /** > 0 when `a` is preferred. Equal values are 0; who wins then is decided outside. */
  compare(a: Value, b: Value): number
  /** The value in its normal form, for messages: `1.2.3` for `v01.2.3+build`. */
  print(value: Value): string
}

/**
 * A kind of policy: one member of `spec.policy`. To add one: its file, a line in the table of `index.ts`, and cases in
 * `policies/`.
 */
export interface PolicyKind<Spec> {
  /** Checks what the schema cannot; `field` names the spec in messages. Errors: the kind's `POLICY_` codes. */
  compile(spec: Spec, field: string): CompiledKind
}
