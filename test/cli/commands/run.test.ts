import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { freePort } from '../../services/ports.ts'
import { startTagboat } from '../../services/tagboat.ts'
import { appFile, openWorld, type World } from '../world.ts'

async function openWithApp(): Promise<World & { readonly image: string }> {
  const world = await openWorld({ 'apps/app.yaml': '' })
  const image = `${world.registry.host}/team/app`
  await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') }, 'app 1.0.0')
  await world.push('1.0.0')
  return { ...world, image }
}

it('goes from a new tag to a commit at its intervals, and ends within the step on SIGTERM', async () => {
  await using world = await openWithApp()
  const text = await readFile(`${world.folder}/policies/resources.yaml`, 'utf8')
  await world.write('resources.yaml', text.replaceAll('interval: 1m', 'interval: 1s'))
  const run = startTagboat(['run', '-o', 'json'], { cwd: world.folder })
  await run.seen('repository up-to-date')
  await world.push('1.1.0')
  await expect
    .poll(async () => world.repository.read('main', 'apps/app.yaml'), { timeout: 20_000 })
    .toBe(appFile(world.image, '1.1.0'))
  run.kill('SIGTERM')
  const { code, stdout, stderr } = await run.ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; message: string })
  expect(events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation']),
  )
  expect(events.at(-1)?.message).not.toMatch(/stopped/)
  const pushes = events.filter(({ message }) => message.startsWith('pushed commit'))
  expect(pushes.map(({ kind, message }) => [kind, message.split('\n')[0]])).toEqual([
    ['ImageUpdateAutomation', expect.stringMatching(/^pushed commit '[0-9a-f]{7}' to branch 'main'$/)],
  ])
  expect(await readdir(`${world.folder}/.cache/tagboat/git/operations`)).toEqual([])
})

const hookToken = 'a-token-of-enough-bytes'

/** Where the webhook of an object in namespace `apps` listens. */
function hookPath(name: string): string {
  return `/hook/${createHash('sha256').update(`${hookToken}${name}apps`).digest('hex')}`
}

it('with --listen takes webhooks for images and for commits, and serves probes and metrics', async () => {
  await using world = await openWithApp()
  const text = await readFile(`${world.folder}/policies/resources.yaml`, 'utf8')
  const hook = JSON.stringify({ webhook: { type: 'generic', secretRef: { name: 'hook' } } })
  const annotated = ['app', 'config'].reduce(
    (all, name) => {
      const [before, after] = [
        `metadata: {name: ${name}, namespace: apps}`,
        `annotations: {tagboat.dev/spec: '${hook}'}}`,
      ]
      return all.replace(before, `${before.slice(0, -1)}, ${after}`)
    },
    text.replaceAll('interval: 1m', 'interval: 1h'),
  )
  const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: hook, namespace: apps}\nstringData: {token: ${hookToken}}\n`
  await world.write('resources.yaml', `${annotated}---\n${secret}`)
  const url = `http://127.0.0.1:${await freePort()}`
  const run = startTagboat(['run', '--listen', url.slice('http://'.length)], { cwd: world.folder })
  await run.seen('repository up-to-date')
  const post = async (name: string): Promise<unknown> => (await fetch(url + hookPath(name), { method: 'POST' })).json()

  await world.push('1.1.0')
  expect(await post('app')).toEqual({ matched: 1 })
  await expect
    .poll(async () => world.repository.read('main', 'apps/app.yaml'), { timeout: 20_000 })
    .toBe(appFile(world.image, '1.1.0'))
  await world.repository.commit('main', { 'apps/second.yaml': appFile(world.image, '1.0.0') }, 'a second app')
  expect(await post('config')).toEqual({ matched: 1 })
  await expect
    .poll(async () => world.repository.read('main', 'apps/second.yaml'), { timeout: 20_000 })
    .toBe(appFile(world.image, '1.1.0'))

  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('tagboat_webhooks_total{type="generic",code="200"} 2')
  expect((await fetch(url + hookPath('unknown'), { method: 'POST' })).status).toBe(404)
  run.kill('SIGTERM')
  const { code, stdout, stderr } = await run.ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(`listening on ${url}\n`)
  expect(stdout).toMatch(/: pushed commit '[0-9a-f]{7}' to branch 'main'\n {2}\S/)
  expect(stdout).not.toContain(hookPath('app'))
})

it.each([
  [['--listen', 'nowhere'], '--listen: expected'],
  [['--sync'], '--sync is not supported yet'],
])('refuses %j', async (flags, message) => {
  await using world = await openWithApp()
  const run = await world.run(['run', ...flags])
  expect(run).toMatchObject({ code: 64, stdout: '' })
  expect(run.stderr).toContain(message)
})

it('says when there is nothing to run', async () => {
  await using world = await openWorld({ 'a.txt': 'x' })
  await world.write('resources.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: apps}\n')
  const run = await world.run(['run'])
  expect(run).toMatchObject({ code: 64, stdout: '' })
  expect(run.stderr).toContain('holds nothing to run')
})

it.each([40, 150, 300, 450, 600, 900])('leaves nothing half-done when apply is interrupted after %i ms', async (ms) => {
  await using world = await openWithApp()
  await world.push('1.1.0')
  const run = startTagboat(['apply'], { cwd: world.folder })
  await new Promise((resolve) => setTimeout(resolve, ms))
  run.kill('SIGINT')
  const { code, signal } = await run.ended
  expect(code === 130 || code === 0 || signal === 'SIGINT').toBe(true)
  const again = await world.run(['apply'])
  expect(again).toMatchObject({ code: 0, stderr: '' })
  expect(await world.repository.read('main', 'apps/app.yaml')).toBe(appFile(world.image, '1.1.0'))
  const commits = await world.repository.commits('main')
  expect(commits.filter(({ message }) => message.includes('Tagboat-Run'))).toHaveLength(1)
  expect(await readdir(`${world.folder}/.cache/tagboat/git/operations`)).toEqual([])
})
