import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { Attention } from './attention.tsx'
import { DatasetGroups } from './dataset-groups.tsx'
import { Jobs } from './jobs.tsx'
import { Models } from './models.tsx'
import { Numbers } from './numbers.tsx'

/** Shows what is on this server, and what needs attention. */
export default function Home() {
  return (
    <ContentLayout header={<Header variant="h1">Home</Header>}>
      <SpaceBetween size="l">
        <Attention />
        <Numbers />
        <DatasetGroups />
        <Models />
        <Jobs />
      </SpaceBetween>
    </ContentLayout>
  )
}
