import Autosuggest from '@cloudscape-design/components/autosuggest'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Link from '@cloudscape-design/components/link'
import Select from '@cloudscape-design/components/select'
import type { Field } from '../../../../src/datasets/schema.ts'
import type { Subject } from '../../../../src/filters/ast.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { FilterValues } from '../../shared/filter-values.tsx'
import type { FilterSummary } from '../../shared/filters.ts'
import { type KnownValues, useKnownValues } from '../../shared/known-values.ts'
import { useTyped } from '../../shared/typed.ts'
import type { Asked } from './asked.ts'
import type { ChosenFilters, NamedFilter } from './chosen-filters.ts'

interface Props {
  readonly group: DatasetGroup
  readonly asked: Asked
  readonly filters: ChosenFilters
  /** The columns of interactions that say something of the circumstances. */
  readonly contexts: readonly Field[]
  readonly takesPromotions: boolean
  /** The kinds of id that are recommended. A filter of another kind is not sent. */
  readonly recommended: readonly Subject[]
  change(change: Partial<Asked>): void
}

/** Asks for what few requests have: a filter with its parameters, promoted items, circumstances. */
export function More({ group, asked, filters, contexts, takesPromotions, recommended, change }: Props) {
  const known = useKnownValues(group)
  const { filter, promotion } = filters
  const isUsed = filter !== undefined || promotion !== undefined || Object.keys(asked.context).length > 0
  return (
    <ExpandableSection headerText="Filter, promotion and context" defaultExpanded={isUsed}>
      {filters.error !== undefined && <Failure error={filters.error} />}
      <div className="fields">
        <FilterChoice
          label="Filter"
          description={<Link href={`#/filters/${encodeURIComponent(group.name)}`}>Edit filters</Link>}
          all={filters.all}
          chosen={filter}
          name={asked.filter}
          recommended={recommended}
          onChange={name => change({ filter: name, values: {} })}
        />
        {filter?.expression && (
          <FilterValues
            expression={filter.expression}
            values={asked.values}
            known={known}
            onChange={values => change({ values })}
          />
        )}
        {takesPromotions && (
          <>
            <FilterChoice
              label="Promoted items"
              description="Items that pass this filter get a share of the places."
              all={filters.all}
              chosen={promotion}
              name={asked.promotion}
              recommended={['ItemID']}
              onChange={name => change({ promotion: name, promotionValues: {} })}
            />
            {promotion && <Percent asked={asked} change={change} />}
            {promotion?.expression && (
              <FilterValues
                expression={promotion.expression}
                values={asked.promotionValues}
                known={known}
                onChange={promotionValues => change({ promotionValues })}
              />
            )}
          </>
        )}
        {contexts.map(field => (
          <Context key={field.name} field={field} known={known} asked={asked} change={change} />
        ))}
      </div>
    </ExpandableSection>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly description: React.ReactNode
  readonly all: readonly FilterSummary[] | undefined
  readonly chosen: NamedFilter | undefined
  readonly name: string
  readonly recommended: readonly Subject[]
  onChange(name: string): void
}

/** Why a chosen filter has no effect; undefined where it has one. */
function faultOf(chosen: NamedFilter | undefined, recommended: readonly Subject[]): string | undefined {
  if (!chosen) return 'There is no filter of this name, so nothing is filtered.'
  if (chosen.subject === undefined || recommended.includes(chosen.subject)) return undefined
  return `It filters by ${chosen.subject}, not by ${recommended[0]}, so nothing is filtered.`
}

function FilterChoice({ label, description, all, chosen, name, recommended, onChange }: ChoiceProps) {
  const none = { value: '', label: 'None' }
  return (
    <div>
      <FormField
        label={label}
        description={description}
        constraintText={chosen && <code>{chosen.text}</code>}
        errorText={all && name !== '' && faultOf(chosen, recommended)}
      >
        <Select
          selectedOption={name === '' ? none : { value: name }}
          options={[none, ...(all ?? []).map(one => ({ value: one.name }))]}
          filteringType="auto"
          onChange={({ detail }) => onChange(detail.selectedOption.value!)}
        />
      </FormField>
      {chosen?.error !== undefined && <Failure error={chosen.error} />}
    </div>
  )
}

function Percent({ asked, change }: Pick<Props, 'asked' | 'change'>) {
  const [typed, setTyped] = useTyped(String(asked.percent), text => {
    const percent = Math.trunc(Number(text))
    if (percent >= 1 && percent <= 100) change({ percent })
  })
  return (
    <FormField label="Share of the places" description="In percent, from 1 to 100.">
      <Input type="number" inputMode="numeric" value={typed} onChange={({ detail }) => setTyped(detail.value)} />
    </FormField>
  )
}

interface ContextProps extends Pick<Props, 'asked' | 'change'> {
  readonly field: Field
  readonly known: KnownValues
}

function Context({ field: { name }, known, asked, change }: ContextProps) {
  const [typed, setTyped] = useTyped(asked.context[name] ?? '', text =>
    change({ context: { ...asked.context, [name]: text } }),
  )
  return (
    <FormField label={name} description="Of the circumstances of the request, and of events that you put.">
      <Autosuggest
        value={typed}
        options={(known.get(`INTERACTIONS.${name}`) ?? []).map(value => ({ value }))}
        enteredTextLabel={text => `Use ${text}`}
        onChange={({ detail }) => setTyped(detail.value)}
      />
    </FormField>
  )
}
