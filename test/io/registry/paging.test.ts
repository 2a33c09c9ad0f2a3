import { expect, it } from 'vitest'
import { nextQuery } from '#io/registry/paging.ts'

it.each([
  ['no header', [], undefined],
  ['path-absolute', ['</v2/a/tags/list?n=2&last=b>; rel="next"'], 'n=2&last=b'],
  ['absolute', ['<https://r.io/v2/a/tags/list?last=b>; rel="next"'], 'last=b'],
  ['another host, path and port', ['<http://10.0.0.1:1/x/y?last=b>; rel="next"'], 'last=b'],
  ['relative', ['<list?last=b>; rel="next"'], 'last=b'],
  ['only a query', ['<?last=b>; rel="next"'], 'last=b'],
  ['an opaque cursor, verbatim', ['<?next_page=gAAA%2F+b%3D%3D&n=50>; rel="next"'], 'next_page=gAAA%2F+b%3D%3D&n=50'],
  ['a fragment is cut', ['<?last=b#x>; rel="next"'], 'last=b'],
  ['commas and semicolons in the target', ['<?last=a,b;c>; rel="next"'], 'last=a,b;c'],
  ['no brackets', ['/v2/a/tags/list?last=b; rel="next"'], 'last=b'],
  ['unquoted', ['<?last=b>; rel=next'], 'last=b'],
  ['single quotes', ["<?last=b>; rel='next'"], 'last=b'],
  ['any case', ['<?last=b>; REL="Next"'], 'last=b'],
  ['no blank', ['<?last=b>;rel="next"'], 'last=b'],
  ['other parameters around', ['<?last=b>; title="a, b"; rel="next"; x=y'], 'last=b'],
  ['several relations', ['<?last=b>; rel="last next"'], 'last=b'],
  ['several links', ['<?first>; rel="first", <?last=b>; rel="next"'], 'last=b'],
  ['several headers', ['<?first>; rel="first"', '<?last=b>; rel="next"'], 'last=b'],
  ['a lone link without relation', ['</v2/a/tags/list?last=b>'], 'last=b'],
  ['two links without relation', ['<?a>, <?b>'], undefined],
  ['another relation alone', ['<?a>; rel="prev"'], undefined],
  ['an empty target', ['<>; rel="next"'], undefined],
  ['an empty header', [''], undefined],
  ['a target without query', ['</v2/a/tags/list>; rel="next"'], ''],
] as const)('%s', (_name, headers, query) => {
  expect(nextQuery(headers)).toBe(query)
})

it('reads long hostile headers in linear time', () => {
  expect(nextQuery([`<${'a'.repeat(60_000)}`])).toBeUndefined()
  expect(nextQuery([`<?a>${';x=y'.repeat(15_000)}; rel="next"`])).toBe('a')
  expect(nextQuery([','.repeat(60_000)])).toBeUndefined()
  expect(nextQuery([`<?a>${'; x'.repeat(20_000)}<`, '<?b>'])).toBeUndefined()
  expect(nextQuery([`<?a>;x=${' '.repeat(60_000)}<`, '<?b>'])).toBeUndefined()
})
