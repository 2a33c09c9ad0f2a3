import { AppError, quoteOutside } from '../../error.ts'
import { parsePlatform, printPlatform, servesPlatform, type Platform } from '../../image/platform.ts'
import type { GateAnswer, GateFacts, GateKind, Hold } from '../kind.ts'

/** `platforms: [os/arch[/variant], …]`: an image that lacks one of them is not offered. */
export const platforms: GateKind = {
  compile(spec, field) {
    if (spec.platforms === undefined || spec.platforms.length === 0) return undefined
    const wanted = spec.platforms.map((text, index) => wantedPlatform(text, `${field}.platforms[${index}]`))
    return { at: 'select', judge: (facts) => judge(wanted, facts) }
  },
}

function wantedPlatform(text: string, field: string): Platform {
  const platform = parsePlatform(text)
  if (platform !== undefined) return platform
  const got = quoteOutside(text, 60)
  throw new AppError('POLICY_PLATFORM_INVALID', `${field}: expected os/arch or os/arch/variant, got "${got}"`)
}

function judge(wanted: readonly Platform[], facts: GateFacts | undefined): GateAnswer {
  if (facts?.artifact === true) {
    return held({ verdict: 'not-an-image', reason: 'an artefact and not a container image' })
  }
  if (facts?.platforms === undefined) {
    if (facts?.missing === undefined) return { kind: 'ask', facts: ['platforms'] }
    return held({ verdict: 'facts-missing', reason: `the registry did not say its platforms: ${facts.missing}` })
  }
  const offered = facts.platforms.map(offeredPlatform)
  const lacking = wanted.filter((one) => !offered.some((other) => servesPlatform(other, one)))
  if (lacking.length === 0) return { kind: 'pass' }
  return held({ verdict: 'platform-missing', reason: `has no image for ${lacking.map(printPlatform).join(', ')}` })
}

/** What a registry says is not ours to refuse: an odd name just serves nobody. */
function offeredPlatform(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/')
  return { os, architecture, ...(variant !== undefined && { variant }) }
}

function held(hold: Hold): GateAnswer {
  return { kind: 'hold', hold }
}
