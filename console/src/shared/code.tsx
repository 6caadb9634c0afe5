import Box from '@cloudscape-design/components/box'

interface Props {
  /** Says to a screen reader what it is. */
  readonly label: string
  readonly children: string
}

/** Shows lines of code or JSON, which the keyboard scrolls where they are wider than the page. */
export function Code({ label, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard cannot scroll what it does not reach
    <section className="code" aria-label={label} tabIndex={0}>
      <Box variant="pre">{children}</Box>
    </section>
  )
}
