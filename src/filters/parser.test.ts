import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { InvalidInputException } from '../contract/errors.ts'
import { parseFilter } from './parser.ts'

/** The message for an invalid expression, without the prefix of all messages. */
function refusal(expression: string): string {
  try {
    parseFilter(expression)
  } catch (error) {
    assert.ok(error instanceof InvalidInputException, `${error}`)
    const prefix = 'Could not create filter. Invalid input symbol: '
    assert.ok(error.message.startsWith(prefix), error.message)
    return error.message.slice(prefix.length)
  }
  assert.fail(`this was read: ${expression}`)
}

const whereOf = (condition: string) => parseFilter(`EXCLUDE ItemID WHERE ${condition}`).expressions[0]!.where
const below = (name: string, value: number) => ({
  kind: 'comparison',
  field: { source: 'ITEMS', name },
  operator: '<',
  value: { kind: 'literals', literals: [value] },
})
const literalsOf = (list: string) => {
  const where = whereOf(`Items.GENRE IN (${list})`)
  return where.kind === 'comparison' && where.value.kind === 'literals' && where.value.literals
}

describe('parseFilter', () => {
  it('reads an expression with every part that it can have', () => {
    const expression =
      'EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE) IF CurrentUser.AGE = $AGE AND CurrentUser.CITY != "x"'
    const compare = (source: string, name: string, operator: string, value: object) => {
      return { kind: 'comparison', field: { source, name }, operator, value }
    }
    assert.deepEqual(parseFilter(expression).expressions, [
      {
        effect: 'EXCLUDE',
        subject: 'ItemID',
        where: compare('ITEMS', 'GENRE', 'IN', { kind: 'placeholder', name: 'GENRE' }),
        condition: [
          compare('CURRENT_USER', 'AGE', '=', { kind: 'placeholder', name: 'AGE' }),
          compare('CURRENT_USER', 'CITY', '!=', { kind: 'literals', literals: ['x'] }),
        ],
      },
    ])
  })

  it('binds AND closer than OR, and parentheses closer than both', () => {
    const [a, b, c] = [below('A', 1), below('B', 2), below('C', 3)]
    const and = (...conditions: unknown[]) => ({ kind: 'and', conditions })
    const or = (...conditions: unknown[]) => ({ kind: 'or', conditions })
    assert.deepEqual(whereOf('Items.A < 1 OR Items.B < 2 AND Items.C < 3'), or(a, and(b, c)))
    assert.deepEqual(whereOf('Items.A < 1 AND Items.B < 2 OR Items.C < 3'), or(and(a, b), c))
    assert.deepEqual(whereOf('(Items.A < 1 OR (Items.B < 2)) AND Items.C < 3'), and(or(a, b), c))
    assert.deepEqual(whereOf('Items.A < 1 OR Items.B < 2 OR Items.C < 3'), or(a, b, c))
  })

  it('takes keywords, subjects and datasets in any case', () => {
    const guide = parseFilter('EXCLUDE ItemID WHERE Interactions.event_type IN ("click") IF CurrentUser.age > 1')
    assert.deepEqual(
      parseFilter('exclude itemId\n\tWhere INTERACTIONS.event_type in("click")if CURRENTUSER.age>1'),
      guide,
    )
  })

  it('chains expressions', () => {
    const chained = 'INCLUDE ItemID WHERE Items.A IN ("|")|EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (*)'
    assert.deepEqual(
      parseFilter(chained).expressions.map(({ effect }) => effect),
      ['INCLUDE', 'EXCLUDE'],
    )
  })

  it('takes strings in either quotation marks, with backslashes before those inside', () => {
    assert.deepEqual(literalsOf(String.raw`"a","b, c" , 'd "e"',"\"f\\\'", "g\h", "", 'größe'`), [
      'a',
      'b, c',
      'd "e"',
      `"f\\'`,
      'g\\h',
      '',
      'größe',
    ])
  })

  it('keeps every digit of numbers', () => {
    const list = '1, -1.5, +2, .5, 3., 1e3, 9007199254740993, -0'
    assert.deepEqual(literalsOf(list), [1, -1.5, 2, 0.5, 3, 1000, 9007199254740993n, 0])
  })

  it('takes * with and without quotes', () => {
    assert.deepEqual(literalsOf('*'), literalsOf('"*"'))
  })

  it('takes a placeholder in quotes, as the guide has it for the CLI, but no other value with a $', () => {
    assert.deepEqual(whereOf('Items.GENRE IN ("$CATEGORY")'), whereOf('Items.GENRE IN ($CATEGORY)'))
    assert.deepEqual(literalsOf('"$100", "$$", "$A-$B", "A$B"'), ['$100', '$$', '$A-$B', 'A$B'])
  })

  it('refuses placeholders with NOT IN, in the words of the guide', () => {
    const message =
      '$GENRE. Placeholders are not allowed with NOT_IN operator. Use IN, and INCLUDE instead of EXCLUDE or the reverse (column 43).'
    assert.equal(refusal('EXCLUDE ItemID WHERE Items.GENRE NOT IN ( $GENRE)'), message)
    assert.match(refusal('EXCLUDE ItemID WHERE Items.GENRE NOT IN ("$GENRE")'), /^\$GENRE\. Placeholders are not/)
  })

  for (const [expression, message] of [
    ['', 'the end at column 1: expected INCLUDE or EXCLUDE'],
    ['  ONLY ItemID', 'ONLY at column 3: expected INCLUDE or EXCLUDE'],
    ['INCLUDE Items', 'Items at column 9: expected ItemID, UserID or ActionID'],
    ['INCLUDE ItemID IF', 'IF at column 16: expected WHERE'],
    ['INCLUDE ItemID WHERE', 'the end at column 21: expected a field, such as Items.PRICE, of Interactions, Users,'],
    ['INCLUDE ItemID WHERE Item.A = 1', 'Item at column 22: expected a field'],
    ['INCLUDE ItemID WHERE Items = 1', '= at column 28: expected a dot and the name of a field'],
    ['INCLUDE ItemID WHERE Items."A" = 1', '"A" at column 28: expected the name of a field'],
    ['INCLUDE ItemID WHERE Items.A LIKE "a"', 'LIKE at column 30: expected =, !=, <, <=, >, >=, IN or NOT IN'],
    ['INCLUDE ItemID WHERE Items.A NOT ("a")', '( at column 34: expected IN'],
    ['INCLUDE ItemID WHERE Items.A IN "a"', '"a" at column 33: expected ( or a field of CurrentItem'],
    ['INCLUDE ItemID WHERE Items.A IN ()', ') at column 34: expected a string in quotes, a number, a placeholder or'],
    ['INCLUDE ItemID WHERE Items.A IN ({a})', '{ at column 34: expected a word, an operator or a value; a placeholder'],
    [
      'INCLUDE ItemID WHERE Items.A IN (:a)',
      ': at column 34: expected a word, an operator or a value; a placeholder is',
    ],
    ['INCLUDE ItemID WHERE Items.A IN (["a", "b"])', '[ at column 34: expected values with commas between them,'],
    ['INCLUDE ItemID WHERE Items.A IN ("a" "b")', '"b" at column 38: expected , or )'],
    ['INCLUDE ItemID WHERE Items.A IN ("a", $B)', '$B at column 39: expected a value, as a placeholder is alone'],
    ['INCLUDE ItemID WHERE Items.A IN ($A, $B)', ', at column 36: expected ) as one placeholder takes several values'],
    [
      'INCLUDE ItemID WHERE Items.A = drama',
      'drama at column 32: expected a string in quotes, a number, a placeholder or a field of CurrentItem; text is in ' +
        'quotes, as "drama"',
    ],
    [
      'INCLUDE ItemID WHERE Items.A IN (true)',
      'true at column 34: expected a string in quotes, a number, a placeholder or a field of CurrentItem; text is in ' +
        'quotes, as "true"',
    ],
    ['INCLUDE ItemID WHERE Items.A = CurrentUser.A', 'CurrentUser at column 32: expected a string in quotes, a number'],
    ['INCLUDE ItemID WHERE Items.A < (1', 'the end at column 34: expected )'],
    ['INCLUDE ItemID WHERE (Items.A < 1', 'the end at column 34: expected AND, OR or )'],
    ['INCLUDE ItemID WHERE Items.A < 1)', ') at column 33: expected AND, OR, IF, | or the end'],
    ['INCLUDE ItemID WHERE Items.A < 1 IF CurrentUser.A = 1 OR', 'OR at column 55: expected AND, | or the end'],
    ['INCLUDE ItemID WHERE Items.A < 1 |', 'the end at column 35: expected INCLUDE or EXCLUDE'],
    ['INCLUDE ItemID WHERE Items.A < 1e999', '1e999 at column 32: expected a string in quotes, a number'],
    ['INCLUDE ItemID WHERE Items.A <> 1', '<> at column 30: expected =, !=, <'],
    ['INCLUDE ItemID WHERE Items.A == 1', '== at column 30: expected =, !=, <'],
    ['INCLUDE ItemID WHERE NOT Items.A < 1', 'NOT at column 22: expected a field, as NOT is before IN alone: use !=,'],
    [
      'INCLUDE ItemID WHERE not (Items.A < 1)',
      'not at column 22: expected a field, as NOT is before IN alone: use !=,',
    ],
    ['INCLUDE ItemID WHERE Items.A IN ("a)', '" at column 34: expected a closing quotation mark'],
    ['INCLUDE ItemID WHERE Items.A IN (“a”)', `“ at column 34: expected a straight quotation mark, " or '`],
    ['INCLUDE ItemID WHERE Items.A IN (#)', '# at column 34: expected a word, an operator or a value'],
    [
      `INCLUDE ItemID WHERE Items.A < $${'A'.repeat(51)}`,
      `$${'A'.repeat(39)} at column 32: expected a placeholder of at most 50`,
    ],
    [
      `INCLUDE ItemID WHERE ${'('.repeat(2000)}`,
      '( at column 122: expected no more than 100 parentheses in each other',
    ],
  ] as const) {
    it(`says where it goes wrong: ${expression.slice(0, 60)}`, () => {
      assert.equal(refusal(expression).slice(0, message.length), message)
    })
  }
})
