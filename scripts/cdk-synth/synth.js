'use strict'
// Synthesises app.js twice, without feature flags and with all that the library recommends, and writes what a reader of
// templates needs of the two assemblies to DIR/flags-off and DIR/flags-on. To run it in a copy of this folder keeps
// node_modules out of the repository:
//
//   cp -r scripts/cdk-synth COPY && cd COPY && npm install --no-package-lock --ignore-scripts && node synth.js DIR
//
// What is text of the library is left out: the code of the handlers that it adds, and what it says of its flags.
const { execFileSync } = require('node:child_process')
const { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const recommended = require('aws-cdk-lib/recommended-feature-flags.json')
const kept = /^(manifest|.+\.(template|assets))\.json$/

// strip returns the document without inline code and without the explanations of flags.
function strip (value) {
  if (Array.isArray(value)) return value.map(strip)
  if (value === null || typeof value !== 'object') return value
  const out = {}
  for (const [name, member] of Object.entries(value)) {
    if (name === 'explanation') continue
    out[name] = name === 'ZipFile' && typeof member === 'string' ? '# left out: code of a handler of the AWS CDK' : strip(member)
  }
  return out
}

// copy writes the files of an assembly that are kept, and those of the assemblies nested in it.
function copy (from, to) {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name.startsWith('assembly-')) copy(join(from, entry.name), join(to, entry.name))
    if (!entry.isFile() || !kept.test(entry.name)) continue
    const text = JSON.stringify(strip(JSON.parse(readFileSync(join(from, entry.name), 'utf8'))), null, 1) + '\n'
    for (const path of [__dirname, from, tmpdir() + '/']) {
      if (text.includes(path)) throw new Error(`${entry.name} tells a path of this machine: ${path}`)
    }
    writeFileSync(join(to, entry.name), text)
  }
}

function synth (flags, to) {
  const scratch = mkdtempSync(join(tmpdir(), 'cdk-synth-'))
  try {
    const settings = ['--app', 'node app.js', '--output', scratch, '--quiet', '--no-lookups']
    execFileSync(process.execPath, [require.resolve('aws-cdk/bin/cdk'), 'synth', ...settings], { cwd: __dirname, stdio: 'inherit', env: { ...process.env, FEATURE_FLAGS: JSON.stringify(flags), CDK_DISABLE_VERSION_CHECK: '1' } })
    rmSync(to, { recursive: true, force: true })
    copy(scratch, to)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const target = process.argv[2]
if (!target) {
  console.error('usage: node synth.js DIR')
  process.exit(2)
}
synth({}, join(target, 'flags-off'))
synth(recommended, join(target, 'flags-on'))
