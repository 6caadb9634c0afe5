import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useLocation, useParams } from 'wouter'
import { type DatasetType, datasetTypes } from '../../../../src/datasets/dataset-type.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { GroupPage, usePageGroup } from '../../shared/group-page.tsx'
import { isRecordType } from '../../shared/put-record.ts'
import { ROWS, typeOfPath } from '../../shared/rows.ts'
import { Interactions } from './interactions.tsx'
import { NoData } from './no-data.tsx'
import { RecordPage } from './record-page.tsx'
import { Records } from './records.tsx'

interface Params {
  readonly group?: string
  readonly type?: string
  readonly view?: string
}

/** The rows of a dataset group: users, items, actions and their interactions, and a page for each of them. */
export default function Data() {
  const { group, type: path, view } = useParams() as Params
  const found = usePageGroup()
  const types = datasetTypes.filter(type => found?.datasets.some(({ datasetType }) => datasetType === type))
  const type = typeOfPath(path) ?? types.find(isRecordType) ?? types[0]
  const arnOf = (wanted: DatasetType) => found?.datasets.find(({ datasetType }) => datasetType === wanted)?.datasetArn
  const datasetArn = type && arnOf(type)
  if (view === 'record' && found && isRecordType(type))
    return <RecordPage group={found} type={type} datasetArn={datasetArn} />
  return (
    <GroupPage
      title="Data"
      description="The rows of a dataset group as they count now."
      base="/data"
      actions={<Button href={`#/import/${group ?? ''}`}>Import</Button>}
    >
      <SpaceBetween size="l">
        {found && types.length === 0 && <NoData group={found.name} />}
        {found && type && datasetArn && <TypeTabs group={found} types={types} type={type} datasetArn={datasetArn} />}
      </SpaceBetween>
    </GroupPage>
  )
}

interface TabsProps {
  readonly group: DatasetGroup
  readonly types: readonly DatasetType[]
  readonly type: DatasetType
  readonly datasetArn: string
}

function TypeTabs({ group, types, type, datasetArn }: TabsProps) {
  const [, navigate] = useLocation()
  const content = isRecordType(type) ? (
    <Records key={datasetArn} group={group} type={type} datasetArn={datasetArn} />
  ) : (
    <Interactions key={datasetArn} group={group.name} type={type} datasetArn={datasetArn} />
  )
  return (
    <Tabs
      ariaLabel="Datasets"
      activeTabId={type}
      onChange={({ detail }) => navigate(`/data/${group.name}/${ROWS[detail.activeTabId as DatasetType].path}`)}
      tabs={types.map(id => ({ id, label: ROWS[id].many, content: id === type && content }))}
    />
  )
}
