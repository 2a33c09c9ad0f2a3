import type { Condition, ObjectEvent } from '../api/condition.ts'

/** What one pass over an object came to; `nextStatus` turns it into a status, `eventsOf` into events. */
export interface Outcome<Status extends object = object> {
  /**
   * Fields of the status that the pass found out, without conditions, observedGeneration and lastHandledReconcileAt.
   * A field that is not named stays as it is; one that is `undefined` is removed.
   */
  readonly status: { readonly [Field in keyof Status]?: Status[Field] | undefined }
  /** The complete set, Ready first; a type that is not in it is removed from the object, unless the pass failed. */
  readonly conditions: readonly Condition[]
  /** What happened besides a change of conditions: a push, a downgrade. */
  readonly events: readonly ObjectEvent[]
  /** Metadata of the event that a changed Ready gives, e.g. `{image, tag, previous}`. */
  readonly readyMetadata?: Readonly<Record<string, string>>
  /** Milliseconds until the object is looked at again; undefined: only a change helps. */
  readonly requeueAfterMs: number | undefined
}
