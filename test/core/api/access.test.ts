import { describe, expect, it } from 'vitest'
import { denyRepository, denySource, permits } from '#core/api/access.ts'

const web = { namespaceSelectors: [{ matchLabels: { team: 'web' } }] }
const flux = { group: 'source.toolkit.fluxcd.io', spec: {} }
const own = (accessFrom?: typeof web) => ({
  group: 'tagboat.dev',
  spec: accessFrom === undefined ? {} : { accessFrom },
})
const from = { namespace: 'apps', namespaceLabels: { team: 'web' } }
const to = (found: typeof flux | ReturnType<typeof own> | undefined, namespace = 'infra') => ({
  namespace,
  name: 'x',
  found,
})
const forbidden = "access denied: 'infra/x' can't be accessed due to missing ACL labels on 'accessFrom'"

describe('permits', () => {
  const cases: readonly [Parameters<typeof permits>[0], Record<string, string>, boolean][] = [
    [undefined, { team: 'web' }, false],
    [{ namespaceSelectors: [] }, { team: 'web' }, false],
    [{ namespaceSelectors: [{ matchLabels: {} }] }, {}, true],
    [web, { team: 'web', x: 'y' }, true],
    [web, { team: 'api' }, false],
    [{ namespaceSelectors: [{ matchLabels: { a: '1', b: '2' } }] }, { a: '1' }, false],
    [{ namespaceSelectors: [{ matchLabels: { a: '1' } }, { matchLabels: { b: '2' } }] }, { b: '2' }, true],
  ]
  it.each(cases)('%j for %j: %s', (accessFrom, labels, want) => {
    expect(permits(accessFrom, labels)).toBe(want)
  })
})

describe('denyRepository', () => {
  const cases: readonly [string, ReturnType<typeof to>, boolean, string | undefined][] = [
    ['its own namespace', to(own(), 'apps'), false, undefined],
    ['a permitted one', to(own(web)), true, undefined],
    ['one that permits nobody', to(own()), true, forbidden],
    ['one that does not exist', to(undefined), true, forbidden],
    [
      'any, where references do not cross',
      to(own(web)),
      false,
      "cannot access 'ImageRepository/infra/x', cross-namespace references have been blocked",
    ],
  ]
  it.each(cases)('%s', (_, target, isCrossing, want) => {
    expect(denyRepository(from, target, isCrossing)?.message).toBe(want)
  })
})

describe('denySource', () => {
  const cases: readonly [string, ReturnType<typeof to>, boolean, string | undefined][] = [
    ['its own namespace', to(own(), 'apps'), false, undefined],
    ["Flux's kind in any namespace", to(flux), true, undefined],
    ['our kind where permitted', to(own(web)), true, undefined],
    ['our kind where not', to(own()), true, forbidden],
    ['one that does not exist', to(undefined), true, forbidden],
    [
      'any, where references do not cross',
      to(flux),
      false,
      "can't access 'GitRepository/infra/x', cross-namespace references have been blocked",
    ],
  ]
  it.each(cases)('%s', (_, target, isCrossing, want) => {
    expect(denySource(from, target, isCrossing)?.message).toBe(want)
  })
})
