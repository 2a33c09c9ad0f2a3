import { describe, expect, it } from 'vitest'
import { templateFunctions } from '#core/template/functions.ts'
import { goCases, rendered } from './go-data.ts'

const topics = ['strings', 'words', 'lists', 'dicts', 'defaults', 'math', 'encode', 'json', 'regex', 'semver']

describe.each(topics)('functions of %s give what Go gives', (topic) => {
  it.each(goCases(topic))('$template', (recorded) => {
    expect(rendered(recorded.template)).toEqual(recorded)
  })
})

/** What users of Flux can rely on. */
const promised = `and or not eq ne lt le gt ge len index slice print printf println html js urlquery
  abbrev abbrevboth add add1 adler32sum all any append atoi b32dec b32enc b64dec b64enc base biggest camelcase cat ceil
  chunk clean coalesce compact concat contains deepCopy deepEqual default dict dig dir div divf empty ext fail first
  float64 floor fromJson get has hasKey hasPrefix hasSuffix indent initial initials int int64 isAbs join kebabcase keys
  kindIs kindOf last list lower max maxf merge mergeOverwrite min minf mod mul mulf nindent nospace omit pick pluck plural
  prepend quote regexFind regexFindAll regexMatch regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit repeat
  replace rest reverse round semver semverCompare seq set sha1sum sha256sum sha512sum slice snakecase sortAlpha split
  splitList splitn squote sub subf substr swapcase ternary title toDecimal toJson toPrettyJson toRawJson toString toStrings
  trim trimAll trimPrefix trimSuffix trunc tuple typeIs typeIsLike typeOf uniq unset until untilStep untitle upper urlJoin
  urlParse values without wrap wrapWith
  mustAppend mustChunk mustCompact mustDeepCopy mustFirst mustFromJson mustHas mustInitial mustLast mustMerge
  mustMergeOverwrite mustPrepend mustPush mustRegexFind mustRegexFindAll mustRegexMatch mustRegexReplaceAll
  mustRegexReplaceAllLiteral mustRegexSplit mustRest mustReverse mustSlice mustToJson mustToPrettyJson mustToRawJson
  mustUniq mustWithout`.split(/\s+/)

/** Of Go and sprig, what depends on anything but the arguments, reaches out, or makes keys. */
const refused = `call now date dateInZone date_in_zone dateModify date_modify htmlDate htmlDateInZone ago duration
  durationRound toDate mustToDate unixEpoch mustDateModify randAlpha randAlphaNum randAscii randNumeric randBytes randInt
  shuffle uuidv4 env expandenv getHostByName bcrypt htpasswd derivePassword genPrivateKey genCA genSelfSignedCert
  genSignedCert buildCustomCert encryptAES decryptAES`.split(/\s+/)

describe('templateFunctions', () => {
  it.each(promised)('has %s', (name) => {
    expect(templateFunctions.has(name)).toBe(true)
  })

  it.each(refused)('does not have %s', (name) => {
    expect(rendered(`{{ ${name} }}`).error).toBe(`template: commit message:1: function "${name}" not defined`)
  })

  it.each(['constructor', '__proto__', 'toString2', 'hasOwnProperty', 'valueOf'])(
    'does not take %s for one',
    (name) => {
      expect(rendered(`{{ ${name} }}`).error).toBe(`template: commit message:1: function "${name}" not defined`)
    },
  )

  it('sorts the keys of a map, which Go shuffles', () => {
    expect(rendered('{{ keys (dict "b" 1 "a" 2) }}{{ values (dict "b" 1 "a" 2) }}').output).toBe('[a b][2 1]')
  })

  it('says nothing but Go’s words about broken JSON that it can tell', () => {
    expect(rendered('{{ mustFromJson "{" }}').error).toMatch(/error calling mustFromJson: invalid JSON$/)
  })
})
