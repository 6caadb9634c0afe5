/**
 * An output that is text already, as `JSON.stringify` would write it: a list of recommendations that is asked for again
 * is not written again. It has no ARN.
 */
export class Written {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}
