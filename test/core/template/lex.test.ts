import { describe, expect, it } from 'vitest'
import { lex } from '#core/template/lex.ts'

function tokens(text: string): readonly string[] {
  return lex(text).map((token) => (token.kind === token.text ? token.kind : `${token.kind} ${token.text}`))
}

describe('lex', () => {
  it.each([
    { text: '', want: ['end of file '] },
    { text: 'a', want: ['text a', 'end of file '] },
    { text: '{{}}', want: ['left delimiter {{', 'right delimiter }}', 'end of file '] },
    {
      text: 'a {{- 3 -}} b',
      want: ['text a', 'left delimiter {{', 'number 3', 'right delimiter }}', 'text b', 'end of file '],
    },
    { text: '{{-3}}', want: ['left delimiter {{', 'number -3', 'right delimiter }}', 'end of file '] },
    { text: 'a{{/* x */}}b', want: ['text a', 'text b', 'end of file '] },
    { text: 'a {{- /* x */ -}} b', want: ['text a', 'text b', 'end of file '] },
    {
      text: '{{$x := .A.B | printf "%s" `r` \'c\'}}',
      want: [
        'left delimiter {{',
        'variable $x',
        'space  ',
        'declare :=',
        'space  ',
        'field .A',
        'field .B',
        'space  ',
        'pipe |',
        'space  ',
        'identifier printf',
        'space  ',
        'string "%s"',
        'space  ',
        'string `r`',
        'space  ',
        "character constant 'c'",
        'right delimiter }}',
        'end of file ',
      ],
    },
    {
      text: '{{if true}}{{end}}',
      want: [
        'left delimiter {{',
        'if',
        'space  ',
        'bool true',
        'right delimiter }}',
        'left delimiter {{',
        'end',
        'right delimiter }}',
        'end of file ',
      ],
    },
    {
      text: '{{.}}{{$}}',
      want: [
        'left delimiter {{',
        'dot .',
        'right delimiter }}',
        'left delimiter {{',
        'variable $',
        'right delimiter }}',
        'end of file ',
      ],
    },
    {
      text: '{{(1)}}',
      want: [
        'left delimiter {{',
        'left parenthesis (',
        'number 1',
        'right parenthesis )',
        'right delimiter }}',
        'end of file ',
      ],
    },
    { text: '{{ "a', want: ['left delimiter {{', 'space  ', 'error unterminated quoted string'] },
    {
      text: '{{ (1 }}',
      want: ['left delimiter {{', 'space  ', 'left parenthesis (', 'number 1', 'space  ', 'error unclosed left paren'],
    },
    { text: '{{ € }}', want: ['left delimiter {{', 'space  ', "error unrecognized character in action: U+20AC '€'"] },
    { text: '{{ \u0001 }}', want: ['left delimiter {{', 'space  ', 'error unrecognized character in action: U+0001'] },
  ])('splits $text', ({ text, want }) => {
    expect(tokens(text)).toEqual(want)
  })

  it('counts lines, those that are trimmed and those of comments too', () => {
    const lines = lex('a\n{{- "b" -}}\n\nc{{/* \n */}}\n{{ d }}').map(({ text, line }) => `${line} ${text}`)
    expect(lines).toEqual(['1 a', '2 {{', '2 "b"', '2 }}', '4 c', '5 \n', '6 {{', '6  ', '6 d', '6  ', '6 }}', '6 '])
  })
})
