import { acceptedGroups } from '#core/api/group.ts'
import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { didYouMean } from '#core/api/nearest.ts'
import type { Kind } from '#core/api/object-ref.ts'
import { AppError, quoteOutside } from '#core/error.ts'

/** A kind as the command line names it; `group` only where it was written: `imagepolicy.tagboat.dev`. */
export interface KindWord {
  readonly kind: ResourceKind
  readonly group: string | undefined
}

/** What operands name: objects of one kind by name, or (no names) all of some kinds. */
export interface Wanted {
  readonly kinds: readonly KindWord[]
  readonly names: readonly string[]
}

/** The nouns of `get`, then names, plurals and short names of the definitions, ours and Flux's. */
const words: Readonly<Record<Kind, readonly string[]>> = {
  ImageRepository: wordsIn('images image imagerepository imagerepositories imgrepo imagerepo timgrepo'),
  ImagePolicy: wordsIn('policies policy imagepolicy imagepolicies imgpol imagepol timgpol'),
  ImageUpdateAutomation: wordsIn('updates update imageupdateautomation imageupdateautomations iua imgupd imgauto tiua'),
  GitRepository: wordsIn('sources source gitrepository gitrepositories gitrepo tgit'),
  Sync: wordsIn('syncs sync kustomization kustomizations ks tsync'),
}

/** The first word of each kind that there is, for messages. */
const nouns = Object.entries(words).flatMap(([kind, [noun = '']]) => (isBuilt(kind) ? [noun] : []))

/** Every kind, in the order in which one feeds the next. */
const everything: readonly KindWord[] = Object.keys(specSchemas)
  .filter(isBuilt)
  .map((kind) => ({ kind, group: undefined }))

/**
 * Reads `all`, `KIND`, `KIND NAME…` or `KIND/NAME…` (of one kind); nothing is `all`. Kinds are named by noun, singular,
 * plural or short name, in any case, with `.GROUP` where it matters. `USAGE_INVALID`.
 */
export function parseWanted(operands: readonly string[]): Wanted {
  const [first = 'all', ...rest] = operands
  if (first.includes('/')) return parseObjects(operands)
  if (first.toLowerCase() !== 'all') return { kinds: [parseKind(first)], names: rest }
  if (rest.length === 0) return { kinds: everything, names: [] }
  throw new AppError('USAGE_INVALID', `"all" takes no names, got "${quoteOutside(rest[0] ?? '')}"`)
}

function parseObjects(operands: readonly string[]): Wanted {
  const pairs = operands.map((operand) => operand.split('/'))
  const [[kind = ''] = []] = pairs
  for (const [at, pair] of pairs.entries()) {
    const isSame = pair[0] === kind && pair.length === 2 && pair[1] !== ''
    if (!isSame) {
      throw new AppError('USAGE_INVALID', `expected ${kind}/NAME, got "${quoteOutside(operands[at] ?? '')}"`, {
        hint: 'name objects of one kind as KIND/NAME; the namespace is given by -n',
      })
    }
  }
  return { kinds: [parseKind(kind)], names: pairs.map(([, name = '']) => name) }
}

function parseKind(word: string): KindWord {
  const [, name = '', group] = /^([^.]*)(?:\.(.*))?$/.exec(word.toLowerCase()) ?? []
  const kind = (Object.keys(words) as readonly Kind[]).find((one) => words[one].includes(name))
  if (kind === undefined) {
    throw new AppError(
      'USAGE_INVALID',
      `there is no kind "${quoteOutside(word)}"${didYouMean(name, Object.values(words).flat())}`,
      { hint: `kinds are ${nouns.join(', ')}` },
    )
  }
  if (!isBuilt(kind)) {
    throw new AppError('USAGE_INVALID', `${word}: the synchronizer is not part of this release`, {
      hint: 'kubectl get kustomizations.kustomize.toolkit.fluxcd.io shows those of Flux',
    })
  }
  return { kind, group: group === undefined ? undefined : checkedGroup(kind, group) }
}

function checkedGroup(kind: Kind, group: string): string {
  const known = acceptedGroups.filter(({ kinds }) => Object.values(kinds).includes(kind)).map((one) => one.group)
  if (known.includes(group)) return group
  throw new AppError('USAGE_INVALID', `no ${kind} is read of the group "${quoteOutside(group)}"`, {
    hint: `write ${known.map((one) => `${kind.toLowerCase()}.${one}`).join(' or ')}`,
  })
}

function isBuilt(kind: string): kind is ResourceKind {
  return Object.hasOwn(specSchemas, kind)
}

function wordsIn(text: string): readonly string[] {
  return text.split(' ')
}
