import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { repoUrl, retargeted } from '#cli/retarget.ts'
import { automationYaml, openFlowWorld } from '../flow/world.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'

it.each([
  ['https://git.example.com/a.git', 'https://git.example.com/a.git'],
  ['ssh://git@git.example.com:2222/a.git', 'ssh://git@git.example.com:2222/a.git'],
  ['file:///srv/a.git', 'file:///srv/a.git'],
])('takes the address %s', (text, url) => {
  expect(repoUrl(text, '/')).toBe(url)
})

it('makes a file URL of the path of a repository, blanks and all', async () => {
  await using folder = await temporaryFolder('retarget')
  await mkdir(join(folder.path, 'my repo.git'))
  expect(repoUrl('my repo.git', folder.path)).toBe(`file://${folder.path}/my%20repo.git`)
})

it.each([
  ['ext::sh -c id', '--repo: no such repository: ext::sh -c id'],
  ['git@github.com:org/repo.git', '--repo: the short form of ssh addresses is not taken'],
  ['nowhere', '--repo: no such repository: nowhere'],
])('refuses %s', (text, message) => {
  expect(() => repoUrl(text, '/nowhere')).toThrow(expect.objectContaining({ code: 'USAGE_INVALID', message }))
})

it.each(['ftp://x/y', 'https://', 'https://-x/y'])('refuses the address %s', (text) => {
  expect(() => repoUrl(text, '/')).toThrow(expect.objectContaining({ code: 'RESOURCE_URL_INVALID' }))
})

const key: ObjectRef = { group: 'source.toolkit.fluxcd.io', kind: 'GitRepository', namespace: 'apps', name: 'config' }

it('puts another repository and branch under the automations, and makes up the one that is missing', async () => {
  await using world = await openFlowWorld({ resources: automationYaml('a') })
  const reader = retargeted(world.ports.resources, { url: 'https://other/x', branch: 'dev' })
  expect(await reader.get(key, world.signal)).toMatchObject({
    spec: { url: 'https://other/x', ref: { branch: 'dev' } },
  })
  const [automation] = await reader.list(world.signal)
  expect(automation).toMatchObject({ spec: { git: { checkout: { ref: { branch: 'dev' } } } } })
})

it('changes nothing when nothing is asked, and makes nothing up without an address', async () => {
  await using world = await openFlowWorld({ resources: automationYaml('a') })
  const { resources } = world.ports
  expect(retargeted(resources, { url: undefined, branch: undefined })).toBe(resources)
  const missing = { ...key, name: 'missing' }
  const plain = { ...resources, get: async () => undefined }
  expect(await retargeted(plain, { url: undefined, branch: 'dev' }).get(missing, world.signal)).toBeUndefined()
})
