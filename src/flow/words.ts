import { AppError, isAppError } from '#core/error.ts'
import type { ErrorCode } from '#core/errors/index.ts'

/** How a step tells the failures of what it uses: the words before the message, and reasons of its own for them. */
export interface Words {
  readonly prefix: string
  /** Reason of the condition; default: the error's own. */
  readonly reason?: string
  /** Reasons of single codes, before the other one. */
  readonly reasons?: Readonly<Partial<Record<ErrorCode, string>>>
  /** Which failures are told so: codes, or areas that end in `_`. */
  readonly of: readonly string[]
  readonly except?: readonly ErrorCode[]
  /** Leaves out the field that the message begins with: Flux names none. */
  readonly bare?: boolean
}

const notUsable = 'InvalidSourceConfiguration'
/** What only a person can change about a source. */
const sourceReasons: Words['reasons'] = {
  GIT_CREDENTIALS_INVALID: notUsable,
  GIT_PROVIDER_UNSUPPORTED: notUsable,
  GIT_REF_INVALID: notUsable,
  POLICY_RANGE_INVALID: notUsable,
  RESOURCE_URL_INVALID: notUsable,
  GIT_SIGNING_KEY_INVALID: 'InvalidSigningKey',
}

/** Flux's words for an automation that cannot use its source. */
export const managerWords: Words = {
  prefix: 'failed configuring source manager: ',
  reason: 'SourceManagerFailed',
  reasons: sourceReasons,
  of: ['RESOURCE_SECRET_MISSING', 'RESOURCE_URL_INVALID', 'RESOURCE_INVALID', 'GIT_PROVIDER_UNSUPPORTED', 'CLUSTER_'],
}

/** Flux's words for an automation whose source cannot be read … */
export const checkoutWords: Words = {
  prefix: 'failed to checkout source: ',
  reason: 'GitOperationFailed',
  reasons: sourceReasons,
  of: ['GIT_', 'POLICY_RANGE_INVALID'],
}

/** … or not be written … */
export const pushWords: Words = { ...checkoutWords, prefix: 'failed to update source: ', of: ['GIT_'] }

/** … or whose policies cannot be carried out. */
export const applyWords: Words = {
  prefix: 'failed to apply policies: ',
  reason: 'UpdateFailed',
  of: ['GIT_PATH_MISSING', 'COMMIT_DIGEST_MOVED', 'REGISTRY_', 'RESOURCE_'],
}

/** What is written in a spec and can be no policy or exclusion. */
export const specWords: Words = { prefix: '', of: ['POLICY_', 'REGISTRY_EXCLUSION_INVALID'], bare: true }

/** Does something whose failures are told in the words of a step. What is in a step's words already stays so. */
export async function inWords<Result>(words: Words, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw isAppError(error) && isMeant(error, words) ? reworded(error, words) : error
  }
}

function isMeant({ code, message }: AppError, { of, except = [] }: Words): boolean {
  const isOf = of.some((one) => (one.endsWith('_') ? code.startsWith(one) : code === one))
  return isOf && !except.includes(code) && !message.startsWith('failed ')
}

function reworded(error: AppError, { prefix, reason, reasons, bare }: Words): AppError {
  const { code, retry, hint } = error
  const text = bare === true ? error.message.replace(/^spec(\.[\w]+|\[[0-9]+\])+: /, '') : error.message
  // A key that cannot be used is told in the words of its parser, as Flux does.
  const message = code === 'GIT_SIGNING_KEY_INVALID' ? text : `${prefix}${text}`
  return new AppError(code, message, { retry, hint, reason: reasons?.[code] ?? reason ?? error.reason, cause: error })
}
