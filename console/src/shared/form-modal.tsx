import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { Failure } from './failure.tsx'

interface Props {
  readonly title: string
  /** The verb on the button. */
  readonly action: string
  readonly children: ReactNode
  readonly isBusy: boolean
  /** Whether something is missing or wrong yet. */
  readonly isUnready?: boolean
  /** Why saving failed. */
  readonly error: unknown
  close(): void
  save(): void
}

/** A form above the page. It stays open where saving fails. */
export function FormModal({ title, action, children, isBusy, isUnready = false, error, close, save }: Props) {
  return (
    <Modal
      visible
      onDismiss={close}
      header={title}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              Cancel
            </Button>
            <Button variant="primary" disabled={isUnready} loading={isBusy} onClick={save}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {children}
        {error !== null && <Failure error={error} />}
      </SpaceBetween>
    </Modal>
  )
}
