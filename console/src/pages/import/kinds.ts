import type { Field, FieldType } from '../../../../src/datasets/schema.ts'

/** The kinds of column that a person chooses among: a type with its attributes. */
export type Kind = 'category' | 'text' | FieldType

interface KindOf extends Pick<Field, 'type' | 'categorical' | 'textual'> {
  readonly label: string
  /** The meaning of the choice for recommendations. */
  readonly meaning: string
}

const plain = { categorical: false, textual: false }

/** The kinds with their meanings. */
export const KINDS: Readonly<Record<Kind, KindOf>> = {
  category: {
    ...plain,
    type: 'string',
    categorical: true,
    label: 'Category',
    meaning: 'One of some values, or several with | between them. Models learn from it, and filters can ask for it.',
  },
  text: {
    ...plain,
    type: 'string',
    textual: true,
    label: 'Text',
    meaning: 'Sentences about an item. Models learn from its words. Only one column of items can be one.',
  },
  string: {
    ...plain,
    type: 'string',
    label: 'String',
    meaning:
      'Any text, such as an id or an address. It is kept and filters can ask for it, but models do not learn from it.',
  },
  int: {
    ...plain,
    type: 'int',
    label: 'Whole number',
    meaning: 'Models learn from its size. 32 bits: up to 2,147,483,647.',
  },
  long: {
    ...plain,
    type: 'long',
    label: 'Large whole number',
    meaning: '64 bits, such as a time in seconds since 1970.',
  },
  float: {
    ...plain,
    type: 'float',
    label: 'Number',
    meaning: 'With decimals, such as a price. Models learn from its size.',
  },
  double: { ...plain, type: 'double', label: 'Number (double)', meaning: 'As Number, for sizes beyond 10^38.' },
  boolean: { ...plain, type: 'boolean', label: 'True or false', meaning: 'true or false, t or f, in any letter case.' },
}

/** Returns the kind that a field has. */
export function kindOf({ type, categorical, textual }: Pick<Field, 'type' | 'categorical' | 'textual'>): Kind {
  if (categorical) return 'category'
  return textual ? 'text' : type
}
