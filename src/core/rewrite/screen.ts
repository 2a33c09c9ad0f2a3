import { yamlLimits } from '#core/yaml.ts'
import type { Skip } from './change-set.ts'

/** May a file hold markers? Flux: `*.yaml`, `*.yml`, `Kustomization`. Others are neither parsed nor written. */
export function isCandidate(path: string): boolean {
  return /(?:\.yaml|\.yml|(?:^|\/)Kustomization)$/.test(path)
}

/** Why a file of a tree is not even read; undefined: it may be. `mode` is Git's, `size` in bytes. */
export function screenFile(file: {
  readonly path: string
  readonly mode: string
  readonly size: number
}): Skip | undefined {
  const { path } = file
  if (file.mode === '120000') return { path, code: 'symlink', reason: 'symbolic links are not followed' }
  return file.size > yamlLimits.maxBytes ? { path, ...tooLarge(file.size) } : undefined
}

/** Why a text of bytes (latin1) is not parsed; undefined: it may be. */
export function screenText(text: string): Pick<Skip, 'code' | 'reason'> | undefined {
  if (text.length > yamlLimits.maxBytes) return tooLarge(text.length)
  // UTF-16 and UTF-32, by their marks or by the zero bytes around an ASCII character (YAML 1.2, 5.2).
  const isWide =
    /^(?:\u00ff\u00fe|\u00fe\u00ff|\u0000\u0000\u00fe\u00ff|\u0000[^\u0000]|[^\u0000]\u0000|\u0000\u0000\u0000)/.test(
      text,
    )
  return isWide ? { code: 'unsupported-encoding', reason: 'the file is UTF-16 or UTF-32: save it as UTF-8' } : undefined
}

function tooLarge(size: number): Pick<Skip, 'code' | 'reason'> {
  const reason = `${String(size)} bytes, more than the ${String(yamlLimits.maxBytes)} that are read`
  return { code: 'too-large', reason }
}

/** Takes off the byte order mark of UTF-8, which a file keeps. */
export function splitMark(bytes: string): { readonly mark: string; readonly body: string } {
  const mark = bytes.startsWith('\u00ef\u00bb\u00bf') ? bytes.slice(0, 3) : ''
  return { mark, body: bytes.slice(mark.length) }
}
