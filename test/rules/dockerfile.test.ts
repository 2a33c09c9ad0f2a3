import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../services/temporary-folder.ts'
import { readKustomization, templateOf } from '../conformance/deploy.scene.ts'
import { readText, root } from './sources.ts'

interface Instruction {
  readonly name: string
  readonly text: string
}

/** The instructions, with continued lines joined and comments gone. */
const instructions: readonly Instruction[] = readText('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [name = '', ...words] = line.split(' ')
    return { name, text: words.join(' ') }
  })

const textsOf = (wanted: string): readonly string[] =>
  instructions.filter(({ name }) => name === wanted).map(({ text }) => text)

/** What is copied out of this folder, and where to below /app. */
const copied = textsOf('COPY')
  .filter((text) => !text.startsWith('--from='))
  .flatMap((text) => {
    const words = text.split(' ')
    const target = words.at(-1) ?? ''
    return words.slice(0, -1).map((from) => ({ from, to: target.startsWith('./') ? from : target }))
  })

it('builds on exactly the Node that the tests run on, and names no registry', () => {
  const { devDependencies } = JSON.parse(readText('package.json')) as { devDependencies: { node: string } }
  const bases = textsOf('FROM').map((text) => text.split(' ')[0])
  expect(bases.length).toBeGreaterThan(1)
  expect([...new Set(bases)]).toEqual([`node:${devDependencies.node}-bookworm-slim`])
})

it('installs by the lock file alone, runs no scripts of packages, and fetches nothing else', () => {
  expect(textsOf('RUN').filter((text) => /\bnpm (ci|install|i)\b/.test(text))).toEqual([
    'npm ci --omit=dev --ignore-scripts',
  ])
  expect(textsOf('ADD')).toEqual([])
  expect(textsOf('RUN').filter((text) => /\b(curl|wget)\b|https?:/.test(text))).toEqual([])
})

it('holds no secret', () => {
  const settings = [...textsOf('ENV'), ...textsOf('ARG')]
  expect(settings.filter((text) => /token|password|secret|credential/i.test(text))).toEqual([])
})

it('runs as the numeric user of the Deployment, and writes where that mounts something', () => {
  const { securityContext, containers } = templateOf('tagboat', readKustomization('deploy/base')).spec
  expect(textsOf('USER')).toEqual([`${securityContext.runAsUser}:${securityContext.runAsUser}`])
  // "No user exists for uid": ssh, and with it Git over ssh, would not start.
  expect(textsOf('RUN').join(' ')).toContain(`useradd --uid ${securityContext.runAsUser} --gid`)
  const mounts = containers[0].volumeMounts.map(({ mountPath }) => mountPath)
  const folders = textsOf('ENV').flatMap((text) => [...text.matchAll(/=(\/\S+)/g)].map(([, path = '']) => path))
  expect(folders.length).toBeGreaterThan(0)
  expect(folders.filter((path) => !mounts.some((mount) => `${path}/`.startsWith(`${mount}/`)))).toEqual([])
  const ports = containers[0].ports.map(({ containerPort }) => String(containerPort))
  expect(textsOf('EXPOSE')).toEqual([ports.join(' ')])
})

it('copies what exists and .dockerignore lets through, and nothing else is let through', () => {
  expect(copied.filter(({ from }) => !existsSync(join(root, from)))).toEqual([])
  const admitted = readText('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') && line !== '!deploy' ? [line.slice(1)] : []))
  expect(admitted.toSorted()).toEqual([...new Set(copied.map(({ from }) => from))].toSorted())
})

it('the program runs from what is copied, with the flags of the entry', async () => {
  await using folder = await temporaryFolder('image')
  for (const { from, to } of copied) {
    mkdirSync(dirname(join(folder.path, to)), { recursive: true })
    cpSync(join(root, from), join(folder.path, to), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'))
  const [init, separator, program, ...args] = JSON.parse(textsOf('ENTRYPOINT')[0] ?? '[]') as readonly string[]
  expect([init, separator, program]).toEqual(['/usr/bin/tini', '--', 'node'])
  const run = (...words: readonly string[]): string => {
    const all = [...args.map((arg) => arg.replace(/^\/app/, folder.path)), ...words]
    const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8', cwd: folder.path })
    return status === 0 ? stdout : `failed: ${stderr}`
  }
  expect(run('--version')).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(run('crds')).toContain('name: imagepolicies.tagboat.dev')
  expect(run('test', 'policies')).toMatch(/\d+ passed, 0 failed\n$/)
  expect(run('controller', '--help')).toContain('--flux-kinds')
})
