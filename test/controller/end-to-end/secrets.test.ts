import { Buffer } from 'node:buffer'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { serveHttp } from '../../services/git-http.ts'
import { openFakeRegistry } from '../../fakes/registry.ts'
import { conditionOf, until, type Installation } from './installation.ts'
import { appFile } from './manifests.ts'
import { sharedScene } from './scene.ts'

const scene = sharedScene({ interval: '1h' })

/** Each is a value that nothing else contains. */
const canaries = {
  registry: 'canary-registry-7Qz!x/1',
  wrong: 'canary-wrong-registry-Kp3$2',
  git: 'canary-git-9fW:+=3',
  wrongGit: 'canary-wrong-git-Mv&5',
  hook: 'canary-hook-4Lr#8tn-of-enough-bytes',
}

/** The forms in which a value may get out. */
function formsOf(value: string): readonly string[] {
  const padded = ['', 'x', 'xx'].map((before) => {
    // Base64 of a text that contains it, cut to what does not depend on its surroundings.
    return Buffer.from(`${before}${value}`)
      .toString('base64')
      .slice(before === '' ? 0 : 4, -4)
  })
  return [value, encodeURIComponent(value), Buffer.from(value).toString('hex'), ...padded]
}

function dockerConfig(name: string, host: string, password: string): string {
  const config = { auths: { [host]: { username: 'robot', password } } }
  return secret(name, { '.dockerconfigjson': JSON.stringify(config) }, 'kubernetes.io/dockerconfigjson')
}

function secret(name: string, values: Readonly<Record<string, string>>, type = 'Opaque'): string {
  const metadata = { name, namespace: 'apps' }
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, type, stringData: values })}\n`
}

function object(kind: string, name: string, spec: object): string {
  return `${JSON.stringify({ apiVersion: 'tagboat.dev/v1', kind, metadata: { name, namespace: 'apps' }, spec })}\n`
}

/** Every key of Redis with its value. */
async function redisContent({ redis }: Installation): Promise<string> {
  const script = `local all = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  local kind = redis.call('TYPE', key).ok
  local value = kind == 'string' and redis.call('GET', key) or kind == 'hash' and redis.call('HGETALL', key)
    or kind == 'list' and redis.call('LRANGE', key, 0, -1) or kind == 'set' and redis.call('SMEMBERS', key)
    or kind == 'zset' and redis.call('ZRANGE', key, 0, -1) or kind == 'stream' and redis.call('XRANGE', key, '-', '+')
  all[#all + 1] = cjson.encode({key, value})
end
return all`
  return redis.command('EVAL', script, '0')
}

/** What an ordinary reader of the cluster sees: our objects, events, Leases; no Secrets. */
async function clusterContent({ kubernetes }: Installation): Promise<string> {
  const paths = [
    ...['imagerepositories', 'imagepolicies', 'gitrepositories', 'imageupdateautomations'].map(
      (resource) => `/apis/tagboat.dev/v1/${resource}`,
    ),
    '/apis/events.k8s.io/v1/events',
    '/apis/coordination.k8s.io/v1/leases',
  ]
  const answers = await Promise.all(paths.map(async (path) => kubernetes.send('GET', path)))
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200))
  return JSON.stringify(answers)
}

/** Every file below a folder. */
async function filesIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const texts = await Promise.all(files.map(async (file) => readFile(join(file.parentPath, file.name), 'latin1')))
  return texts.join('\n')
}

it('I7 no secret is in logs, Redis, events, statuses, metrics, commits or files', async () => {
  const { apply, replica, repository, committed, condition, get, kubernetes, folder } = scene()
  await using registry = await openFakeRegistry({ auth: { kind: 'basic', users: { robot: canaries.registry } } })
  await using git = await serveHttp(repository.path, { access: { username: 'robot', password: canaries.git } })
  const image = `${registry.host}/team/app`
  await registry.pushImage({ repository: 'team/app', tag: '7.0.0' })
  await repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') })
  const author = { name: 'Bot', email: 'bot@example.com' }
  const automation = { interval: '1h', git: { commit: { author } }, update: { path: './apps', strategy: 'Setters' } }
  const source = { url: git.url, interval: '1h', ref: { branch: 'main' } }
  await apply(
    [
      dockerConfig('pull', registry.host, canaries.registry),
      dockerConfig('wrong-pull', registry.host, canaries.wrong),
      secret('git', { username: 'robot', password: canaries.git }),
      secret('wrong-git', { username: 'robot', password: canaries.wrongGit }),
      secret('hook', { token: canaries.hook }),
      object('ImageRepository', 'app', {
        image,
        interval: '1h',
        secretRef: { name: 'pull' },
        webhook: { type: 'generic-hmac', secretRef: { name: 'hook' } },
      }),
      object('ImagePolicy', 'app', { imageRepositoryRef: { name: 'app' }, policy: { semver: { range: '*' } } }),
      object('ImageRepository', 'refused', { image, interval: '1h', secretRef: { name: 'wrong-pull' } }),
      object('GitRepository', 'config', { ...source, secretRef: { name: 'git' } }),
      object('GitRepository', 'refused', { ...source, secretRef: { name: 'wrong-git' } }),
      object('ImageUpdateAutomation', 'apps', { ...automation, sourceRef: { kind: 'GitRepository', name: 'config' } }),
      object('ImageUpdateAutomation', 'refused', {
        ...automation,
        sourceRef: { kind: 'GitRepository', name: 'refused' },
      }),
    ].join('---\n'),
  )
  const one = await replica(['--no-leader-election', '--log-level=debug'])
  await committed('7.0.0')
  await condition(['imagerepositories', 'refused'], 'False')
  await condition(['gitrepositories', 'refused'], 'False')
  await condition(['imageupdateautomations', 'refused'], 'False')
  const path = await until('the path of the hook', async () => {
    const found = (await get('imagerepositories', 'app'))?.status?.['webhookPath']
    return typeof found === 'string' && found
  })
  const headers = {
    'content-type': 'application/json',
    'x-signature': 'sha256=00',
    authorization: `Bearer ${canaries.hook}`,
  }
  expect((await fetch(one.webhook + path, { method: 'POST', body: '{}', headers })).status).toBe(401)
  expect(conditionOf(await get('imagerepositories', 'app'))).toMatchObject({ status: 'True' })
  const metrics = await (await fetch(`${one.metrics}/metrics`)).text()
  const [redis, cluster] = await Promise.all([redisContent(scene()), clusterContent(scene())])
  const commits = (await repository.commits('main')).map(({ message }) => message).join('\n')
  one.kill('SIGTERM')
  const run = await one.ended
  const places = { log: run.stdout + run.stderr, redis, cluster, metrics, commits, files: await filesIn(folder) }
  for (const [place, text] of Object.entries(places)) {
    const found = Object.values(canaries).flatMap((value) => formsOf(value).filter((form) => text.includes(form)))
    expect({ place, found }).toEqual({ place, found: [] })
  }
  // The search finds what is there.
  expect([redis.includes('ImageRepository'), run.stderr.includes('"level":"debug"')]).toEqual([true, true])
  const kept = await kubernetes.send('GET', '/api/v1/namespaces/apps/secrets/git')
  expect(formsOf(canaries.git).some((form) => JSON.stringify(kept).includes(form))).toBe(true)
}, 180_000)
