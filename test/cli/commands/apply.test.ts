import { execFileSync, spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { appFile, openWorld, password, resources } from '../world.ts'

interface Document {
  readonly items: readonly Readonly<Record<string, unknown>>[]
}

const parse = (text: string): Document => JSON.parse(text) as Document

it('turns a new tag into a commit at the remote with exactly these bytes, then does nothing', async () => {
  await using world = await openWorld({ 'apps/app.yaml': '', 'other.txt': 'untouched' })
  const image = `${world.registry.host}/team/app`
  await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') }, 'app 1.0.0')
  await world.push('1.0.0', '1.2.0', '2.0.0', 'latest')

  const plan = await world.run(['plan', '-o', 'json'])
  expect(plan).toMatchObject({ code: 0, stderr: '' })
  const planned = parse(plan.stdout).items[0]
  const tip = await world.repository.tip('main')
  expect(planned).toMatchObject({ automation: 'apps/apps', base: tip, branch: 'main', skipped: [] })
  expect(planned?.['edits']).toEqual([
    {
      path: 'apps/app.yaml',
      line: 11,
      column: 21,
      from: `${image}:1.0.0`,
      to: `${image}:1.2.0`,
      policy: 'apps:app',
      part: 'full',
      object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app', namespace: 'apps' },
    },
  ])

  const applied = await world.run(['apply', '-o', 'json', '--detailed-exitcode'])
  expect(applied.code).toBe(2)
  const item = parse(applied.stdout).items[0]
  expect(item).toMatchObject({ pushed: true, attempts: 1, message: planned?.['message'] })
  expect(await world.repository.read('main', 'apps/app.yaml')).toBe(appFile(image, '1.2.0'))
  const [commit] = await world.repository.commits('main')
  expect(commit).toMatchObject({
    id: item?.['commit'],
    parents: [tip],
    author: 'Bot <bot@example.com>',
    committer: 'Bot <bot@example.com>',
    message: planned?.['message'],
  })
  expect(commit?.message).toMatch(
    /^apps\/apps: \S+:1\.0\.0 to \S+:1\.2\.0\n\nTagboat-Automation: apps\/apps\nTagboat-Run: cli-[0-9a-f]{16}\/[0-9a-f]{32}\nTagboat-Image: apps:app \S+ -> \S+\n$/,
  )
  expect(`${applied.stdout}${applied.stderr}`).not.toContain(password)

  const before = world.server.requests.length
  const again = await world.run(['apply', '-o', 'json', '--detailed-exitcode'])
  expect(again.code).toBe(0)
  expect(parse(again.stdout).items[0]).toMatchObject({ edits: [], pushed: false })
  // One ls-remote (protocol version 2): what there is, and the refs. No fetch, no push.
  expect(world.server.requests.slice(before).map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
    'GET /config.git/info/refs',
    'POST /config.git/git-upload-pack',
  ])
})

it('keeps what a person pushed in between, and lands five automations on one branch', async () => {
  await using world = await openWorld({ 'apps/app.yaml': '' })
  const image = `${world.registry.host}/team/app`
  const names = ['one', 'two', 'three', 'four', 'five']
  const files = Object.fromEntries(
    names.map((name) => [`${name}/app.yaml`, `image: ${image}:1.0.0 # {"$imagepolicy": "apps:app"}\n`]),
  )
  await world.repository.commit('main', files, 'five apps')
  await world.push('1.0.0', '1.1.0')
  const base = resources({ image, url: world.server.url })
  const [head = '', automation = ''] = base.split(/---\n(?=apiVersion: image.*\nkind: ImageUpdateAutomation)/)
  await world.write('resources.yaml', head)
  for (const name of names) {
    await world.write(`${name}.yaml`, automation.replace('name: apps, ', `name: ${name}, `).replace('./apps', name))
  }
  const person = world.repository.commit('main', { 'person.txt': 'here' }, 'by a person')
  const runs = await Promise.all(
    names.map(async (name) => world.run(['apply', name, '-o', 'json', '--cache-dir', `cache-${name}`])),
  )
  await person
  expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, '']))
  for (const name of names) expect(await world.repository.read('main', `${name}/app.yaml`)).toContain(':1.1.0 #')
  expect(await world.repository.read('main', 'person.txt')).toBe('here')
  const commits = await world.repository.commits('main')
  const landed = commits.flatMap(({ message }) => /Tagboat-Automation: apps\/(\w+)/.exec(message)?.[1] ?? [])
  expect(landed.toSorted()).toEqual(names.toSorted())
})

it('signs by an ssh key of a Secret, so that git verify-commit is content', async () => {
  await using world = await openWorld({ 'apps/app.yaml': '' })
  const image = `${world.registry.host}/team/app`
  await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') }, 'app 1.0.0')
  await world.push('1.2.0')
  const key = join(world.folder, 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'passphrase', '-C', 'bot', '-f', key])
  const signingKey = 'signingKey: {type: ssh, secretRef: {name: signing}}'
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'signing', namespace: 'apps' },
    stringData: { identity: await readFile(key, 'utf8'), password: 'passphrase' },
  }
  const text = resources({ image, url: world.server.url }).replace(
    '      messageTemplate',
    `      ${signingKey}\n      messageTemplate`,
  )
  await world.write('resources.yaml', `${text}---\n${JSON.stringify(secret)}\n`)
  expect(await world.run(['apply'])).toMatchObject({ code: 0, stderr: '' })
  await writeFile(join(world.folder, 'signers'), `bot@example.com ${await readFile(`${key}.pub`, 'utf8')}`)
  const verify = ['-c', `gpg.ssh.allowedSignersFile=${join(world.folder, 'signers')}`, 'verify-commit', '--raw', 'main']
  const { status, stderr } = spawnSync('git', ['-C', world.repository.path, ...verify], { encoding: 'utf8' })
  expect({ status, stderr }).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('Good "git" signature for bot@example.com') as string,
  })
})

it.each(['fetched', 'blob-written', 'tree-written', 'commit-written', 'push-sent', 'push-acknowledged'])(
  'F46 killed at %s and run again: one commit',
  async (point) => {
    await using world = await openWorld({ 'apps/app.yaml': '' })
    const image = `${world.registry.host}/team/app`
    await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') }, 'app 1.0.0')
    await world.push('1.0.0', '1.2.0')
    const killed = await world.run(['apply'], { TAGBOAT_TEST: '1', FAILPOINT: `${point}=kill` })
    expect(killed.signal).toBe('SIGKILL')
    const run = await world.run(['apply'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const commits = await world.repository.commits('main')
    expect(commits.filter(({ message }) => message.includes('Tagboat-Run'))).toHaveLength(1)
    expect(await world.repository.read('main', 'apps/app.yaml')).toBe(appFile(image, '1.2.0'))
  },
)
