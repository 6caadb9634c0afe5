import { paginateListDatasetImportJobs } from '@aws-sdk/client-personalize'
import Wizard, { type WizardProps } from '@cloudscape-design/components/wizard'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { Schema } from '../../../../src/datasets/schema.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { useRead } from '../../shared/queries.ts'
import { useSchemas } from '../../shared/schemas.ts'
import { type Checked, checkRows } from './check.ts'
import { type Draft, type Meant, meaningOf, newDraft } from './draft.ts'
import { faultsOf } from './faults.ts'
import type { Plan } from './run.ts'
import { Running } from './running.tsx'
import { headerFor } from './schema-text.ts'
import { StepCheck } from './step-check.tsx'
import { StepFile } from './step-file.tsx'
import { StepGroup } from './step-group.tsx'
import { StepSchema } from './step-schema.tsx'
import { StepStart } from './step-start.tsx'
import type { FilesOfServer } from './upload.ts'

interface Props {
  /** That of the page's path. */
  readonly group: string | undefined
  readonly groups: readonly DatasetGroup[]
}

const I18N = {
  stepNumberLabel: (number: number) => `Step ${number}`,
  collapsedStepsLabel: (step: number, steps: number) => `Step ${step} of ${steps}`,
  navigationAriaLabel: 'Steps',
  cancelButton: 'Cancel',
  previousButton: 'Previous',
  nextButton: 'Next',
}

/** Leads from a CSV file to its rows in a dataset: each step shows what follows from those before. */
export function ImportWizard({ group, groups }: Props) {
  const [, navigate] = useLocation()
  const [draft, setDraft] = useState(() =>
    newDraft(groups.some(({ name }) => name === group) ? group : groups[0]?.name),
  )
  const [step, setStep] = useState(0)
  const [isTold, setTold] = useState(false)
  const [plan, setPlan] = useState<Plan>()
  const { data: files } = useRead(['files'], api => api.inspect<FilesOfServer>('files'))
  const found = groups.find(({ name }) => name === draft.group)
  const { data: schemas } = useSchemas(found)
  const existing = found && schemas?.[draft.type]
  const meant = useMemo(() => meaningOf(draft, found, existing), [draft, found, existing])
  const { schema } = meant
  const checked = useMemo(
    () => schema && draft.source && checkRows(schema, headerOf(draft, meant), draft.source.sample),
    [schema, draft, meant],
  )
  const canAdd = useHasImport(meant.datasetArn)
  const faults = faultsOf(draft, meant, groups, checked)
  const fault = isTold ? faults[step] : undefined
  const goBack = () => {
    // The group may have been created before something failed.
    if (groups.some(({ name }) => name === meant.name)) setDraft({ ...draft, group: meant.name })
    setPlan(undefined)
  }
  const steps = stepsOf({ draft, meant, groups, checked, files, existing, canAdd, fault, change: setDraft })
  if (plan) return <Running plan={plan} onBack={goBack} />
  const isReady = files !== undefined && (found === undefined || schemas !== undefined)
  return (
    <Wizard
      i18nStrings={I18N}
      submitButtonText="Import"
      activeStepIndex={step}
      isLoadingNextStep={!isReady}
      onCancel={() => navigate('/home')}
      onNavigate={({ detail: { requestedStepIndex: wanted } }) => {
        const wrong = faults.findIndex((one, at) => at < wanted && one !== undefined)
        setTold(wrong >= 0)
        setStep(wrong >= 0 ? Math.min(wrong, wanted) : wanted)
      }}
      onSubmit={() => files && setPlan(planOf(draft, meant, files))}
      steps={steps}
    />
  )
}

interface StepsProps {
  readonly draft: Draft
  readonly meant: Meant
  readonly groups: readonly DatasetGroup[]
  readonly checked: Checked | undefined
  readonly files: FilesOfServer | undefined
  readonly existing: Schema | undefined
  readonly canAdd: boolean
  /** Why the person cannot leave the present step. */
  readonly fault: string | undefined
  change(draft: Draft): void
}

function stepsOf({
  draft,
  meant,
  groups,
  checked,
  files,
  existing,
  canAdd,
  fault,
  change,
}: StepsProps): WizardProps.Step[] {
  const { source, type } = draft
  const { columns, schema, text } = meant
  return [
    {
      title: 'Choose the dataset group',
      content: <StepGroup draft={draft} groups={groups} fault={fault} onChange={change} />,
    },
    {
      title: 'Choose the file',
      content: (
        <StepFile draft={draft} isDomain={meant.domain !== undefined} files={files} fault={fault} onChange={change} />
      ),
    },
    {
      title: 'Check the schema',
      description: 'A schema says which field each column becomes, and what its values are.',
      content: (
        <StepSchema
          type={type}
          columns={columns}
          isFixed={existing !== undefined}
          canRename={source?.file !== undefined}
          text={text}
          fault={meant.fault}
          onChange={changed => change({ ...draft, changed })}
        />
      ),
    },
    {
      title: 'Check the rows',
      content: schema && checked && source && (
        <StepCheck schema={schema} checked={checked} isAll={source.sample.isAll} />
      ),
    },
    {
      title: 'Import',
      content: (
        <StepStart
          draft={draft}
          meant={meant}
          isPut={source?.file !== undefined && files?.canPut === false}
          canAdd={canAdd}
          onChange={change}
        />
      ),
    },
  ]
}

/** The header with which the rows come to the server: a file in S3 stays as it is. */
function headerOf({ source }: Draft, { columns }: Meant): readonly string[] {
  return source?.file ? headerFor(columns) : (source?.sample.header ?? [])
}

function planOf(draft: Draft, meant: Meant, files: FilesOfServer): Plan {
  const { name, domain, datasetGroupArn: arn, datasetArn, columns, text: schemaText, schema } = meant
  const { type, source, mode } = draft
  return {
    group: { name, domain, arn },
    type,
    datasetArn,
    schemaText,
    schema: schema!,
    columns,
    source: source!,
    mode,
    files,
  }
}

/** Whether an import into the dataset was successful: only then others can add to its rows. */
function useHasImport(datasetArn: string | undefined): boolean {
  const { data } = useRead(
    ['imports', datasetArn],
    async ({ personalize: client }) => {
      for await (const { datasetImportJobs = [] } of paginateListDatasetImportJobs({ client }, { datasetArn }))
        if (datasetImportJobs.some(({ status }) => status === 'ACTIVE')) return true
      return false
    },
    { enabled: datasetArn !== undefined },
  )
  return data ?? false
}
