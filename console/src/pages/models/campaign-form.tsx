import { type Campaign, CreateCampaignCommand, UpdateCampaignCommand } from '@aws-sdk/client-personalize'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { CopyAs } from '../../shared/copy-as.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { FormModal } from '../../shared/form-modal.tsx'
import { useWrite } from '../../shared/queries.ts'
import { nameIn } from '../../shared/server.ts'
import { exactText } from '../../shared/time.ts'
import { solutionOf } from './arns.ts'
import { type CampaignDraft, campaignInput, draftOf } from './campaign-draft.ts'
import { ExplorationFields } from './exploration-fields.tsx'
import { useSolutions, useVersions, type Version } from './reads.ts'
import { recipeOf } from './recipe-uses.ts'

interface Props {
  readonly group: DatasetGroup
  /** The solution of a new campaign; left out, it is chosen. */
  readonly solutionArn?: string | undefined
  /** The version of a new campaign; left out, the newest. */
  readonly versionArn?: string | undefined
  /** The campaign that is changed; left out for a new one. */
  readonly campaign?: Campaign | undefined
  readonly close: () => void
}

/** A form that creates a campaign, or changes which version answers and how. */
export function CampaignForm({ group, solutionArn: given, versionArn, campaign, close }: Props) {
  const [draft, setDraft] = useState<CampaignDraft>(() => draftOf(campaign, versionArn))
  const change = (changed: Partial<CampaignDraft>) => setDraft({ ...draft, ...changed })
  const { data: solutions = [] } = useSolutions(group.datasetGroupArn)
  const [chosen, setChosen] = useState(given ?? solutionOf(campaign?.solutionVersionArn ?? versionArn))
  const solutionArn = chosen ?? (solutions.length === 1 ? solutions[0]!.solutionArn : undefined)
  const { data: versions } = useVersions(solutionArn)
  const active = versions?.filter(({ status }) => status === 'ACTIVE') ?? []
  const version = draft.versionArn || active[0]?.solutionVersionArn
  const input = campaignInput(draft, { campaign, solutionArn, versionArn: version, recipe: recipeIn(versions) })
  const save = useWrite<undefined, unknown>(
    ({ personalize }) =>
      personalize.send(
        'campaignArn' in input ? new UpdateCampaignCommand(input) : (new CreateCampaignCommand(input) as never),
      ),
    () => (campaign ? `The campaign ${campaign.name} was changed.` : `The campaign ${draft.name} was created.`),
  )
  return (
    <FormModal
      title={campaign ? `Change the campaign ${campaign.name}` : 'Create a campaign'}
      action={campaign ? 'Change' : 'Create'}
      isUnready={!version}
      isBusy={save.isPending}
      error={save.error}
      close={close}
      save={() => save.mutate(undefined, { onSuccess: close })}
    >
      {!campaign && (
        <FormField label="Name" constraintText="Letters, digits, - and _, 63 at most.">
          <Input value={draft.name} onChange={({ detail }) => change({ name: detail.value })} />
        </FormField>
      )}
      {!campaign && !given && (
        <FormField label="Solution">
          <Select
            placeholder="Choose a solution"
            selectedOption={solutionArn ? { value: solutionArn, label: nameIn(solutionArn) } : null}
            options={solutions.map(({ name, solutionArn }) => ({ value: solutionArn!, label: name! }))}
            onChange={({ detail }) => {
              setChosen(detail.selectedOption.value)
              change({ versionArn: '' })
            }}
          />
        </FormField>
      )}
      <VersionChoice draft={draft} change={change} active={active} version={version} isKnown={!!versions} />
      <ExplorationFields
        recipe={recipeIn(versions)}
        explores={draft.explores}
        change={explores => change({ explores })}
      />
      <CopyAs service="personalize" operation={campaign ? 'UpdateCampaign' : 'CreateCampaign'} input={{ ...input }} />
    </FormModal>
  )
}

const recipeIn = (versions: readonly Version[] | undefined) => recipeOf(versions?.[0]?.recipeArn)

interface Editing {
  readonly draft: CampaignDraft
  readonly change: (changed: Partial<CampaignDraft>) => void
}

interface ChoiceProps extends Editing {
  readonly active: readonly Version[]
  readonly version: string | undefined
  readonly isKnown: boolean
}

function VersionChoice({ draft: { follows }, change, active, version, isKnown }: ChoiceProps) {
  const none = isKnown && active.length === 0
  const label = (one: Version) => `${nameIn(one.solutionVersionArn!)} of ${exactText(one.creationDateTime!)}`
  const found = active.find(({ solutionVersionArn }) => solutionVersionArn === version)
  return (
    <SpaceBetween size="m">
      <Toggle
        checked={follows}
        onChange={({ detail }) => change({ follows: detail.checked })}
        description="A new version answers as soon as it is trained."
      >
        Follow the latest version
      </Toggle>
      {!follows && (
        <FormField label="Version" errorText={none && 'This solution has no trained version yet. Train one first.'}>
          <Select
            selectedOption={version ? { value: version, label: found ? label(found) : nameIn(version) } : null}
            options={active.map(one => ({ value: one.solutionVersionArn!, label: label(one) }))}
            placeholder="Choose a version"
            onChange={({ detail }) => change({ versionArn: detail.selectedOption.value! })}
          />
        </FormField>
      )}
    </SpaceBetween>
  )
}
