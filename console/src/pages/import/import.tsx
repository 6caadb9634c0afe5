import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import Tabs from '@cloudscape-design/components/tabs'
import { useLocation, useParams } from 'wouter'
import { useDatasetGroups } from '../../shared/dataset-groups.ts'
import { ImportJob } from './import-job.tsx'
import { ImportWizard } from './import-wizard.tsx'
import { PutOne } from './put-one.tsx'

interface Params {
  readonly group?: string
  readonly view?: string
  readonly name?: string
}

/** Brings rows in: from a file, or one by hand. */
export default function Import() {
  const { group, view, name } = useParams() as Params
  const [, navigate] = useLocation()
  const { data: groups } = useDatasetGroups()
  if (view === 'job' && group && name) return <ImportJob group={group} jobName={name} />
  const tab = view === 'one' ? 'one' : 'file'
  const base = group === undefined ? '/import' : `/import/${group}`
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="Users, items, actions and interactions, from a CSV file or one by hand.">
          Import
        </Header>
      }
    >
      <Tabs
        ariaLabel="Ways to import"
        activeTabId={tab}
        onChange={({ detail }) => navigate(detail.activeTabId === 'one' ? `${base}/one` : base)}
        tabs={[
          {
            id: 'file',
            label: 'From a file',
            content: groups && tab === 'file' && <ImportWizard key={group} group={group} groups={groups} />,
          },
          { id: 'one', label: 'One by hand', content: tab === 'one' && <PutOne group={group} path={name} /> },
        ]}
      />
    </ContentLayout>
  )
}
