import { isRecord, type Stored } from './json.ts'

/** Does an object match the `labelSelector` and `fieldSelector` of a request? Equality and existence, as tests need. */
export function selects(query: URLSearchParams, object: Stored): boolean {
  const labels = object.metadata.labels ?? {}
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': object.metadata.name,
    'metadata.namespace': object.metadata.namespace,
    ...(isRecord(object['regarding']) && { 'regarding.name': String(object['regarding']['name']) }),
  }
  return (
    terms(query.get('labelSelector')).every((term) => holds(term, labels)) &&
    terms(query.get('fieldSelector')).every((term) => holds(term, fields))
  )
}

function terms(selector: string | null): readonly string[] {
  return (selector ?? '').split(',').filter((term) => term !== '')
}

function holds(term: string, values: Readonly<Record<string, string | undefined>>): boolean {
  const [, name = '', operator, wanted] = /^([^!=]+)(?:(!=|==?)(.*))?$/.exec(term.replace(/^!/, '')) ?? []
  if (operator === undefined) return term.startsWith('!') ? values[name] === undefined : values[name] !== undefined
  return operator === '!=' ? values[name] !== wanted : values[name] === wanted
}
