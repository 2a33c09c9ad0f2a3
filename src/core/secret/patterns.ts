/**
 * What looks like a credential wherever it stands, and what remains of it. Each pattern reads a text in linear time:
 * no two unbounded parts that can match the same characters stand side by side.
 */
const patterns: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // PEM: from BEGIN to END, or to the end of a text that was cut.
  [/-----BEGIN [A-Z0-9 ]{1,64}-----(?:[\s\S]*?-----END [A-Z0-9 ]{1,64}-----|[\s\S]*)/g, '***'],
  // Header, JSON member or assignment `Authorization`, up to the end of the line or string.
  [/\b((?:proxy-)?authorization)([\\"']*\s{0,9}[:=]\s{0,9}[\\"']*)(?!\s)[^\r\n"'\\]+/gi, '$1$2***'],
  // A scheme and its token by themselves; words of prose have neither digit nor `=`.
  [/\b(bearer|basic) {1,9}(?=[A-Za-z+/._~-]{0,400}[0-9=])[A-Za-z0-9+/=._~-]{8,}/gi, '$1 ***'],
  // JSON web tokens: `{"` in base64url, a dot, and more of it.
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g, '***'],
  // Userinfo of a URL, `\/` included, up to the last `@` before the path.
  [/:(\\?\/\\?\/)[^\s/?#"'<>\\]*@/g, ':$1***@'],
  // Query parameters that carry credentials.
  [/([?&;](?:[a-z0-9.-]{0,40}[_-])?(?:token|secret|password|passwd|signature|sig|key)=)[^&;\s#"'<>\\]+/gi, '$1***'],
  [/([?&;]x-(?:amz|goog)-[a-z0-9-]{1,60}=)[^&;\s#"'<>\\]+/gi, '$1***'],
  // The same as form fields or options.
  [/(^|[\s"',({[])((?:[a-z0-9]{1,20}[_-])?(?:token|secret|password|passwd)=)[^&;\s#"'<>\\]+/gim, '$1$2***'],
]

/** Masks what looks like a credential, known or not. Masking twice changes nothing more. */
export function maskPatterns(text: string): string {
  return patterns.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text)
}
