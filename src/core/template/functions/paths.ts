import { define } from '../function.ts'

/** sprig's functions of slash-separated paths (Go's package path). */
export const paths = {
  base: define(['string'], ([path]) => base(path)),
  dir: define(['string'], ([path]) => clean(path.slice(0, path.lastIndexOf('/') + 1))),
  clean: define(['string'], ([path]) => clean(path)),
  ext: define(['string'], ([path]) => extension(path)),
  isAbs: define(['string'], ([path]) => path.startsWith('/')),
}

function base(path: string): string {
  if (path === '') return '.'
  return path.split('/').findLast((part) => part !== '') ?? '/'
}

function extension(path: string): string {
  return /\.[^./]*$/.exec(path)?.[0] ?? ''
}

/** The shortest path that names the same: no `.`, no `//`, and `..` only at the beginning of a relative path. */
function clean(path: string): string {
  const isAbsolute = path.startsWith('/')
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    const canGoUp = kept.length > 0 && kept.at(-1) !== '..'
    if (part === '..' && canGoUp) kept.pop()
    else if (part !== '..' || !isAbsolute) kept.push(part)
  }
  return (isAbsolute ? '/' : '') + kept.join('/') || '.'
}
