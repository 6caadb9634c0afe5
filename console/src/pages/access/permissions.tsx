import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Header from '@cloudscape-design/components/header'
import { useSession } from '../../session/session.ts'
import { useRead } from '../../shared/queries.ts'

/** Whom one's own key stands for, and what it may do. */
export function Permissions() {
  const { arn, may } = useSession()
  const { data } = useRead(['me'], api => api.inspect<{ readonly actions: readonly string[] }>('me'))
  return (
    <Container
      header={
        <Header
          description={
            may('personalite:ManageKeys')
              ? 'It may do everything, and manage the keys of others.'
              : 'Only a key that may do everything manages keys.'
          }
        >
          Your key
        </Header>
      }
    >
      <Box variant="code">{arn}</Box>
      <ExpandableSection headerText={`It may do ${data?.actions.length ?? '…'} actions`}>
        <Box variant="small">{data?.actions.join(', ')}</Box>
      </ExpandableSection>
    </Container>
  )
}
