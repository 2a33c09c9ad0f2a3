/** Hash functions over the UTF-8 bytes of a text, giving lower-case hex; core has no cryptography of its own. */
export interface TextHashes {
  readonly sha1: (text: string) => string
  readonly sha256: (text: string) => string
  readonly sha512: (text: string) => string
}
