import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Multiselect from '@cloudscape-design/components/multiselect'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '../../../../src/datasets/of-group.ts'
import { useSession } from '../../session/session.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { GroupPage, usePageGroup } from '../../shared/group-page.tsx'
import { useSchemas } from '../../shared/schemas.ts'
import { useSearchText } from '../../shared/search-params.ts'
import { type Target, useTargets, usualOf } from '../../shared/targets.ts'
import { type Asked, readAsked, writeAsked } from './asked.ts'
import { contextsIn, readsContext, recommendedBy, takesPromotions } from './call.ts'
import { CardSettings } from './card-settings.tsx'
import { useChosenFilters } from './chosen-filters.ts'
import { Column, type Wanted } from './column.tsx'
import { putDeed, useEventTypes } from './events.ts'
import './try.css'
import { More } from './more.tsx'
import { Who } from './who.tsx'

/** Recommendations of campaigns and recommenders beside each other, and what changes when the user does something. */
export default function Try() {
  const group = usePageGroup()
  return (
    <GroupPage
      title="Try it"
      description="See what is recommended and why. Click or buy something, and see the list change."
      base="/try"
    >
      {group && <OfGroup key={group.datasetGroupArn} group={group} />}
    </GroupPage>
  )
}

function OfGroup({ group }: { readonly group: DatasetGroup }) {
  const { data: targets, error, refetch } = useTargets(group)
  const schemas = useSchemas(group)
  if (error) return <Failure error={error} retry={refetch} />
  if (schemas.error) return <Failure error={schemas.error} retry={schemas.refetch} />
  if (!targets || !schemas.data) return <Spinner size="large" />
  const answering = targets.filter(({ recipe }) => recipe.request.operation !== 'CreateBatchSegmentJob')
  if (answering.length === 0) return <NothingAnswers group={group} />
  return <Trial group={group} targets={answering} schemas={schemas.data} />
}

function NothingAnswers({ group }: { readonly group: DatasetGroup }) {
  return (
    <Alert
      header="Nothing recommends yet"
      action={<Button href={`#/models/${encodeURIComponent(group.name)}`}>Models</Button>}
    >
      The dataset group {group.name} has neither a campaign nor a recommender. Create one under Models.
    </Alert>
  )
}

interface TrialProps {
  readonly group: DatasetGroup
  readonly targets: readonly Target[]
  readonly schemas: Schemas
}

function Trial({ group, targets, schemas }: TrialProps) {
  const [search, setSearch] = useSearchText()
  const asked = readAsked(new URLSearchParams(search))
  const change = (some: Partial<Asked>) => setSearch(writeAsked({ ...asked, ...some }).toString(), { replace: true })
  const named = asked.targets.flatMap(name => targets.filter(target => target.name === name))
  const chosen = named.length > 0 ? named : [usualOf(targets)!]
  const eventTypes = useEventTypes(group, asked.userId || asked.sessionId)
  const filters = useChosenFilters(group, schemas, asked)
  const { put, pending, round, error } = useDeeds(group, asked)
  return (
    <SpaceBetween size="l">
      <Container>
        <SpaceBetween size="m">
          <FormField label="Campaigns and recommenders" description="Two or more are shown beside each other.">
            <Multiselect
              selectedOptions={chosen.map(optionOf)}
              options={targets.map(optionOf)}
              filteringType="auto"
              placeholder="Choose what recommends"
              onChange={({ detail }) => change({ targets: detail.selectedOptions.map(({ value }) => value!) })}
            />
          </FormField>
          <Who group={group} asked={asked} targets={chosen} schema={schemas.ITEMS} change={change} />
          <div className="fields">
            <CardSettings schema={schemas.ITEMS} asked={asked} change={change} />
          </div>
          <More
            {...{ group, asked, filters, change }}
            contexts={chosen.some(readsContext) ? contextsIn(schemas) : []}
            takesPromotions={chosen.some(takesPromotions)}
            recommended={chosen.map(recommendedBy)}
          />
        </SpaceBetween>
      </Container>
      {error && <Failure error={error} />}
      <Box variant="div">
        <div className="side-by-side">
          {!filters.isPending &&
            chosen.map(target => (
              <Column
                key={target.arn}
                {...{ group, schemas, target, asked, eventTypes, round, pending }}
                filters={filters}
                onDeed={put}
              />
            ))}
        </div>
      </Box>
    </SpaceBetween>
  )
}

const optionOf = ({ name, kind, recipe }: Target) => ({
  value: name,
  label: name,
  description: `${kind}, ${recipe.name}`,
})

/** The session of this tab, which the events of a known user are put in. */
const SESSION = `console-${crypto.randomUUID().slice(0, 8)}`

function useDeeds(group: DatasetGroup, { userId, sessionId, context }: Asked) {
  const { api } = useSession()
  const [round, setRound] = useState(0)
  const { mutate, variables, isPending, error } = useMutation({
    mutationFn: (wanted: Wanted) =>
      putDeed(api, group, { ...wanted, context, userId, sessionId: sessionId || SESSION }),
    onSuccess: () => setRound(now => now + 1),
  })
  return { put: mutate, pending: isPending ? variables : undefined, round, error }
}
