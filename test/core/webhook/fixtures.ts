import { globSync } from 'node:fs'
import type { KnownSender } from '#core/api/webhook.ts'
import type { News } from '#core/webhook/sender.ts'
import { readText } from '../../rules/sources.ts'

/** A delivery as a sender sends it, without its proof, and what it says. */
export interface WebhookFixture {
  /** `github/push` */
  readonly name: string
  readonly sender: KnownSender
  readonly headers: Readonly<Record<string, string>>
  /** null: an empty body. */
  readonly body: unknown
  readonly reads: 'images' | 'pushes'
  readonly news: News
  readonly id?: string
}

const folder = 'test/fixtures/webhooks'

/** Every delivery of the fixtures, by name. */
export const webhookFixtures: readonly WebhookFixture[] = globSync(`${folder}/*/*.json`)
  .toSorted()
  .map((path) => {
    const name = path.slice(folder.length + 1, -'.json'.length)
    const content = JSON.parse(readText(path)) as Omit<WebhookFixture, 'name' | 'sender'>
    return { name, sender: name.split('/')[0] as KnownSender, ...content }
  })

/** The body as it goes over the wire. */
export function wireBody({ body }: Pick<WebhookFixture, 'body'>): string {
  return body === null ? '' : JSON.stringify(body)
}
