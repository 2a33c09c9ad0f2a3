/** A setting of git, e.g. `['http', 'https://host:443/', 'extraHeader', '…']`; the second part may be empty. */
export type Setting = readonly [section: string, subsection: string, key: string, value: string]

/**
 * The text of a git configuration file with these settings, in order (of a repeated key the last one counts).
 * Every value is quoted, so that nothing in it can start a comment, a line or a section.
 */
export function printConfig(settings: readonly Setting[]): string {
  return settings
    .map(([section, subsection, key, value]) => {
      const name = subsection === '' ? section : `${section} "${subsection.replace(/["\\]/g, '\\$&')}"`
      return `[${name}]\n\t${key} = "${quote(value)}"\n`
    })
    .join('')
}

/** Of the control characters git knows these three escapes; others make no sense in a value and are left out. */
function quote(value: string): string {
  return value
    .replace(/["\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replace(/[\u0000-\u001f\u007f]/g, '')
}
