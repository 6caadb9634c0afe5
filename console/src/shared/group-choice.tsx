import Select from '@cloudscape-design/components/select'
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { type DatasetGroup, useDatasetGroups } from './dataset-groups.ts'

const KEPT = 'personalite.group'

interface Props {
  /** The name of the group that the page's path has. Without one, the page goes to the last that was chosen. */
  readonly group: string | undefined
  /** The path of this page for a group. */
  pathFor(group: string): string
}

/** Chooses the dataset group of a page, which is in the page's path. */
export function GroupChoice({ group, pathFor }: Props) {
  const { data: groups, isPending } = useDatasetGroups()
  const [, navigate] = useLocation()
  const usual = usualOf(groups, localStorage.getItem(KEPT))
  useEffect(() => {
    if (group !== undefined) localStorage.setItem(KEPT, group)
    else if (usual !== undefined) navigate(pathFor(usual), { replace: true })
  }, [group, usual, navigate, pathFor])
  return (
    <div className="group-choice">
      <Select
        ariaLabel="Dataset group"
        inlineLabelText="Dataset group"
        selectedOption={group === undefined ? null : { value: group }}
        options={(groups ?? []).map(({ name, domain }) => ({ value: name, description: domain ?? 'Custom' }))}
        placeholder="Choose a dataset group"
        statusType={isPending ? 'loading' : 'finished'}
        filteringType="auto"
        empty="There is no dataset group yet"
        onChange={({ detail }) => navigate(pathFor(detail.selectedOption.value!))}
      />
    </div>
  )
}

/** The group that was chosen last, if it is still there, or else the first. */
function usualOf(groups: readonly DatasetGroup[] | undefined, last: string | null): string | undefined {
  const names = groups?.map(({ name }) => name).sort()
  return names?.find(name => name === last) ?? names?.[0]
}
