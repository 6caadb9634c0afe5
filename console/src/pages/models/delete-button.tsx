import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'

interface Props {
  /** What goes, such as `campaign home`. */
  readonly what: string
  /** What else that means. */
  readonly children: ReactNode
  readonly isBusy: boolean
  /** Such as `Delete`, which it is unless told otherwise. */
  readonly verb?: string
  readonly act: () => void
}

/** A button that asks before it does what cannot be undone. */
export function DeleteButton({ what, children, isBusy, verb = 'Delete', act }: Props) {
  const [isAsking, setAsking] = useState(false)
  const close = () => setAsking(false)
  return (
    <>
      <Button
        variant="inline-link"
        ariaLabel={`${verb} the ${what}`}
        loading={isBusy}
        loadingText={`${verb} the ${what}`}
        onClick={() => setAsking(true)}
      >
        {verb}
      </Button>
      {isAsking && (
        <Modal
          visible
          onDismiss={close}
          header={`${verb} the ${what}?`}
          footer={
            <Box float="right">
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="link" onClick={close}>
                  Cancel
                </Button>
                <Button
                  variant="primary"
                  onClick={() => {
                    close()
                    act()
                  }}
                >
                  {verb}
                </Button>
              </SpaceBetween>
            </Box>
          }
        >
          {children}
        </Modal>
      )}
    </>
  )
}
