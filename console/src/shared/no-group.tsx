import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useSession } from '../session/session.ts'

/** Says how to begin on a server without dataset groups. */
export function NoGroup() {
  const { may } = useSession()
  return (
    <Box textAlign="center" padding="m">
      <SpaceBetween size="s">
        <span>There is no dataset group yet. Import data to begin.</span>
        {may('personalize:CreateDatasetGroup') && (
          <Button href="#/import" variant="primary">
            Import data
          </Button>
        )}
      </SpaceBetween>
    </Box>
  )
}
