/** What an image runs on, by the names of Go: `linux`, `arm64`, `v8`. */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}

const grammar = /^(?<os>[a-z0-9]+)\/(?<architecture>[a-z0-9_]+)(?:\/(?<variant>[A-Za-z0-9.]+))?$/

/** The variant that is meant where none is written (containerd's rule). */
const impliedVariants: Readonly<Record<string, string>> = { amd64: 'v1', arm: 'v7', arm64: 'v8' }

/** Parses `os/arch[/variant]`, e.g. `linux/arm64/v8`; undefined if the text is anything else. */
export function parsePlatform(text: string): Platform | undefined {
  const { os, architecture, variant } = grammar.exec(text)?.groups ?? {}
  if (os === undefined || architecture === undefined) return undefined
  return { os, architecture, ...(variant !== undefined && { variant }) }
}

/** `os/arch[/variant]`; an empty variant, as some registries send it, is none. */
export function printPlatform(platform: Platform): string {
  const variant = platform.variant === undefined || platform.variant === '' ? '' : `/${platform.variant}`
  return `${platform.os}/${platform.architecture}${variant}`
}

/**
 * Does an image for `offered` serve somebody who asks for `wanted`? System and architecture are equal, and so is the
 * variant if one is wanted, where a missing one counts as containerd's default (`arm64` = `arm64/v8`, `arm` = `arm/v7`).
 */
export function servesPlatform(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false
  return wanted.variant === undefined || variantOf(offered) === variantOf(wanted)
}

function variantOf(platform: Platform): string | undefined {
  return platform.variant ?? impliedVariants[platform.architecture]
}
