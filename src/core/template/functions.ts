import { builtins } from './functions/builtins.ts'
import { cases } from './functions/cases.ts'
import { comparisons } from './functions/compare.ts'
import { deep } from './functions/deep.ts'
import { defaults } from './functions/defaults.ts'
import { dicts } from './functions/dicts.ts'
import { encodings } from './functions/encode.ts'
import { json } from './functions/json.ts'
import { lists } from './functions/lists.ts'
import { math } from './functions/math.ts'
import { paths } from './functions/paths.ts'
import { regexes } from './functions/regex.ts'
import { semvers } from './functions/semver.ts'
import { strings } from './functions/strings.ts'
import { types } from './functions/types.ts'
import { urls } from './functions/url.ts'
import { words } from './functions/words.ts'
import type { TemplateFunction } from './value.ts'

/**
 * Every function of templates by name: Go's own, and of sprig's those whose result depends on nothing but their
 * arguments. Where both have a name (`slice`), sprig's is meant, as in Flux.
 */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries<TemplateFunction>({
    ...builtins,
    ...comparisons,
    ...strings,
    ...words,
    ...cases,
    ...lists,
    ...dicts,
    ...defaults,
    ...deep,
    ...types,
    ...math,
    ...encodings,
    ...json,
    ...paths,
    ...urls,
    ...regexes,
    ...semvers,
  }),
)
