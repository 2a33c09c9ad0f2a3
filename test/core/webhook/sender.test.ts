import { expect, it } from 'vitest'
import { ignored, nothing, unasked } from '#core/webhook/sender.ts'

it.each([
  [nothing('a ping'), { is: 'nothing', reason: 'a ping' }],
  [ignored('DELETE\u0000'), { is: 'nothing', reason: 'event "DELETE\\x00"' }],
  [unasked('x'.repeat(100)), { is: 'nothing', reason: `event "${'x'.repeat(60)}…"`, unasked: true }],
  [unasked(undefined), { is: 'nothing', reason: 'no event is named', unasked: true }],
])('%j', (news, want) => {
  expect(news).toEqual(want)
})
