import type { Json } from './json.ts'

/** A request that the fake refuses, as a `Status` of Kubernetes. */
export class Refused extends Error {
  readonly status: number
  readonly body: Json

  constructor(status: number, reason: string, message: string, details: Json = {}) {
    super(message)
    this.status = status
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      details,
      code: status,
    }
  }
}

export const notFound = (resource: string, group: string, name: string): Refused =>
  new Refused(404, 'NotFound', `${resource}${group === '' ? '' : `.${group}`} "${name}" not found`, {
    name,
    kind: resource,
  })

export const expired = (): Refused =>
  new Refused(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result.')

export const tooOld = (): Refused => new Refused(410, 'Expired', 'too old resource version: 1 (2)')

export const conflict = (resource: string, name: string): Refused => {
  const text = 'the object has been modified; please apply your changes to the latest version and try again'
  return new Refused(409, 'Conflict', `Operation cannot be fulfilled on ${resource} "${name}": ${text}`)
}
