import { AppError, isAppError } from '../error.ts'
import type { Edit } from '../rewrite/change-set.ts'
import type { TextHashes } from '../template/hashes.ts'
import { parseTemplate, type Template } from '../template/template.ts'
import { messageData, type MessageContext } from './message-data.ts'
import { sampleEdits } from './message-sample.ts'

/** What a commit message is made by. */
export interface MessageOptions extends MessageContext {
  /** `messageTemplate`; empty means the default text. */
  readonly template: string
}

/** A rendered message, before trailers. */
export interface RenderedMessage {
  readonly text: string
  /** The template gave nothing but blanks, and the default text stands in its place. */
  readonly empty: boolean
}

/** Flux's. */
const defaultText = 'Update from image update automation'

/**
 * The commit message of these edits. The template is Go's text/template with sprig's functions over Flux's data.
 * `COMMIT_TEMPLATE_INVALID`, `COMMIT_TEMPLATE_FIELD_REMOVED` with Flux's texts.
 */
export function renderMessage(options: MessageOptions, edits: readonly Edit[], hashes: TextHashes): RenderedMessage {
  if (options.template === '') return { text: defaultText, empty: false }
  const template = parsed(options.template, hashes)
  const text = rendered(template, options, edits)
  return text.trim() === '' ? { text: defaultText, empty: true } : { text, empty: false }
}

/**
 * Tries a template on sample data, so that its faults are found when a person writes it and not when a tag appears.
 * Only what real data does differently can fail later. Errors as `renderMessage`.
 */
export function checkMessage(options: MessageOptions, hashes: TextHashes): void {
  renderMessage({ ...options, updateRoot: '' }, sampleEdits, hashes)
}

function parsed(text: string, hashes: TextHashes): Template {
  return prefixed('unable to create commit message template from spec', () =>
    parseTemplate(text, { name: 'commit message', hashes }),
  )
}

function rendered(template: Template, context: MessageContext, edits: readonly Edit[]): string {
  return prefixed('failed to run template from spec', () => template.render(messageData(context, edits)))
}

/** Fields that templates of older Flux versions use, by what Go says about them. */
const removedFields = [
  {
    cause: "can't evaluate field Updated in type source.TemplateData",
    text: "template uses removed '.Updated' field. Please use '.Changed' instead.",
  },
  {
    cause: "can't evaluate field ImageResult in type update.Result",
    text: "template uses removed '.Changed.ImageResult' field. Please use '.Changed.FileChanges' or '.Changed.Objects' instead.",
  },
]

/** Says with Flux's words what was being done. */
function prefixed<T>(what: string, inner: () => T): T {
  try {
    return inner()
  } catch (error) {
    if (!isAppError(error) || error.code !== 'COMMIT_TEMPLATE_INVALID') throw error
    const removed = removedFields.find(({ cause }) => error.message.endsWith(cause))
    if (removed !== undefined) throw new AppError('COMMIT_TEMPLATE_FIELD_REMOVED', removed.text)
    throw new AppError('COMMIT_TEMPLATE_INVALID', `${what}: ${error.message}`)
  }
}
