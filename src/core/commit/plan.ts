import { redact } from '../secret/redact.ts'
import type { Edit, FileChange, Skip } from '../rewrite/change-set.ts'
import type { TextHashes } from '../template/hashes.ts'
import { renderMessage, type MessageOptions } from './message.ts'
import { runId } from './run-id.ts'
import { imageChanges, trailerText, withTrailers, type Trailers } from './trailer.ts'

/** What a commit is composed of. */
export interface UpdateInput extends MessageOptions {
  /** `metadata.uid`, or `fileUid` without a cluster. */
  readonly uid: string
  /** Commit that the files were read from. */
  readonly base: string
  /** Full name of the branch that the commit goes to. */
  readonly branch: string
  /** Every file that was looked at, edited or not. */
  readonly files: readonly FileChange[]
  /** `git.commit.author`. */
  readonly author: { readonly name: string; readonly email: string }
}

/** A commit as it would be made: a value that `plan` prints and `apply` carries out. */
export interface UpdatePlan {
  readonly automation: { readonly namespace: string; readonly name: string }
  readonly base: string
  readonly branch: string
  /** The files that change. */
  readonly files: readonly FileChange[]
  /** All edits, by path and position. */
  readonly edits: readonly Edit[]
  /** What was left alone, by path. */
  readonly skipped: readonly Skip[]
  /** The whole message, trailers included. */
  readonly message: string
  readonly trailers: Trailers
  readonly author: { readonly name: string; readonly email: string }
  /** For people: an empty message was replaced. */
  readonly warnings: readonly MessageWarning[]
}

/** Reason and text of a condition. */
interface MessageWarning {
  readonly reason: 'EmptyMessage'
  readonly message: string
}

/**
 * The commit of an automation's edits, undefined when nothing changes. Same input, same bytes: the message is rendered
 * anew for the edits that are left when they are applied to a new tip.
 * `COMMIT_TEMPLATE_INVALID`, `COMMIT_TEMPLATE_FIELD_REMOVED`: the message template.
 */
export function planUpdate(input: UpdateInput, hashes: TextHashes): UpdatePlan | undefined {
  const files = input.files.filter((file) => file.edits.length > 0).toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const edits = files.flatMap((file) => file.edits.toSorted((a, b) => a.ordinal - b.ordinal))
  if (edits.length === 0) return undefined
  const rendered = renderMessage(input, edits, hashes)
  const trailers = {
    automation: `${input.automation.namespace}/${input.automation.name}`,
    run: runId(input.uid, edits, hashes.sha256),
    images: imageChanges(edits),
  }
  return {
    automation: input.automation,
    base: input.base,
    branch: input.branch,
    files,
    edits,
    skipped: input.files.flatMap((file) => file.skipped),
    // A commit is for ever and for everybody: values of the template may hold what nobody should see.
    message: withTrailers(redact(rendered.text), trailers),
    trailers,
    author: author(input.author),
    warnings: rendered.empty ? [emptyMessage] : [],
  }
}

const emptyMessage: MessageWarning = {
  reason: 'EmptyMessage',
  message: 'spec.git.commit.messageTemplate renders to an empty message; the default is used',
}

/** Name and address as git takes them: on one line, without the brackets that would end them. */
function author({ name, email }: UpdateInput['author']): UpdatePlan['author'] {
  return { name: identityText(name) || 'Tagboat', email: identityText(email) }
}

function identityText(text: string): string {
  return trailerText(text).replace(/[<>]/g, '').trim()
}
