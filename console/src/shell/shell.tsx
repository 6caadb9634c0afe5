import AppLayout from '@cloudscape-design/components/app-layout'
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation'
import Spinner from '@cloudscape-design/components/spinner'
import TopNavigation from '@cloudscape-design/components/top-navigation'
import { Suspense, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { useSession } from '../session/session.ts'
import { NoteBar } from '../shared/notes.tsx'
import { Lost, PageBoundary } from './lost.tsx'
import { pages } from './pages.ts'
import { isDark, switchTheme } from './theme.ts'

const DOCS = 'https://docs.aws.amazon.com/personalize/latest/dg/what-is-personalize.html'

/** The frame of every page: the bar above, the navigation beside. */
export function Shell() {
  const { arn, signOut } = useSession()
  const [isNavigationOpen, setNavigationOpen] = useState(() => matchMedia('(min-width: 1000px)').matches)
  const [dark, setDark] = useState(isDark)
  const [pathname] = useLocation()
  return (
    <>
      <div id="top">
        <TopNavigation
          identity={{ href: '#/home', title: 'Personalite' }}
          utilities={[
            {
              type: 'button',
              text: dark ? 'Light' : 'Dark',
              ariaLabel: dark ? 'Show light pages' : 'Show dark pages',
              onClick() {
                switchTheme()
                setDark(isDark())
              },
            },
            { type: 'button', text: 'Guide', href: DOCS, external: true, externalIconAriaLabel: '(opens a new tab)' },
            {
              type: 'menu-dropdown',
              iconName: 'user-profile',
              text: arn.slice(arn.lastIndexOf(':') + 1),
              description: arn,
              items: [{ id: 'sign-out', text: 'Sign out' }],
              onItemClick: signOut,
            },
          ]}
        />
      </div>
      <AppLayout
        headerSelector="#top"
        navigation={
          <SideNavigation
            activeHref={`#${sectionOf(pathname)}`}
            header={{ href: '#/home', text: 'Personalite' }}
            items={items}
          />
        }
        navigationOpen={isNavigationOpen}
        onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
        toolsHide
        notifications={<NoteBar />}
        stickyNotifications
        content={
          <PageBoundary key={pathname}>
            <Suspense fallback={<Spinner size="large" />}>
              <Pages />
            </Suspense>
          </PageBoundary>
        }
      />
    </>
  )
}

function Pages() {
  return (
    <Switch>
      {pages.map(({ path, Component }) => (
        <Route key={path} path={path} component={Component} />
      ))}
      <Route path="/">
        <Redirect to="/home" replace />
      </Route>
      <Route component={Lost} />
    </Switch>
  )
}

/** The page of the navigation that a path belongs to: the one whose path it begins with. */
function sectionOf(pathname: string): string {
  return pages.find(({ label, path }) => label && `${pathname}/`.startsWith(`${path}/`))?.path ?? pathname
}

const items: SideNavigationProps.Item[] = [...Map.groupBy(pages, ({ section }) => section)].flatMap(
  ([section, group]): SideNavigationProps.Item[] => {
    const named = group.filter(({ label }) => label !== undefined)
    const links = named.map(({ label, path }) => ({ type: 'link' as const, text: label!, href: `#${path}` }))
    return section ? [{ type: 'section', text: section, items: links }] : links
  },
)
