import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import type { Reason } from '../../../src/contract/reasons.ts'
import './why.css'
import { type Share, sharesOf, wordsFor } from './reasons.ts'

/** This many reasons are seen at once. */
const SEEN = 3
const PERCENT = new Intl.NumberFormat('en', { style: 'percent' })

interface Props {
  readonly reasons: readonly Reason[]
  /** The item's place by the model. A reason without which it is the same is not said to matter. */
  readonly rank: number | null
}

/** Shows why an item is recommended: its reasons, each with its share as a bar. */
export function Why({ reasons, rank }: Props) {
  const shares = sharesOf(reasons).map(share =>
    share.rankWithout === rank ? { ...share, rankWithout: undefined } : share,
  )
  if (shares.length === 0) return <Box color="text-status-inactive">Nothing that is known speaks for it.</Box>
  const rest = shares.slice(SEEN)
  return (
    <>
      <Shares shares={shares.slice(0, SEEN)} />
      {rest.length > 0 && (
        <ExpandableSection headerText={`${rest.length} more`} variant="inline">
          <Shares shares={rest} />
        </ExpandableSection>
      )}
    </>
  )
}

/** Less than half a percent is not nothing. */
function percentOf(share: number): string {
  return Math.abs(share) < 0.005 ? '< 1%' : PERCENT.format(share)
}

function Shares({ shares }: { readonly shares: readonly Share[] }) {
  return (
    <ul className="reasons">
      {shares.map((share, at) => (
        <li key={at}>
          <span className="reason-words">{wordsFor(share)}</span>
          <span className="reason-share">{percentOf(share.share)}</span>
          <span className="reason-bar">
            <span
              className={share.share < 0 ? 'against' : 'for'}
              style={{ inlineSize: `${100 * Math.abs(share.share)}%` }}
            />
          </span>
          <ReasonDetails {...share} />
        </li>
      ))}
    </ul>
  )
}

function ReasonDetails({ alike, rankWithout }: Share) {
  const details = [
    ...(alike && alike.length > 0 ? [`alike: ${alike.join(', ')}`] : []),
    ...(rankWithout === undefined
      ? []
      : [`without it ${rankWithout === null ? 'beyond 1,000' : `place ${rankWithout}`}`]),
  ]
  if (details.length === 0) return null
  return <small className="reason-details">{details.join(' · ')}</small>
}
