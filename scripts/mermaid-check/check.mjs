// Parses Mermaid diagrams with Mermaid itself: files that end in .mmd, and the mermaid blocks of those that
// end in .md. Without arguments it takes the golden files of render and the README.
//
//   npm ci --ignore-scripts && node check.mjs [FILE...]
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { JSDOM } from 'jsdom'

// Mermaid cleans labels with DOMPurify, which needs a window when it is loaded.
globalThis.window = new JSDOM('').window
globalThis.document = globalThis.window.document
const { default: mermaid } = await import('mermaid')

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

function defaults() {
  const golden = join(root, 'render', 'testdata')
  const files = readdirSync(golden).filter((f) => /\.(mmd|md)$/.test(f)).sort().map((f) => join(golden, f))
  return [...files, join(root, 'README.md')].filter(existsSync)
}

// diagrams returns the diagrams of a file, each with the line that it starts on. A block may be fenced by any
// number of backticks.
function diagrams(file) {
  const text = readFileSync(file, 'utf8')
  if (!file.endsWith('.md')) return [{ line: 1, text }]
  return [...text.matchAll(/^(`{3,})mermaid\n([\s\S]*?)^\1`*$/gm)].map((m) => ({ line: text.slice(0, m.index).split('\n').length + 1, text: m[2] }))
}

let parsed = 0
let failed = 0
for (const file of process.argv.length > 2 ? process.argv.slice(2) : defaults()) {
  for (const d of diagrams(file)) {
    try {
      await mermaid.parse(d.text)
      parsed++
    } catch (e) {
      failed++
      console.error(`${relative(root, file)}:${d.line}: ${e.message ?? e}`)
    }
  }
}
console.log(`mermaid: ${parsed} diagrams parsed, ${failed} failed`)
process.exitCode = failed > 0 || parsed === 0 ? 1 : 0
