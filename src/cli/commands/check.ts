import { AppError } from '#core/error.ts'
import { listFlag, textFlag, type Flags } from '#core/flags.ts'
import { find, type Finding } from '../cluster/checks/finding.ts'
import { checkKinds } from '../cluster/checks/kinds.ts'
import { checkLease } from '../cluster/checks/lease.ts'
import { checkPrograms } from '../cluster/checks/programs.ts'
import { checkRedis } from '../cluster/checks/redis.ts'
import { checkRights, type RightsQuestion } from '../cluster/checks/rights.ts'
import { checkClock, checkServer } from '../cluster/checks/server.ts'
import { openClusterSession, type ClusterSession } from '../cluster/connect.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes, type CommandIo } from '../io.ts'
import { commonOptions } from '../options.ts'
import { printDocument } from '../print/document.ts'
import { printFindings } from '../print/findings.ts'

/** `tagboat check`: is everything there that the controller needs? */
export const checkCommand: CommandAction = async (_operands, flags, io) => {
  const items: Finding[] = [...(await checkPrograms(io))]
  const uid = await checkCluster(flags, io, (found) => items.push(...found))
  const url = textFlag(flags, 'redis') ?? io.env['REDIS_URL'] ?? ''
  if (url !== '') items.push(...(await find('Redis', io.signal, async () => checkRedis(url, uid, io))))
  const { output } = commonOptions(flags)
  if (output === 'text') io.stdout.write(printFindings(items))
  else await printDocument({ items }, output, io)
  return items.every(({ ok }) => ok) ? exitCodes.done : exitCodes.failed
}

type Take = (found: readonly Finding[]) => unknown

/** Looks at the cluster; gives its UID, by which the controller names its keys, where it may be read. */
async function checkCluster(flags: Flags, io: CommandIo, take: Take): Promise<string | undefined> {
  await using closing = new AsyncDisposableStack()
  const reached: { session?: ClusterSession } = {}
  const server = await find('API server', io.signal, async () => {
    const session = closing.use(await openClusterSession(flags, io))
    const found = await checkServer(session)
    reached.session = session
    return found
  })
  take(server)
  const { session } = reached
  if (session === undefined) return undefined
  const question = questionOf(flags, session)
  const { signal } = session
  take(await find('clock', signal, async () => checkClock(session)))
  take(await find('kinds', signal, async () => checkKinds(session)))
  take(await find('rights', signal, async () => checkRights(session, question)))
  take(await find('Lease', signal, async () => checkLease(session, question.ownNamespace)))
  return await uidOf(session) // before the session ends
}

function questionOf(flags: Flags, { cluster, options }: ClusterSession): RightsQuestion {
  const account = textFlag(flags, 'serviceAccount')
  if (account !== undefined && !/^[^/]+\/[^/]+$/.test(account)) {
    throw new AppError('USAGE_INVALID', `--service-account: expected namespace/name, got "${account}"`)
  }
  return {
    account,
    namespaces: (listFlag(flags, 'watchNamespaces') ?? []).flatMap((names) => names.split(',')),
    ownNamespace: options.namespace ?? cluster.namespace,
    fluxNamespace: textFlag(flags, 'fluxNamespace') ?? 'flux-system',
  }
}

async function uidOf({ cluster, signal }: ClusterSession): Promise<string | undefined> {
  const namespaces = { group: '', version: 'v1', resource: 'namespaces' }
  const namespace = await cluster.get(namespaces, { name: 'kube-system' }, signal).catch(() => undefined)
  return namespace?.metadata.uid
}
