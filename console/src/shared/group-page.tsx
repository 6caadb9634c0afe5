import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useCallback } from 'react'
import { useParams } from 'wouter'
import { type DatasetGroup, useDatasetGroup, useDatasetGroups } from './dataset-groups.ts'
import { GroupChoice } from './group-choice.tsx'
import { NoGroup } from './no-group.tsx'

interface Props {
  readonly title: string
  readonly description: string
  /** The page's path without a group, such as `/filters`. */
  readonly base: string
  /** The actions of the page, before the choice of its group. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** The frame of a page about one dataset group, whose name is the `:group` of its path. */
export function GroupPage({ title, description, base, actions, children }: Props) {
  const { group } = useParams<{ group?: string }>()
  const { data: groups } = useDatasetGroups()
  const pathFor = useCallback((name: string) => `${base}/${encodeURIComponent(name)}`, [base])
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={description}
          actions={
            <SpaceBetween direction="horizontal" size="m" alignItems="center">
              {actions}
              <GroupChoice group={group} pathFor={pathFor} />
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
    >
      {groups?.length === 0 && <NoGroup />}
      {children}
    </ContentLayout>
  )
}

/** Returns the dataset group of the page's path; undefined while it is read, and where there is none. */
export function usePageGroup(): DatasetGroup | undefined {
  return useDatasetGroup(useParams<{ group?: string }>().group)
}
