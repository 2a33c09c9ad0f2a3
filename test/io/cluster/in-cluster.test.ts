import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { inClusterCredentials } from '#io/cluster/in-cluster.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

const environment = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '6443' }

it('reads the pod’s account, and its token anew each time', async () => {
  await using folder = await temporaryFolder('account')
  await writeFile(join(folder.path, 'token'), 'first-token\n')
  await writeFile(join(folder.path, 'ca.crt'), 'PEM')
  await writeFile(join(folder.path, 'namespace'), 'tagboat-system')
  const credentials = await inClusterCredentials(environment, folder.path)
  expect(credentials?.server.href).toBe('https://10.0.0.1:6443/')
  expect(credentials?.namespace).toBe('tagboat-system')
  const first = await credentials?.access()
  expect(first?.tls).toEqual({ ca: 'PEM' })
  expect(first?.authorization === undefined ? '' : reveal(first.authorization)).toBe('Bearer first-token')
  await writeFile(join(folder.path, 'token'), 'second-token')
  const second = await credentials?.access()
  expect(second?.authorization === undefined ? '' : reveal(second.authorization)).toBe('Bearer second-token')
  await rm(join(folder.path, 'token'))
  await expect(credentials?.access()).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED' })
})

it.each([
  ['fd00::1', 'https://[fd00::1]/'],
  ['kubernetes.default', 'https://kubernetes.default/'],
])('the server of %s is %s', async (host, expected) => {
  await using folder = await temporaryFolder('account')
  await writeFile(join(folder.path, 'token'), 't')
  const credentials = await inClusterCredentials({ KUBERNETES_SERVICE_HOST: host }, folder.path)
  expect(credentials?.server.href).toBe(expected)
  expect(credentials?.namespace).toBe('default')
})

it('outside of a pod there is none', async () => {
  await using folder = await temporaryFolder('account')
  expect(await inClusterCredentials(environment, folder.path)).toBeUndefined()
  await mkdir(join(folder.path, 'x'))
  await writeFile(join(folder.path, 'x', 'token'), 't')
  expect(await inClusterCredentials({}, join(folder.path, 'x'))).toBeUndefined()
})
