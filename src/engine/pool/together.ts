/** Answers several questions, each with the answer at its place. */
type AnswerAll<Question, Answer> = (questions: readonly Question[]) => Promise<readonly Answer[]>

/**
 * Returns a function that asks the questions of one turn of the event loop together, `most` of them at a time. A
 * question that is alone waits for the end of the turn.
 */
export function askTogether<Question, Answer>(
  most: number,
  answerAll: AnswerAll<Question, Answer>,
): (question: Question) => Promise<Answer> {
  let waiting: Call<Question, Answer>[] = []
  const send = async () => {
    const calls = waiting
    waiting = []
    if (calls.length === 0) return
    try {
      const answers = await answerAll(calls.map(({ question }) => question))
      for (const [n, { resolve }] of calls.entries()) resolve(answers[n]!)
    } catch (error) {
      for (const { reject } of calls) reject(error)
    }
  }
  return question =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      if (waiting.length === most) void send()
      else if (waiting.length === 1) setImmediate(send)
    })
}

interface Call<Question, Answer> {
  readonly question: Question
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}
