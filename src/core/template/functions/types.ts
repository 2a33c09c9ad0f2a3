import { define } from '../function.ts'
import { kindOf, typeOf } from '../value.ts'

/** sprig's questions about types, in Go's names. */
export const types = {
  typeOf: define(['interface {}'], ([value]) => typeOf(value)),
  typeIs: define(['string', 'interface {}'], ([type, value]) => typeOf(value) === type),
  typeIsLike: define(['string', 'interface {}'], ([type, value]) => [type, `*${type}`].includes(typeOf(value))),
  kindOf: define(['interface {}'], ([value]) => kindOf(value)),
  kindIs: define(['string', 'interface {}'], ([kind, value]) => kindOf(value) === kind),
}
