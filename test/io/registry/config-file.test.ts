import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readConfig } from '#io/registry/config-file.ts'
import { defaultRegistryConfig } from '#io/registry/options.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

async function read(text: string) {
  await using folder = await temporaryFolder('config')
  await writeFile(join(folder.path, 'config.yaml'), text)
  return await readConfig(join(folder.path, 'config.yaml'))
}

it('keeps defaults for what is not named', async () => {
  expect(await read('')).toEqual(defaultRegistryConfig)
  expect(
    await read('registry: {allowPrivate: false, limits: {tags: 500}, hosts: [{host: "r.example.com", pageSize: 50}]}'),
  ).toEqual({
    ...defaultRegistryConfig,
    allowPrivate: false,
    limits: { ...defaultRegistryConfig.limits, tags: 500 },
    hosts: [{ host: 'r.example.com', pageSize: 50 }],
  })
})

it.each([
  ['registry: [', /config\.yaml:1: /],
  ['registry: {allowPrivat: true}', /Unrecognized key: "allowPrivat"[^]*registry/],
  ['registry: {limits: {tags: many}}', /expected number[^]*registry\.limits\.tags/],
])('refuses %j and says where', async (text, message) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    message: expect.stringMatching(message) as string,
  })
})

it('says when there is no such file', async () => {
  await expect(readConfig('/nowhere/config.yaml')).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    message: '--config: /nowhere/config.yaml cannot be read (ENOENT)',
  })
})
