/**
 * Does a path from the repository root (`apps/web/deploy.yaml`) match a glob? `*` and `?` stay within a folder, `**`
 * stands for any number of folders, none included; everything else is itself. Takes time linear in either length.
 */
export function matchesGlob(glob: string, path: string): boolean {
  return matchesAll(glob.replace(/^(?:\.?\/)+/, '').split('/'), path.split('/'), {
    isWild: (part) => part === '**',
    matches: (part, name) =>
      matchesAll(Array.from(part), Array.from(name), { isWild: (sign) => sign === '*', matches: isSame }),
  })
}

function isSame(sign: string, character: string): boolean {
  return sign === '?' || sign === character
}

interface Rules {
  /** Does it stand for any run of parts? */
  readonly isWild: (part: string) => boolean
  readonly matches: (part: string, against: string) => boolean
}

/** Greedy matching that goes back to the last wild part only, which is enough and never exponential. */
function matchesAll(pattern: readonly string[], parts: readonly string[], rules: Rules): boolean {
  let at = 0
  let wild = -1
  let retry = 0
  for (let index = 0; index < parts.length;) {
    const sign = pattern[at]
    const part = parts[index]
    if (sign !== undefined && rules.isWild(sign)) {
      wild = at
      retry = index
      at += 1
    } else if (sign !== undefined && part !== undefined && rules.matches(sign, part)) {
      at += 1
      index += 1
    } else if (wild === -1) {
      return false
    } else {
      retry += 1
      at = wild + 1
      index = retry
    }
  }
  return pattern.slice(at).every((sign) => rules.isWild(sign))
}
