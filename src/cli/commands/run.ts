import { printObject, referenceKeys } from '#core/api/group.ts'
import type { GitRepository } from '#core/api/git-repository.ts'
import type { ImagePolicy } from '#core/api/image-policy.ts'
import type { ImageRepository } from '#core/api/image-repository.ts'
import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import { matchesSelector } from '#core/api/label-selector.ts'
import { keyOf, keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { Condition, ObjectEvent } from '#core/api/condition.ts'
import { AppError } from '#core/error.ts'
import { jitteredMs } from '#core/status/backoff.ts'
import { parseDuration } from '#core/time.ts'
import { reconcile, type Next } from '#flow/reconcile.ts'
import type { Ports, Resource } from '#flow/ports.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes, type CommandIo, type Listening } from '../io.ts'
import { Loop } from '../loop.ts'
import { textFlag, type Flags } from '#core/flags.ts'
import { openSession, type Session } from '../session.ts'

/**
 * `tagboat run`: every object at its interval, and at once when a webhook announces news, in one process, until SIGINT
 * or SIGTERM; ends within the running step.
 */
export const runCommand: CommandAction = async (_operands, flags, io) => {
  refuseLaterFlags(flags)
  await using session = await openSession(flags, io, { keeps: true })
  const objects = await session.ports.resources.list(session.signal)
  const due = objects.filter(({ kind, spec }) => kind !== 'GitRepository' && spec.suspend !== true)
  if (due.length === 0) {
    throw new AppError('USAGE_INVALID', `-f: ${session.options.files.join(', ')} holds nothing to run`, {
      hint: 'name a folder with ImageRepository, ImagePolicy and ImageUpdateAutomation resources',
    })
  }
  const loop = new Loop({ clock: session.ports.clock, concurrency: 8, signal: io.signal })
  await using listening = await listenIfAsked(flags, { loop, session, io })
  for (const object of due) watch(object, { loop, session, io, listening })
  await loop.done()
  // A stop that was asked for is no failure.
  return exitCodes.done
}

/** Flags that are planned: whoever gives one must not believe that it does something. */
function refuseLaterFlags(flags: Flags): void {
  if (flags['sync'] === undefined) return
  throw new AppError('USAGE_INVALID', '--sync is not supported yet', { hint: 'apply the repository by another tool' })
}

interface Runner {
  readonly loop: Loop
  readonly session: Session
  readonly io: CommandIo
  readonly listening?: Listening | undefined
}

/** With --listen: webhooks wake what they announce. */
async function listenIfAsked(flags: Flags, runner: Runner): Promise<Listening | undefined> {
  const address = textFlag(flags, 'listen')
  if (address === undefined) return undefined
  const { session, io } = runner
  const { resources, clock, log } = session.ports
  const listening = await io.programs.listen({
    address,
    resources,
    announce: async (object, at, signal) => announce(object, at, { runner, signal }),
    clock,
    log,
    environment: io.env,
  })
  const { url } = listening
  io.stdout.write(
    session.options.output === 'text' ? `listening on ${url}\n` : `${JSON.stringify({ listening: url })}\n`,
  )
  return listening
}

/** An ImageRepository is scanned; a GitRepository has no pass of its own, its automations have. */
async function announce(
  key: ObjectRef,
  at: number,
  { runner, signal }: { readonly runner: Runner; readonly signal: AbortSignal },
): Promise<void> {
  const { loop, session } = runner
  await session.ports.scans.announce(keyText(key), at, signal)
  loop.wake(keyText(key))
  const object = await session.ports.resources.get(key, signal)
  if (object?.kind === 'GitRepository') await wakeDependents(object, runner)
}

/** What hangs on others is woken by what they find; these are the times after which it is looked at all the same. */
const firstMs: Readonly<Record<string, number>> = { ImageRepository: 0, ImagePolicy: 2000, ImageUpdateAutomation: 4000 }

/** One change is quick, and twenty give one commit. */
const commitWindow = { quietMs: 250, maxMs: 2000 }

function watch(object: Resource, runner: Runner): void {
  const key = keyOf(object)
  const state = { failures: 0 }
  runner.loop.add(keyText(key), firstMs[object.kind] ?? 0, async () => {
    const { clock } = runner.session.ports
    const before = await runner.session.ports.resources.get(key, runner.session.signal)
    const begunAt = clock.monotonic()
    const events: ObjectEvent[] = []
    const next = await reconcile(key, overheard(runner.session.ports, events), {
      signal: deadline(object, runner),
      failures: state.failures,
    })
    const after = await runner.session.ports.resources.get(key, runner.session.signal)
    state.failures = next.kind === 'again' ? next.failures : 0
    const ok = next.kind === 'again' && next.error === undefined
    runner.listening?.passed({ key, before, after, ms: clock.monotonic() - begunAt, ok })
    report(key, { before, after, next, events }, runner)
    if (before?.status !== after?.status) await wakeDependents(object, runner)
    if (next.kind === 'gone' || next.afterMs === undefined) return undefined
    return jitteredMs(next.afterMs, 0.05, runner.session.ports.clock.random())
  })
}

/** The same ports, with the events of a pass added to `events`. */
function overheard(ports: Ports, events: ObjectEvent[]): Ports {
  const { resourceWriter } = ports
  return {
    ...ports,
    resourceWriter: {
      putStatus: async (target, status, signal) => resourceWriter.putStatus(target, status, signal),
      async putEvents(key, told, signal) {
        await resourceWriter.putEvents(key, told, signal)
        events.push(...told)
      },
    },
  }
}

/** A step may last ten minutes, or its object's timeout where that is longer. */
function deadline(object: Resource, { session }: Runner): AbortSignal {
  const own = 'timeout' in object.spec && object.spec.timeout !== undefined ? parseDuration(object.spec.timeout) : 0
  return AbortSignal.any([session.signal, AbortSignal.timeout(Math.max(own, 600_000))])
}

/**
 * New tags wake the policies of that repository, a new election the automations that act on that policy, new commits
 * those that edit that repository.
 */
async function wakeDependents(object: Resource, { loop, session }: Runner): Promise<void> {
  for (const one of await session.ports.resources.list(session.signal)) {
    const key = keyText(keyOf(one))
    if (object.kind === 'ImageRepository' && one.kind === 'ImagePolicy' && isPolicyOf(one, object)) loop.wake(key)
    if (one.kind !== 'ImageUpdateAutomation') continue
    const isMeant =
      (object.kind === 'ImagePolicy' && actsOn(one, object)) || (object.kind === 'GitRepository' && edits(one, object))
    if (isMeant) loop.wake(key, commitWindow)
  }
}

function isPolicyOf(policy: ImagePolicy, repository: ImageRepository): boolean {
  const key = keyText(keyOf(repository))
  const reference = { kind: 'ImageRepository', ...policy.spec.imageRepositoryRef } as const
  return referenceKeys(policy, reference).some((one) => keyText(one) === key)
}

function edits(automation: ImageUpdateAutomation, repository: GitRepository): boolean {
  const key = keyText(keyOf(repository))
  return referenceKeys(automation, automation.spec.sourceRef).some((one) => keyText(one) === key)
}

function actsOn({ metadata, spec }: ImageUpdateAutomation, policy: ImagePolicy): boolean {
  const namespaces = [metadata.namespace, ...(spec.policyNamespaces ?? [])]
  return namespaces.includes(policy.metadata.namespace) && matchesSelector(spec.policySelector, policy.metadata.labels)
}

/** What came of a pass. */
interface Pass {
  readonly before: Resource | undefined
  readonly after: Resource | undefined
  readonly next: Next
  readonly events: readonly ObjectEvent[]
}

/** One line an event: a push, what was left alone, a changed message of Ready or a failure. */
function report(key: ObjectRef, { before, after, next, events }: Pass, { session, io }: Runner): void {
  const [was, now] = [readyOf(before), readyOf(after)]
  const { group, kind, namespace, name } = key
  const tell = (text: string, event: object): void => {
    const line = session.options.output === 'text' ? text : JSON.stringify({ group, kind, namespace, name, ...event })
    io.stdout.write(`${line}\n`)
  }
  for (const { type, reason, message } of events.filter((event) => event.message !== now?.message)) {
    tell(`${printObject(key)}: ${message.trim().replace(/\n+/g, '\n  ')}`, { type, reason, message })
  }
  if (now === undefined || (was?.message === now.message && was.status === now.status)) return
  const error = next.kind === 'again' ? next.error : undefined
  const hint = error === undefined ? '' : `\n  hint: ${error.hint}`
  const event = { ready: now.status === 'True', reason: now.reason, message: now.message }
  const advice = error === undefined ? {} : { hint: error.hint, code: error.code }
  tell(`${printObject(key)}: ${now.message}${hint}`, { ...event, ...advice })
}

function readyOf(object: Resource | undefined): Condition | undefined {
  return object?.status?.conditions?.find(({ type }) => type === 'Ready')
}
