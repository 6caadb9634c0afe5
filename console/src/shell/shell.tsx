import AppLayout from '@cloudscape-design/components/app-layout-toolbar'
import BreadcrumbGroup, { type BreadcrumbGroupProps } from '@cloudscape-design/components/breadcrumb-group'
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation'
import Spinner from '@cloudscape-design/components/spinner'
import TopNavigation from '@cloudscape-design/components/top-navigation'
import { Suspense, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { useSession } from '../session/session.ts'
import { NoteBar } from '../shared/notes.tsx'
import { AboutGroup } from './about-group.tsx'
import { Lost, PageBoundary } from './lost.tsx'
import { type Page, pages } from './pages.ts'
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
        breadcrumbs={<BreadcrumbGroup items={crumbsOf(pathname)} />}
        navigation={
          <SideNavigation
            activeHref={`#${pageOf(pathname)?.path ?? pathname}`}
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
        <Route key={path} path={path}>
          {isAboutGroup(path) ? (
            <AboutGroup>
              <Component />
            </AboutGroup>
          ) : (
            <Component />
          )}
        </Route>
      ))}
      <Route path="/">
        <Redirect to="/home" replace />
      </Route>
      <Route component={Lost} />
    </Switch>
  )
}

/** Whether a page is about the dataset group of its path, or asks for one. */
function isAboutGroup(path: string): boolean {
  const [base] = path.split('/:')
  return pages.some(page => page.path.startsWith(`${base}/:group`))
}

/** The page of the navigation that a path belongs to: the one whose path it begins with. */
function pageOf(pathname: string): Page | undefined {
  return pages.find(({ label, path }) => label && `${pathname}/`.startsWith(`${path}/`))
}

/** The way to a path, which is decoded already: its page, and the further parts of the path. */
function crumbsOf(pathname: string): BreadcrumbGroupProps.Item[] {
  const crumbs = [{ text: 'Personalite', href: '#/home' }]
  const { path, label = '' } = pageOf(pathname) ?? {}
  if (path === undefined || path === '/home') return crumbs
  crumbs.push({ text: label, href: `#${path}` })
  let href = `#${path}`
  for (const part of pathname.slice(path.length).split('/').filter(Boolean)) {
    href += `/${part}`
    crumbs.push({ text: part, href })
  }
  return crumbs
}

const items: SideNavigationProps.Item[] = [...Map.groupBy(pages, ({ section }) => section)].flatMap(
  ([section, group]): SideNavigationProps.Item[] => {
    const named = group.filter(({ label }) => label !== undefined)
    const links = named.map(({ label, path }) => ({ type: 'link' as const, text: label!, href: `#${path}` }))
    return section ? [{ type: 'section', text: section, items: links }] : links
  },
)
