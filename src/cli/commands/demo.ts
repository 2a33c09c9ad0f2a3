import { copyFile, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { AppError, isAppError } from '#core/error.ts'
import type { CommandAction } from '../definition.ts'
import { createRepository, demoFiles } from '../demo/config-repository.ts'
import { openDemoRegistry, type DemoRegistry } from '../demo/registry.ts'
import { scanningAt } from '../demo/scanning-at.ts'
import { firstTags, roundAt } from '../demo/story.ts'
import { exitCodes, type CommandIo } from '../io.ts'
import { hasFlag, textFlag, type Flags } from '#core/flags.ts'
import { printExplanation } from '../print/explanation.ts'
import { printItem } from '../print/update.ts'
import { openSession, type Session } from '../session.ts'
import { itemsOf, planUpdates } from '../update-pass.ts'
import { applyLane } from './apply.ts'
import { explainPolicies } from './explain.ts'

const policyFiles = ['podinfo.yaml', 'main-builds.yaml']
const defaultRounds = 4
const pauseMs = 2000

/** `tagboat demo`: registry, repository and policies on this computer; every new tag is followed to its commit. */
export const demoCommand: CommandAction = async (_operands, flags, io) => {
  const rounds = roundsOf(flags)
  const folder = await mkdtemp(join(tmpdir(), 'tagboat-demo-'))
  await using registry = await openDemoRegistry()
  for (const image of firstTags) registry.pushImage(image)
  const repo = join(folder, 'config.git')
  await createRepository(repo, demoFiles)
  const policies = await copyPolicies(folder)
  const open = () => openDemo({ policies, repo, folder }, registry, io)
  introduce({ folder, repo, policies, registry }, io)
  await showPlan(open, io)
  for (let index = 0; index < rounds && !io.signal.aborted; index += 1) await playRound(index, { registry, open, io })
  conclude(repo, io)
  return io.signal.aborted ? exitCodes.interrupted : exitCodes.done
}

function roundsOf(flags: Flags): number {
  if (hasFlag(flags, 'forever')) return Infinity
  const text = textFlag(flags, 'rounds') ?? String(defaultRounds)
  if (!/^\d{1,6}$/.test(text)) throw new AppError('USAGE_INVALID', `--rounds: expected a number, got "${text}"`)
  return Number(text)
}

async function copyPolicies(folder: string): Promise<string> {
  const target = join(folder, 'policies')
  await mkdir(target)
  const source = fileURLToPath(new URL('../../../policies', import.meta.url))
  for (const file of policyFiles) await copyFile(join(source, file), join(target, file))
  return target
}

/** A session like that of `apply`, except that tags are read from the embedded registry. */
async function openDemo(
  { policies, repo, folder }: { policies: string; repo: string; folder: string },
  registry: DemoRegistry,
  io: CommandIo,
): Promise<Session> {
  const flags = { file: [policies], repo, cacheDir: join(folder, 'cache') }
  const session = await openSession(flags, io, { keeps: false })
  const resources = scanningAt(session.ports.resources, registry.host)
  return {
    ...session,
    ports: { ...session.ports, resources },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
}

interface Scene {
  readonly registry: DemoRegistry
  readonly open: () => Promise<Session>
  readonly io: CommandIo
}

async function showPlan(open: Scene['open'], io: CommandIo): Promise<void> {
  await using session = await open()
  const { lanes } = await planUpdates([], session, io)
  heading('tagboat plan: what would be committed as things are', io)
  for (const item of lanes.flatMap(itemsOf)) io.stdout.write(printItem(item, io))
}

/** CI pushes one image; then the same pass as `tagboat explain` and `tagboat apply`. */
async function playRound(index: number, { registry, open, io }: Scene): Promise<void> {
  if (!(await paused(io))) return
  const { image, shows } = roundAt(index)
  heading(`round ${index + 1}: CI pushes ${image.repository}:${image.tag} (${shows})`, io)
  registry.pushImage({ ...image, createdAt: Date.now() })
  await using session = await open()
  const { lanes } = await planUpdates([], session, io)
  const explained = await explainPolicies(session)
  for (const item of explained)
    if (item.image.endsWith(image.repository)) io.stdout.write(printExplanation(item, io.color))
  io.stdout.write('\n')
  for (const lane of lanes) for (const item of await applyLane(lane, session)) io.stdout.write(printItem(item, io))
}

/** Waits a moment, for people to read; false: it was stopped meanwhile. */
async function paused(io: CommandIo): Promise<boolean> {
  const { systemClock } = await import('#io/clock.ts')
  try {
    await systemClock.sleep(pauseMs, io.signal)
    return true
  } catch (error) {
    if (isAppError(error)) return false
    throw error
  }
}

function introduce(
  { folder, repo, policies, registry }: { folder: string; repo: string; policies: string; registry: DemoRegistry },
  io: CommandIo,
): void {
  io.stdout.write(`Tagboat turns new image tags into commits. Everything of this demo is on this computer:
  registry    ${registry.url}  (embedded; stands in for ghcr.io)
  repository  ${repo}  (bare Git repository, branch main)
  policies    ${policies}  (copies of ${policyFiles.join(' and ')} from policies/)
  folder      ${folder}
`)
}

function conclude(repo: string, io: CommandIo): void {
  heading('the end', io)
  io.stdout.write(`What happened is in Git, commit by commit:\n  git -C ${repo} log -p main\n`)
}

function heading(text: string, io: CommandIo): void {
  io.stdout.write(
    `\n${io.color ? styleText(['bold', 'cyan'], `== ${text}`, { validateStream: false }) : `== ${text}`}\n`,
  )
}
