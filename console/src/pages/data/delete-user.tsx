import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useLocation } from 'wouter'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { useWrite } from '../../shared/queries.ts'
import { rowsText } from '../../shared/rows.ts'

interface Props {
  readonly group: DatasetGroup
  readonly userId: string
  onDismiss(): void
}

/** Asks before a user goes with everything of theirs. */
export function DeleteUser({ group: { name, datasetGroupArn }, userId, onDismiss }: Props) {
  const [, navigate] = useLocation()
  const remove = useWrite(
    api => api.inspect<{ readonly deleted: number }>('users', { method: 'DELETE', query: { datasetGroupArn, userId } }),
    (_, { deleted }: { readonly deleted: number }) => `The user is deleted: ${rowsText(deleted)}`,
  )
  return (
    <Modal
      visible
      header={`Delete ${userId}?`}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={remove.isPending}
              onClick={() => remove.mutate(undefined, { onSuccess: () => navigate(`/data/${name}/users`) })}
            >
              Delete
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        <Box>
          The user’s properties and interactions go from all datasets of {name}, and do not come back. Models that were
          trained before know them until the next training.
        </Box>
        <Box>A file from which they were imported brings them back with the next import.</Box>
        {remove.error && <Failure error={remove.error} />}
      </SpaceBetween>
    </Modal>
  )
}
