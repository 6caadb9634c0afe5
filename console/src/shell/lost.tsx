import Box from '@cloudscape-design/components/box'
import Link from '@cloudscape-design/components/link'
import { Component, type ReactNode } from 'react'
import { Failure } from '../shared/failure.tsx'

/** Stands where an address has no page. */
export function Lost() {
  return (
    <Box padding="xxl">
      <h1>There is no such page</h1>
      <Link href="#/home">Home</Link>
    </Box>
  )
}

interface State {
  readonly error: unknown
}

/** Shows the error of a page that failed, with the navigation still beside it. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined }

  static getDerivedStateFromError(error: unknown): State {
    return { error }
  }

  override render() {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return <Failure error={error} retry={() => this.setState({ error: undefined })} />
  }
}
