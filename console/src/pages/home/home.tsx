import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { DatasetGroups } from './dataset-groups.tsx'

/** What is on this server, and what needs attention. */
export default function Home() {
  return (
    <ContentLayout header={<Header variant="h1">Home</Header>}>
      <SpaceBetween size="l">
        <DatasetGroups />
      </SpaceBetween>
    </ContentLayout>
  )
}
