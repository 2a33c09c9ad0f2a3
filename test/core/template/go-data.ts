import { readFileSync } from 'node:fs'
import { messageData } from '#core/commit/message-data.ts'
import { isAppError } from '#core/error.ts'
import type { Edit } from '#core/rewrite/change-set.ts'
import { parseTemplate } from '#core/template/template.ts'
import type { Struct } from '#core/template/value.ts'
import { systemHashes } from '#io/hash.ts'

/** A template, and what Go makes of it: its output or the text of its error. */
export interface GoCase {
  readonly template: string
  readonly output?: string
  readonly error?: string
}

/** The recorded cases of one topic. */
export function goCases(topic: string): readonly GoCase[] {
  const url = new URL(`../../fixtures/template/${topic}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as readonly GoCase[]
}

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'prod' }
const pod = { apiVersion: 'v1', kind: 'Pod', name: 'worker', namespace: '' }
const place = { line: 1, column: 1 }
const image = {
  from: 'ghcr.io/acme/web:1.0.0',
  to: 'ghcr.io/acme/web:1.1.0',
  policy: 'apps:web',
  part: 'full',
} as const

const edits: readonly Edit[] = [
  { ...place, ...image, path: 'web/deployment.yaml', ordinal: 0, object: deployment },
  {
    ...place,
    ...image,
    path: 'web/deployment.yaml',
    ordinal: 1,
    from: '1.0.0',
    to: '1.1.0',
    part: 'tag',
    object: deployment,
  },
  {
    ...place,
    path: 'web/deployment.yaml',
    ordinal: 2,
    from: '2.0',
    to: '2.1',
    policy: 'apps:worker',
    part: 'tag',
    object: pod,
  },
  { ...place, ...image, path: 'values.yaml', ordinal: 0 },
]

/** The data that the cases were recorded with. */
export function goData(): Struct {
  const values = { team: 'Core Team', empty: '', number: '12' }
  return messageData({ automation: { namespace: 'apps', name: 'web' }, values, updateRoot: '' }, edits)
}

/** What the engine makes of a template over that data, in the shape of a case. */
export function rendered(template: string): GoCase {
  try {
    return {
      template,
      output: parseTemplate(template, { name: 'commit message', hashes: systemHashes }).render(goData()),
    }
  } catch (error) {
    if (!isAppError(error) || error.code !== 'COMMIT_TEMPLATE_INVALID') throw error
    return { template, error: error.message }
  }
}
