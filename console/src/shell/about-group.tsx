import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import type { ReactNode } from 'react'
import { useParams } from 'wouter'
import { useDatasetGroups } from '../shared/dataset-groups.ts'
import { Failure } from '../shared/failure.tsx'

/**
 * A page about a dataset group, below the reason why it has nothing to show: the groups cannot be read, or this is none.
 * The page keeps its place among the parts, so that it is not made anew with the reason: it would read the groups again.
 */
export function AboutGroup({ children }: { readonly children: ReactNode }) {
  const { group } = useParams<{ group?: string }>()
  const { data: groups, error, refetch } = useDatasetGroups()
  const isMissing = group !== undefined && groups !== undefined && !groups.some(({ name }) => name === group)
  return (
    <>
      {error && <Failure error={error} retry={refetch} />}
      {isMissing && (
        <Box margin={{ bottom: 'l' }}>
          <Alert type="warning" header={`There is no dataset group ${group}`}>
            It may have been deleted, or its name is another.
          </Alert>
        </Box>
      )}
      {children}
    </>
  )
}
