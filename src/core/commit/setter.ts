import type { Edit } from '../rewrite/change-set.ts'

/** What made an edit, as markers name it: `namespace:policy`, with `:part` unless the whole reference is written. */
export function setterOf({ policy, part }: Pick<Edit, 'policy' | 'part'>): string {
  return part === 'full' ? policy : `${policy}:${part}`
}
