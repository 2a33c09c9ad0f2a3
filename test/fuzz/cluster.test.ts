import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseLive } from '#core/api/live.ts'
import type { KubeObject, WatchEvent } from '#io/cluster/cluster.ts'
import { Known } from '#io/cluster/known.ts'
import { Lines } from '#io/cluster/lines.ts'
import { nameText } from '#io/cluster/objects.ts'

const names = ['a', 'b', 'c']

/** What happens to a collection: `put` and `remove` by name, in order; versions grow with each. */
const histories = fc.array(fc.record({ name: fc.constantFrom(...names), removes: fc.boolean() }), { maxLength: 30 })

interface Change {
  readonly object: KubeObject
  readonly removes: boolean
}

function changesOf(history: readonly { readonly name: string; readonly removes: boolean }[]): readonly Change[] {
  return history.map(({ name, removes }, index) => {
    const metadata = { namespace: 'apps', name, resourceVersion: String(index + 8) } // 8, 9, 10: not an order of text
    return { object: { apiVersion: 'v1', kind: 'ConfigMap', metadata }, removes }
  })
}

/** Name → version of what exists after the first `count` changes. */
function stateAfter(changes: readonly Change[], count: number): ReadonlyMap<string, string | undefined> {
  const state = new Map<string, string | undefined>()
  for (const { object, removes } of changes.slice(0, count)) {
    if (removes) state.delete(nameText(object.metadata))
    else state.set(nameText(object.metadata), object.metadata.resourceVersion)
  }
  return state
}

/** What somebody believes who hears these events. */
function hear(state: Map<string, string | undefined>, events: readonly WatchEvent[]): void {
  for (const event of events) {
    if (event.type === 'put') state.set(nameText(event.object.metadata), event.object.metadata.resourceVersion)
    if (event.type === 'gone') state.delete(nameText(event.object.metadata))
  }
}

it('events that come twice and late, with lists in between, end in what is there', () => {
  const deliveries = fc.array(
    fc.record({ repeats: fc.integer({ min: 1, max: 3 }), back: fc.nat(5), lists: fc.boolean() }),
  )
  fc.assert(
    fc.property(histories, deliveries, (history, delivery) => {
      const changes = changesOf(history)
      const known = new Known()
      const believed = new Map<string, string | undefined>()
      hear(believed, known.replace({ items: [], resourceVersion: '7' }))
      const deliver = (index: number): void => {
        const change = changes[index]
        if (change !== undefined)
          hear(believed, change.removes ? known.remove(change.object) : known.put(change.object))
      }
      changes.forEach((_change, index) => {
        const { repeats = 1, back = 0, lists = false } = delivery[index] ?? {}
        for (let turn = 0; turn < repeats; turn += 1) deliver(index)
        if (back > 0 && index >= back) deliver(index - back)
        if (!lists) return
        const state = stateAfter(changes, index + 1)
        const items = changes
          .map(({ object }) => object)
          .filter(({ metadata }) => state.get(nameText(metadata)) === metadata.resourceVersion)
        hear(believed, known.replace({ items, resourceVersion: String(index + 8) }))
      })
      expect(believed).toEqual(stateAfter(changes, changes.length))
    }),
    { numRuns: 1000 },
  )
})

it('lines are the same wherever the network cuts them', () => {
  const texts = fc.array(
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' ')),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(texts, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lines, sizes) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      const reader = new Lines(10_000)
      const found: string[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1
        found.push(...reader.add(bytes.subarray(at, at + size)))
        at += size
      }
      expect(found).toEqual(lines.filter((line) => line !== ''))
    }),
    { numRuns: 1000 },
  )
})

it('no object of a cluster, however odd, makes the reader throw', () => {
  const kinds = fc.constantFrom('ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation', 'GitRepository')
  const groups = fc.constantFrom('tagboat.dev/v1', 'image.toolkit.fluxcd.io/v1', 'source.toolkit.fluxcd.io/v1')
  const annotations = fc.record({ 'tagboat.dev/spec': fc.oneof(fc.json(), fc.string()) })
  const metadata = fc.oneof(fc.record({ name: fc.constant('a'), annotations }), fc.jsonValue())
  const spec = fc.oneof(
    fc.record({ policy: fc.jsonValue(), image: fc.jsonValue(), interval: fc.jsonValue() }),
    fc.jsonValue(),
  )
  const objects = fc.record({ apiVersion: groups, kind: kinds, metadata, spec, status: fc.jsonValue() })
  fc.assert(
    fc.property(objects, (object) => {
      expect(['resource', 'broken', 'foreign']).toContain(parseLive(object).is)
    }),
    { numRuns: 1000 },
  )
})
