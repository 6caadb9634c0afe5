import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import type { Schemas } from '../../../../src/datasets/of-group.ts'
import type { Field } from '../../../../src/datasets/schema.ts'
import { comparisonsOf } from '../../../../src/filters/ast.ts'
import { columnsOf, shownValue } from '../../shared/columns.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { checkValues, type Expression } from '../../shared/filter-check.ts'
import { FilterValues } from '../../shared/filter-values.tsx'
import { IdField } from '../../shared/id-field.tsx'
import { useKnownValues } from '../../shared/known-values.ts'
import { movesBetween } from '../../shared/moves.ts'
import type { Properties } from '../../shared/properties.ts'
import { useRead } from '../../shared/queries.ts'
import { useRecords } from '../../shared/records.ts'
import { datasetArn } from '../../shared/schemas.ts'
import { type Target, useTargets, usualOf } from '../../shared/targets.ts'

interface Props {
  readonly group: DatasetGroup
  readonly schemas: Schemas
  readonly text: string
  readonly expression: Expression
  /** The choices, which are in the address. */
  readonly search: URLSearchParams
  change(name: string, value: string): void
}

/** This many items are shown before and after the filter. */
const SHOWN = 20
const VALUE = 'value.'

/** Tries an expression on a user: the list of a campaign before and after it, beside each other. */
export function Trial(props: Props) {
  const { group, schemas, expression, search, change } = props
  const { data: targets, error } = useTargets(group)
  const known = useKnownValues(group)
  if (error) return <Failure error={error} />
  const suitable = (targets ?? []).filter(target => suits(target, expression))
  const target = suitable.find(({ name }) => name === search.get('with')) ?? usualOf(suitable)
  const { title } = columnsOf(schemas.ITEMS, { title: '', image: '' })
  const { userId = 'unused', itemId = 'unused' } = target?.recipe.request ?? {}
  const values = Object.fromEntries(expression.parameters.map(({ name }) => [name, search.get(VALUE + name) ?? '']))
  return (
    <Container header={<Header variant="h2">Try it on somebody</Header>}>
      {expression.subject === 'UserID' && <p>A filter of users is for batch segments, and cannot be tried here.</p>}
      {expression.subject !== 'UserID' && targets && !target && <p>No campaign or recommender answers for it yet.</p>}
      {target && (
        <SpaceBetween size="m">
          <div className="fields">
            <FormField label="Campaign or recommender">
              <Select
                selectedOption={{ value: target.name, description: target.recipe.name }}
                options={suitable.map(({ name, recipe }) => ({ value: name, description: recipe.name }))}
                onChange={({ detail }) => change('with', detail.selectedOption.value!)}
              />
            </FormField>
            {userId !== 'unused' && (
              <IdField
                label="User"
                value={search.get('user') ?? ''}
                group={group}
                name="userId"
                onChange={id => change('user', id)}
              />
            )}
            {itemId !== 'unused' && (
              <IdField
                label="Item"
                value={search.get('item') ?? ''}
                group={group}
                name="itemId"
                describe={properties => title && shownValue(properties, title)}
                onChange={id => change('item', id)}
              />
            )}
            <FilterValues
              expression={expression}
              values={values}
              known={known}
              onChange={all => {
                for (const [name, value] of Object.entries(all)) if (value !== values[name]) change(VALUE + name, value)
              }}
            />
          </div>
          <Outcome {...props} target={target} values={values} />
        </SpaceBetween>
      )}
    </Container>
  )
}

/** Whether the recommendations of a target are of the kind that an expression is about. */
function suits({ recipe: { request } }: Target, { subject }: Expression): boolean {
  if (request.operation === 'CreateBatchSegmentJob') return false
  return subject === (request.operation === 'GetActionRecommendations' ? 'ActionID' : 'ItemID')
}

interface OutcomeProps extends Props {
  readonly target: Target
  readonly values: Readonly<Record<string, string>>
}

function Outcome({ target, values, ...props }: OutcomeProps) {
  const { text, expression, search } = props
  const { userId: needsUser, itemId: needsItem } = target.recipe.request
  const [userId, itemId] = [search.get('user') || undefined, search.get('item') || undefined]
  const given = Object.entries(values).filter(([, value]) => value !== '')
  const query = {
    [target.kind === 'campaign' ? 'campaignArn' : 'recommenderArn']: target.arn,
    userId: needsUser === 'unused' ? undefined : userId,
    itemId: needsItem === 'unused' ? undefined : itemId,
    filterExpression: text,
    filterValues: given.length === 0 ? undefined : JSON.stringify(Object.fromEntries(given)),
    limit: SHOWN,
  }
  const lacks = needsUser === 'required' && !userId ? 'a user' : needsItem === 'required' && !itemId ? 'an item' : ''
  const isReady = lacks === '' && checkValues(expression, values).size === 0
  const { data, error, refetch } = useRead(
    ['filtered', query],
    (api, signal) => api.inspect<Filtered>('filtered', { query, signal }),
    { enabled: isReady, keepPrevious: true },
  )
  if (lacks !== '') return <Box color="text-status-inactive">Choose {lacks}.</Box>
  if (error) return <Failure error={error} retry={refetch} />
  if (!isReady) return null
  return data ? <Lists {...props} filtered={data} /> : <Spinner />
}

interface Filtered {
  readonly before: readonly Listed[]
  readonly after: readonly Listed[]
}

interface Listed {
  readonly itemId?: string
  readonly actionId?: string
}

function Lists({ group, schemas, expression, filtered }: Props & { readonly filtered: Filtered }) {
  const type = expression.subject === 'ActionID' ? 'ACTIONS' : 'ITEMS'
  const idsOf = (items: readonly Listed[]) => items.map(({ itemId, actionId }) => (itemId ?? actionId)!)
  const [before, after] = [idsOf(filtered.before), idsOf(filtered.after)]
  const moves = movesBetween(before, after)
  const records = useRecords(datasetArn(group, type), [...new Set([...before, ...after])])
  const shown = {
    title: columnsOf(schemas[type], { title: '', image: '' }).title,
    fields: comparedIn(expression, type),
  }
  const entry = (id: string, badge: React.ReactNode) => (
    <li key={id}>
      {badge} <Entry id={id} properties={records.get(id)} {...shown} />
    </li>
  )
  const gone = new Set(moves.gone)
  return (
    <div className="side-by-side">
      <section aria-label="Before the filter">
        <h3>Before</h3>
        <ol>{before.map(id => entry(id, gone.has(id) && <Badge color="grey">left out</Badge>))}</ol>
      </section>
      <section aria-label="After the filter">
        <h3>After</h3>
        {after.length === 0 && <p>The filter leaves nothing.</p>}
        <ol>{after.map(id => entry(id, moves.of.get(id)?.kind === 'new' && <Badge color="blue">new</Badge>))}</ol>
      </section>
    </div>
  )
}

/** The fields of items or actions that an expression compares. */
function comparedIn({ filter }: Expression, type: 'ITEMS' | 'ACTIONS'): readonly Field[] {
  const fields = filter.expressions.flatMap(comparisonsOf).map(({ field }) => field)
  return [...new Set(fields.filter(({ source, place }) => source === type && place >= 0).map(({ field }) => field))]
}

interface EntryProps {
  readonly id: string
  readonly properties: Properties | undefined
  readonly title: Field | undefined
  readonly fields: readonly Field[]
}

function Entry({ id, properties, title, fields }: EntryProps) {
  const name = title && shownValue(properties, title)
  const values = fields.map(field => `${field.name} ${shownValue(properties, field) ?? '–'}`)
  return (
    <>
      {name && `${name} `}
      <code>{id}</code> {values.length > 0 && <small>{values.join(' · ')}</small>}
    </>
  )
}
