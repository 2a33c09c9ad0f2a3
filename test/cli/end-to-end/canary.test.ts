import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openFakeRegistry, type FakeRegistry } from '../../fakes/registry.ts'
import { bareRepository, type BareRepository } from '../../services/git.ts'
import { serveHttp } from '../../services/git-http.ts'
import { startTagboat, tagboat } from '../../services/tagboat.ts'
import { temporaryFolder, type TemporaryFolder } from '../../services/temporary-folder.ts'
import { appFile, password as gitPassword, resources } from '../world.ts'

const registryPassword = 'canary"registry\\ä/+42'

/** Every form in which a secret could show. */
const forms = [gitPassword, registryPassword].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  ...[secret, `bot:${secret}`].map((text) => Buffer.from(text).toString('base64').replace(/=+$/, '')),
])

const stack = new AsyncDisposableStack()
let folder: TemporaryFolder
let registry: FakeRegistry
let repository: BareRepository
let text: string

beforeAll(async () => {
  folder = stack.use(await temporaryFolder('canary'))
  registry = stack.use(await openFakeRegistry({ auth: { kind: 'basic', users: { bot: registryPassword } } }))
  const image = `${registry.host}/team/app`
  repository = stack.use(await bareRepository({ 'apps/app.yaml': appFile(image, '1.0.0') }))
  const server = stack.use(await serveHttp(repository.path, { access: { username: 'bot', password: gitPassword } }))
  for (const tag of ['1.0.0', '1.1.0']) await registry.pushImage({ repository: 'team/app', tag })
  const auth = Buffer.from(`bot:${registryPassword}`).toString('base64')
  const config = JSON.stringify({ auths: { [registry.host]: { auth } } })
  const pull = `---
apiVersion: v1
kind: Secret
metadata: {name: pull, namespace: apps}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: ${Buffer.from(config).toString('base64')}}
`
  text = resources({ image, url: server.url }).replace('interval: 1m}', 'interval: 1m, secretRef: {name: pull}}') + pull
})

afterAll(async () => stack.disposeAsync())

function expectNone(where: string, content: string): void {
  for (const form of forms) expect(content.includes(form), `${where} holds a secret`).toBe(false)
}

const run = async (command: string, resourcesText: string, format: string) => {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(join(folder.path, 'resources.yaml'), resourcesText)
  const args = [command, '-f', 'resources.yaml', '--log-level', 'debug', '--log-format', format, '-o', 'json']
  return tagboat(args, { cwd: folder.path })
}

it.each([
  ['scan', 'text'],
  ['plan', 'json'],
  ['explain', 'text'],
  ['apply', 'json'],
])('I7 %s shows no secret at any log level (%s)', async (command, format) => {
  const { code, stdout, stderr } = await run(command, text, format)
  expect({ code, stdout }).toMatchObject({ code: 0 })
  expect(stderr).not.toBe('')
  expectNone('stdout', stdout)
  expectNone('stderr', stderr)
})

it.each([
  ['the registry refuses the login', () => text.replace('name: pull}}', 'name: git}}')],
  ['Git refuses the login', () => text.replace(`password: "${gitPassword}"`, `password: "not-${gitPassword}"`)],
  [
    'the password stands in the URL of nothing',
    () => text.replace(/url: http:\/\/\S+/, `url: http://bot:${encodeURIComponent(gitPassword)}@127.0.0.1:9/x.git`),
  ],
  ['the resources are broken', () => text.replace('interval: 1m', 'interval: never')],
])('I7 shows no secret when %s', async (_what, change) => {
  for (const format of ['text', 'json']) {
    const { code, stdout, stderr } = await run('apply', change(), format)
    expect(code).toBe(1)
    expectNone('stdout', stdout)
    expectNone('stderr', stderr)
  }
})

it('I7 gives no secret to argv or environment of a child, and leaves none in a file or commit', async () => {
  await repository.commit('main', { 'apps/app.yaml': appFile(`${registry.host}/team/app`, '1.0.0') }, 'back')
  const { writeFile } = await import('node:fs/promises')
  await writeFile(join(folder.path, 'resources.yaml'), text)
  const started = startTagboat(['apply', '-f', 'resources.yaml'], { cwd: folder.path })
  const over = { yes: false }
  void started.ended.then(() => (over.yes = true))
  let sampled = 0
  while (!over.yes) {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) sampled += await sample(pid)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect((await started.ended).code).toBe(0)
  expect(sampled).toBeGreaterThan(0)
  for (const file of await readdir(join(folder.path, '.cache'), { recursive: true, withFileTypes: true })) {
    if (file.isFile()) expectNone(file.name, await readFile(join(file.parentPath, file.name), 'latin1'))
  }
  for (const { message } of await repository.commits('main')) expectNone('a commit', message)
})

/** Looks at one process; counts those that were ours: git and its helpers carry the name of their operation. */
async function sample(pid: string): Promise<number> {
  const [argv, environ] = await Promise.all(
    ['cmdline', 'environ'].map(async (name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
  )
  if (argv === undefined || environ === undefined || !environ.includes('TAGBOAT_OPERATION=')) return 0
  expectNone('argv', argv)
  expectNone('environ', environ)
  return 1
}
