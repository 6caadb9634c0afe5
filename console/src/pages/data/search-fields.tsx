import Grid from '@cloudscape-design/components/grid'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import { useEffect, useState } from 'react'
import { type Schema, valueFields } from '../../../../src/datasets/schema.ts'
import { useSearchParams } from '../../shared/search-params.ts'

/** A search begins when nothing was typed for so long, in milliseconds. */
const QUIET_MS = 300
const ANY = { value: '', label: 'Any field' }

/** The fields of a search: the beginning of an id, a text in a value. Both are in the page's address. */
export function SearchFields({ schema }: { readonly schema: Schema | undefined }) {
  const [params, change] = useSearchParams()
  const fields = schema ? valueFields(schema).map(({ name }) => ({ value: name, label: name })) : []
  const field = fields.find(({ value }) => value === params.get('field')) ?? ANY
  return (
    <Grid
      gridDefinition={[
        { colspan: { default: 12, xxs: 4 } },
        { colspan: { default: 7, xxs: 5 } },
        { colspan: { default: 5, xxs: 3 } },
      ]}
    >
      <Typed name="prefix" label="Beginning of the id" />
      <Typed name="text" label="Text in a value" />
      <Select
        ariaLabel="Field with the text"
        selectedOption={field}
        options={[ANY, ...fields]}
        onChange={({ detail }) => change({ field: detail.selectedOption.value, after: undefined }, { replace: true })}
      />
    </Grid>
  )
}

function Typed({ name, label }: { readonly name: string; readonly label: string }) {
  const [params, change] = useSearchParams()
  const current = params.get(name) ?? ''
  const [value, setValue] = useState(current)
  useEffect(() => setValue(current), [current])
  useEffect(() => {
    if (value.trim() === current) return
    const timer = setTimeout(() => change({ [name]: value.trim(), after: undefined }, { replace: true }), QUIET_MS)
    return () => clearTimeout(timer)
  })
  return (
    <Input
      type="search"
      value={value}
      placeholder={label}
      ariaLabel={label}
      clearAriaLabel={`Clear: ${label}`}
      onChange={({ detail }) => setValue(detail.value)}
    />
  )
}
