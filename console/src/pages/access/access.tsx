import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useSession } from '../../session/session.ts'
import { Audit } from './audit.tsx'
import { Keys } from './keys.tsx'
import { Permissions } from './permissions.tsx'
import { Roles } from './roles.tsx'

/** The keys and the roles of the store, and what one's own key may do. */
export default function Access() {
  const { may } = useSession()
  const isManager = may('personalite:ManageKeys')
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="Each client gets a key that can do what it must and no more.">
          Access
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Permissions />
        {isManager && <Keys />}
        {isManager && <Roles />}
        {isManager && <Audit />}
      </SpaceBetween>
    </ContentLayout>
  )
}
