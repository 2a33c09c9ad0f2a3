import { AppError, type AppErrorOptions } from '#core/error.ts'
import type { ErrorCode } from '#core/errors/index.ts'
import { z } from '#core/schema.ts'
import { redact } from '#core/secret/redact.ts'
import type { HttpAnswer } from '../http.ts'
import { header } from '../http/headers.ts'

/** Quay's code for a page that is too large. */
export const tooManyTags = 'TOO_MANY_TAGS_REQUESTED'

const maxRead = 64 * 1024
const maxShown = 512
const maxErrors = 3

/** A status that was not expected. `codes` are those of the body by the OCI distribution specification. */
export class StatusError extends AppError {
  readonly status: number
  readonly codes: readonly string[]

  constructor(
    code: ErrorCode,
    message: string,
    details: AppErrorOptions & { status: number; codes: readonly string[] },
  ) {
    super(code, message, details)
    this.status = details.status
    this.codes = details.codes
  }
}

/** Reads the error out of an answer and ends it. `about` begins the message, e.g. `ghcr.io: the tags of org/app`. */
export async function statusErrorOf(
  answer: HttpAnswer,
  { about, hint }: { readonly about: string; readonly hint?: string | undefined },
): Promise<StatusError> {
  const body = Buffer.from(await answer.head(maxRead))
  const errors = errorsOf(body.toString('utf8'))
  const text = errors === undefined ? plainText(body, answer) : errors.map(({ shown }) => shown).join('; ')
  const codes = errors?.map(({ code }) => code) ?? []
  // Whatever its status: it is no limit of requests.
  const code = codes.includes(tooManyTags) ? 'REGISTRY_BAD_RESPONSE' : codeOfStatus(answer.status)
  const said = redact(text).slice(0, maxShown)
  return new StatusError(code, `${about}: answered ${answer.status}${said === '' ? '' : `: ${said}`}`, {
    status: answer.status,
    codes,
    ...(hint !== undefined && { hint }),
  })
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'REGISTRY_AUTH_FAILED'
  if (status === 404) return 'REGISTRY_NOT_FOUND'
  if (status === 429) return 'REGISTRY_RATE_LIMITED'
  return status === 408 || status === 499 || status >= 500 ? 'REGISTRY_UNAVAILABLE' : 'REGISTRY_BAD_RESPONSE'
}

const ociErrors = z.object({ errors: z.array(z.object({ code: z.string().catch(''), message: z.string().catch('') })) })

function errorsOf(text: string): readonly { readonly code: string; readonly shown: string }[] | undefined {
  try {
    const { errors } = ociErrors.parse(JSON.parse(text))
    return errors.slice(0, maxErrors).map(({ code, message }) => ({
      code,
      shown: withoutControls([code, message].filter((part) => part !== '').join(': ')),
    }))
  } catch {
    return undefined
  }
}

function plainText(body: Buffer, answer: HttpAnswer): string {
  const text = body.toString('utf8').trim()
  const isHtml = text.startsWith('<') || header(answer.headers, 'content-type')?.includes('html') === true
  return isHtml && text !== '' ? `<html, ${body.length} bytes>` : withoutControls(text)
}

function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
}
