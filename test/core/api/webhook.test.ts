import { expect, it } from 'vitest'
import { imageSenders, sourceSenders, webhook } from '#core/api/webhook.ts'

const secretRef = { name: 'hook' }

it.each([
  ...imageSenders.map((type) => [imageSenders, { type, secretRef }, true] as const),
  ...sourceSenders.map((type) => [sourceSenders, { type, secretRef }, true] as const),
  [imageSenders, { type: 'github', secretRef, events: ['package'], name: 'old-receiver' }, true],
  [imageSenders, { type: 'bitbucket', secretRef }, false],
  [sourceSenders, { type: 'dockerhub', secretRef }, false],
  [sourceSenders, { type: 'github' }, false],
  [sourceSenders, { type: 'github', secretRef, name: '' }, false],
  [sourceSenders, { type: 'github', secretRef, token: 'x' }, false],
] as const)('%j reads %j: %s', (types, value, want) => {
  expect(webhook(types).safeParse(value).success).toBe(want)
})
