import type { LatestRef } from '../api/image-policy.ts'

/** Why an election stands still: reason and message of the condition `ElectionHeld`. */
export interface ElectionHold {
  readonly reason: 'TagGone' | 'ScanFailed' | 'TagsShrank'
  readonly message: string
}

/** Why a lower tag was elected all the same. */
export type Lowered = 'spec' | 'annotation' | 'removed'

/**
 * `elected`: this tag, its digest still to be looked up; `hold` only says that the list is old.
 * `held`: the previous ref stays as it is; without a `hold` there is no list to judge by. With `asksHead`, ask the
 * registry whether the previous tag is gone and elect again.
 * `none`: nothing to elect and nothing to keep: reason and message of the Ready condition.
 */
export type Election =
  | {
      readonly kind: 'elected'
      readonly ref: Pick<LatestRef, 'name' | 'tag'>
      readonly lowered?: Lowered
      /** `major`, `minor`, `patch` … where both tags are semantic versions. */
      readonly change?: string
      readonly hold?: ElectionHold
    }
  | { readonly kind: 'held'; readonly ref: LatestRef; readonly hold?: ElectionHold; readonly asksHead: boolean }
  | { readonly kind: 'none'; readonly reason: string; readonly message: string }
