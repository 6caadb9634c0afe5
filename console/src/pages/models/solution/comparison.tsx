import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useSearchParams } from '../../../shared/search-params.ts'
import { nameIn } from '../../../shared/server.ts'
import { exactText } from '../../../shared/time.ts'
import { Blend } from '../blend.tsx'
import { Metrics } from '../metrics.tsx'
import type { Version } from '../reads.ts'
import { useTrained } from '../trained.ts'

/** The most versions side by side. */
const COMPARED = 5

/** The metrics of the newest versions side by side, and the blend of one. */
export function Comparison({ versions }: { readonly versions: readonly Version[] | undefined }) {
  const measured = versions?.filter(({ metrics }) => Object.keys(metrics ?? {}).length > 0) ?? []
  const [params, change] = useSearchParams()
  const newest = measured[0]
  const chosen = measured.find(({ solutionVersionArn: arn }) => nameIn(arn!) === params.get('version')) ?? newest
  const { data: trained } = useTrained(ownerOf(chosen))
  const { data: beside } = useTrained(ownerOf(newest))
  const options = measured.map(({ solutionVersionArn, creationDateTime }) => {
    return { value: nameIn(solutionVersionArn!), description: exactText(creationDateTime!) }
  })
  return (
    <SpaceBetween size="l">
      <Metrics
        models={measured
          .slice(0, COMPARED)
          .map(({ solutionVersionArn, metrics }) => ({ title: nameIn(solutionVersionArn!), metrics: metrics! }))}
        popularity={beside?.popularity}
        trainedOn={beside?.trainedOn}
        notes={beside?.notes}
      />
      <Blend
        blend={trained?.blend}
        choice={
          chosen && (
            <Select
              ariaLabel="Version"
              inlineLabelText="Version"
              selectedOption={{ value: nameIn(chosen.solutionVersionArn!) }}
              options={options}
              onChange={({ detail }) => change({ version: detail.selectedOption.value }, { replace: true })}
            />
          )
        }
      />
    </SpaceBetween>
  )
}

const ownerOf = (version: Version | undefined) => version && { solutionVersionArn: version.solutionVersionArn! }
