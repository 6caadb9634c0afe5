import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import type { Schema } from '../../../../src/datasets/schema.ts'
import { columnsOf, ID_TITLE, NO_IMAGE } from '../../shared/columns.ts'
import type { Asked } from './asked.ts'

interface Props {
  readonly schema: Schema | undefined
  readonly asked: Asked
  change(change: Partial<Asked>): void
}

/** Chooses which columns of Items are the title and the picture of a card. */
export function CardSettings({ schema, asked, change }: Props) {
  const texts = (schema?.fields ?? []).filter(({ name, type }) => name !== ID_TITLE && type === 'string')
  if (texts.length === 0) return null
  const { title, image } = columnsOf(schema, asked)
  const options = texts.map(({ name }) => ({ value: name }))
  return (
    <>
      <FormField label="Title of a card">
        <Select
          selectedOption={{ value: title?.name ?? ID_TITLE }}
          options={[{ value: ID_TITLE }, ...options]}
          onChange={({ detail }) => change({ title: detail.selectedOption.value! })}
        />
      </FormField>
      <FormField label="Picture of a card" description="A column that has addresses of pictures, https.">
        <Select
          selectedOption={image ? { value: image.name } : { value: NO_IMAGE, label: 'None' }}
          options={[{ value: NO_IMAGE, label: 'None' }, ...options]}
          onChange={({ detail }) => change({ image: detail.selectedOption.value! })}
        />
      </FormField>
    </>
  )
}
