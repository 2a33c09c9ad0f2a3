import { AppError } from '../error.ts'
import type { LabelSelector } from './image-update-automation.ts'

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number]

const name = String.raw`[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?`
const forms: readonly (readonly [RegExp, (key: string, values: string) => Requirement])[] = [
  [new RegExp(`^(${name})$`), (key) => ({ key, operator: 'Exists' })],
  [new RegExp(`^!\\s*(${name})$`), (key) => ({ key, operator: 'DoesNotExist' })],
  [new RegExp(`^(${name})\\s*==?\\s*(${name}|)$`), (key, value) => ({ key, operator: 'In', values: [value] })],
  [new RegExp(`^(${name})\\s*!=\\s*(${name}|)$`), (key, value) => ({ key, operator: 'NotIn', values: [value] })],
  [new RegExp(`^(${name})\\s+in\\s*\\(([^()]*)\\)$`), (key, list) => ({ key, operator: 'In', values: split(list) })],
  [
    new RegExp(`^(${name})\\s+notin\\s*\\(([^()]*)\\)$`),
    (key, list) => ({ key, operator: 'NotIn', values: split(list) }),
  ],
]

function split(list: string): string[] {
  return list.split(',').map((value) => value.trim())
}

/**
 * Reads a selector as kubectl writes it: `shard=a,tier!=test,env in (dev,prod),!old`; an empty text selects everything.
 * `USAGE_INVALID` names `flag` and the part that cannot be read.
 */
export function parseLabelSelector(text: string, flag: string): LabelSelector {
  // Commas inside parentheses belong to their list.
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim())
  const matchExpressions = parts.filter((part) => part !== '').map((part) => parseRequirement(part, flag))
  return { matchExpressions }
}

function parseRequirement(part: string, flag: string): Requirement {
  for (const [form, make] of forms) {
    const [, key, values = ''] = form.exec(part) ?? []
    if (key !== undefined) return make(key, values)
  }
  throw new AppError('USAGE_INVALID', `${flag}: expected e.g. shard=a,tier!=test,env in (dev,prod), got "${part}"`)
}
