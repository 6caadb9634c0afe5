import { applyMode, Mode } from '@cloudscape-design/global-styles'

const KEPT = 'personalite.theme'
const SYSTEM = matchMedia('(prefers-color-scheme: dark)')

/** Whether pages are dark now. */
export function isDark(): boolean {
  const chosen = localStorage.getItem(KEPT)
  return chosen === null ? SYSTEM.matches : chosen === Mode.Dark
}

/** Shows pages as the person chose, or as the system does. */
export function startTheme(): void {
  const apply = () => applyMode(isDark() ? Mode.Dark : Mode.Light)
  apply()
  SYSTEM.addEventListener('change', apply)
}

/** Changes between light and dark, for later visits too. */
export function switchTheme(): void {
  const mode = isDark() ? Mode.Light : Mode.Dark
  localStorage.setItem(KEPT, mode)
  applyMode(mode)
}
