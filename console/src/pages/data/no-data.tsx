import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'

/** Says what to do where there are no rows yet. */
export function NoData({ group }: { readonly group: string }) {
  return (
    <Box textAlign="center" padding="xl" color="inherit">
      <SpaceBetween size="s">
        <b>There is nothing here yet</b>
        <Box color="inherit">Import a CSV file, or put a row by hand.</Box>
        <Button href={`#/import/${group}`} variant="primary">
          Import
        </Button>
      </SpaceBetween>
    </Box>
  )
}
