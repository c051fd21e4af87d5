// Runs the simulator of @cloud-copilot/iam-simulate on cases, as a program of its own: one JSON object a line on
// standard input, one a line on standard output, in the same order. A case is what its runSimulation takes; the answer is
// {"result"} or {"error"}, with the context keys that it does not know of for the action.
//
//   npm ci --ignore-scripts && node simulate.mjs < CASES > ANSWERS
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await simulate(JSON.parse(line))
  if (!process.stdout.write(JSON.stringify(answer) + '\n')) await new Promise((done) => process.stdout.once('drain', done))
}

async function simulate(simulation) {
  try {
    const got = await runSimulation(simulation, { simulationMode: 'Strict' })
    if (got.resultType === 'error') return { error: JSON.stringify(got.errors) }
    if (got.resultType !== 'single') return { error: got.resultType }
    return { result: got.overallResult, ignored: got.result.ignoredContextKeys }
  } catch (e) {
    return { error: String(e) }
  }
}
