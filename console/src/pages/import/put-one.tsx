import Box from '@cloudscape-design/components/box'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useLocation } from 'wouter'
import { datasetTypes } from '../../../../src/datasets/dataset-type.ts'
import { useDatasetGroup } from '../../shared/dataset-groups.ts'
import { GroupChoice } from '../../shared/group-choice.tsx'
import { isRecordType } from '../../shared/put-record.ts'
import { ROWS, typeOfPath } from '../../shared/rows.ts'
import { useSchemas } from '../../shared/schemas.ts'
import { PutEvent } from './put-event.tsx'
import { PutRecordForm } from './put-record-form.tsx'

interface Props {
  readonly group: string | undefined
  /** The type of the row, in the page's path. */
  readonly path: string | undefined
}

/** Puts one user, item, action or interaction: a form made from the schema, and the call that does the same elsewhere. */
export function PutOne({ group, path }: Props) {
  const [, navigate] = useLocation()
  const found = useDatasetGroup(group)
  const { data: schemas } = useSchemas(found)
  const types = datasetTypes.filter(type => found?.datasets.some(({ datasetType }) => datasetType === type))
  const type = typeOfPath(path) ?? types.find(isRecordType) ?? types[0]
  const dataset = found?.datasets.find(({ datasetType }) => datasetType === type)
  const schema = type && schemas?.[type]
  const pathFor = (name: string) => `/import/${name}/one${path ? `/${path}` : ''}`
  return (
    <SpaceBetween size="l">
      <GroupChoice group={group} pathFor={pathFor} />
      {found && types.length === 0 && <Box>This group has no dataset yet. A file makes one, with its schema.</Box>}
      {found && type && types.length > 0 && (
        <Select
          ariaLabel="Type of row"
          inlineLabelText="Put one"
          selectedOption={{ value: type, label: ROWS[type].one }}
          options={types.map(value => ({ value, label: ROWS[value].one }))}
          onChange={({ detail }) =>
            navigate(`/import/${group}/one/${ROWS[detail.selectedOption.value as typeof type].path}`)
          }
        />
      )}
      {found && dataset && schema && isRecordType(type) && (
        <PutRecordForm
          key={dataset.datasetArn}
          group={found}
          type={type}
          datasetArn={dataset.datasetArn}
          schema={schema}
        />
      )}
      {found && dataset && schema && !isRecordType(type) && (
        <PutEvent key={dataset.datasetArn} group={found} datasetArn={dataset.datasetArn} schema={schema} />
      )}
    </SpaceBetween>
  )
}
