import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useSearchParams } from '../../shared/search-params.ts'

interface Props {
  /** The id after which the next page begins; undefined on the last. */
  readonly next: string | undefined
}

/** Leads to the next page, to the one before and back to the first. */
export function Pages({ next }: Props) {
  const [params, change] = useSearchParams()
  const after = params.get('after') ?? undefined
  // Where the pages before this one begin. A page whose address was opened knows of none, but of the first.
  const [trail, setTrail] = useState<readonly (string | undefined)[]>([])
  const goOn = () => {
    setTrail([...trail, after])
    change({ after: next })
  }
  const goBack = () => {
    setTrail(trail.slice(0, -1))
    change({ after: trail.at(-1) })
  }
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Button iconName="angle-left" ariaLabel="Previous page" disabled={after === undefined} onClick={goBack} />
      <Button iconName="angle-right" ariaLabel="Next page" disabled={next === undefined} onClick={goOn} />
    </SpaceBetween>
  )
}
