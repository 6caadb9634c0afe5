import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { schemaIn } from '../../../../src/datasets/schema.ts'
import { checkExpression } from '../../shared/filter-check.ts'
import { completionsAt } from './completion.ts'
import { lexemesOf, paintedLexemes } from './lexemes.ts'

const text = (name: string, more = {}) => ({ name, type: ['null', 'string'], ...more })
const id = (name: string) => ({ name, type: 'string' })
const time = { name: 'TIMESTAMP', type: 'long' }
const schemaOf = (name: string, ...fields: readonly object[]) =>
  schemaIn({ schema: JSON.stringify({ type: 'record', name, fields }) })
const schemas = {
  USERS: schemaOf('Users', id('USER_ID'), text('MEMBERSHIP', { categorical: true })),
  ITEMS: schemaOf('Items', id('ITEM_ID'), text('GENRE', { categorical: true }), text('PLOT', { textual: true }), {
    name: 'PRICE',
    type: ['null', 'float'],
  }),
  INTERACTIONS: schemaOf('Interactions', id('USER_ID'), id('ITEM_ID'), id('EVENT_TYPE'), time),
}
const known = new Map([
  ['ITEMS.GENRE', ['drama', 'say "no"']],
  ['INTERACTIONS.EVENT_TYPE', ['watch', 'buy']],
])
/** The options at the `^` of a text. */
function offered(marked: string): readonly string[] {
  const caret = marked.indexOf('^')
  return completionsAt(marked.replace('^', ''), caret, { schemas, known }).options.map(option => option.text)
}

describe('the completions of an expression', () => {
  it('are the words that may stand there', () => {
    assert.deepEqual(offered('^'), ['INCLUDE', 'EXCLUDE'])
    assert.deepEqual(offered('exc^'), ['EXCLUDE'])
    assert.deepEqual(offered('INCLUDE ^'), ['ItemID', 'UserID'])
    assert.deepEqual(offered('INCLUDE ItemID ^'), ['WHERE'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE (Items.PRICE > 1 ^'), ['AND', 'OR', ')'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE (Items.PRICE > 1) ^'), ['AND', 'OR', 'IF', '|'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.PRICE > 1 | ^'), ['INCLUDE', 'EXCLUDE'])
    assert.deepEqual(offered('nonsense ^'), [])
  })

  it('are datasets and fields of the group, those alone that may be compared there', () => {
    assert.deepEqual(offered('INCLUDE ItemID WHERE ^'), ['Items.', 'Interactions.'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.^'), ['ITEM_ID', 'GENRE', 'PRICE'])
    assert.deepEqual(offered('EXCLUDE itemid where interactions.ev^'), ['EVENT_TYPE'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.PRICE > 1 IF ^'), ['CurrentUser.'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.PRICE > 1 IF CurrentUser.^'), ['USER_ID', 'MEMBERSHIP'])
  })

  it('are operators and values of the field, and a parameter', () => {
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.GENRE ^'), ['IN', 'NOT IN', '=', '!='])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.PRICE ^'), ['=', '!=', '<', '<=', '>', '>='])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.GENRE IN (^'), ['$GENRE', '"drama"', '"say \\"no\\""'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.GENRE IN ("d^'), ['"drama"'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.GENRE IN ("drama"^'), [',', ')'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.GENRE NOT IN (^'), ['"drama"', '"say \\"no\\""'])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.GENRE IN ("drama" ^'), [',', ')'])
    assert.deepEqual(offered('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (^').slice(1), [
      '"watch"',
      '"buy"',
      '"*"',
    ])
    assert.deepEqual(offered('INCLUDE ItemID WHERE Items.GENRE IN CurrentItem.^'), ['ITEM_ID', 'GENRE', 'PRICE'])
  })

  it('have each word of expressions that the server takes, where it stands', () => {
    const expressions = [
      'INCLUDE ItemID WHERE Items.GENRE NOT IN ("drama", "say \\"no\\"") AND Items.PRICE <= $PRICE',
      'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch", "buy") | INCLUDE ItemID WHERE Items.GENRE = "drama"',
      'INCLUDE ItemID WHERE (Items.GENRE IN ($GENRE) OR Items.PRICE > $PRICE) AND (Items.PRICE != $PRICE)',
      'INCLUDE ItemID WHERE Items.GENRE IN CurrentItem.GENRE AND Items.PRICE > CurrentItem.PRICE',
      'EXCLUDE ItemID WHERE Items.GENRE = $GENRE IF CurrentUser.MEMBERSHIP IN ($MEMBERSHIP) AND CurrentUser.USER_ID != $USER_ID',
      'INCLUDE UserID WHERE Users.MEMBERSHIP IN ($MEMBERSHIP)',
      'EXCLUDE UserID WHERE Interactions.EVENT_TYPE = "buy"',
    ]
    for (const expression of expressions) {
      assert.ok('expression' in checkExpression(expression, schemas), expression)
      for (const { text, from } of lexemesOf(expression).filter(one => one.text !== '(' && one.text !== '.')) {
        const before = `${expression.slice(0, from)} `
        const { options: found } = completionsAt(before, before.length, { schemas, known })
        const options = found.map(option => option.text)
        const isThere = options.some(option => [text, `${text}.`, `${text} IN`].includes(option))
        assert.ok(isThere, `${text} at ${from} of ${expression}: ${options}`)
      }
    }
  })

  it('lead from nothing to an expression that the server takes, whichever are chosen', () => {
    let seed = 1
    let taken = 0
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    for (let round = 0; round < 300; round++) {
      let text = ''
      for (let step = 0; step < 40; step++) {
        const { from, options } = completionsAt(text, text.length, { schemas, known })
        const checked = checkExpression(text, schemas)
        if ('expression' in checked && random(4) === 0) break
        const choices = options.map(option => option.text)
        const isNumber = / [<>=!]+ $/.test(text) && /PRICE/.test(text.slice(-20))
        const chosen = isNumber ? '5' : choices[random(choices.length)]
        if (chosen === undefined) break
        text = text.slice(0, from) + chosen + (chosen.endsWith('.') ? '' : ' ')
      }
      const checked = checkExpression(text, schemas)
      if ('expression' in checked) taken++
      else assert.match(checked.fault.message, /the end|distinct|both must/, text)
    }
    assert.ok(taken > 100, String(taken))
  })
})

describe('the parts of an expression', () => {
  it('are all of it but the blanks, be it right or wrong', () => {
    const text = 'INCLUDE ItemID WHERE Items.IN NOT IN ("a\\"b", \'c\') AND x >= -1.5e3 # "open'
    assert.equal(
      lexemesOf(text)
        .map(({ from, end }) => text.slice(from, end))
        .join(''),
      text.replaceAll(/ (?!open)/g, ''),
    )
    const keywords = paintedLexemes(text).filter(({ kind }) => kind === 'keyword')
    assert.deepEqual(
      keywords.map(one => one.text),
      ['INCLUDE', 'ItemID', 'WHERE', 'NOT', 'IN', 'AND'],
    )
  })
})
