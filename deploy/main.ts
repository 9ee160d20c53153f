import { enableCompileCache } from 'node:module'

const usage = `fineacers start                          start everything in this process: on embedded storage, or on the servers that are named
fineacers runtime | gateway | projector  one part of it in a process of its own; needs NATS_URL, MONGODB_URL and REDIS_URL
fineacers rehearse [--bare]              the same beside an emulator of Meta, with a page that looks like a customer's phone
fineacers rebuild                        build the read models anew from the first fact, while everything serves
fineacers doctor                         look at the live set-up: what is wrong, what is safe, what to do; --json for programs
fineacers import listings FILE.csv       import homes; prints progress, keeps rejected rows in a file
fineacers import leads FILE.csv          import leads
  --city Pune                            the city of every row, where no column tells it
  --column 'Cost (lakh)=price:lakh'      what a column holds, where it is not recognised; may be given again
fineacers backup FOLDER                  a whole copy of what cannot be made anew, also while the server runs

Settings are environment variables: PORT (4600), HOST (127.0.0.1), FINEACERS_DATA (./data), OPENAI_API_KEY,
OPENAI_BASE_URL, OPENAI_MODEL, NATS_URL, MONGODB_URL, REDIS_URL, LOG_LEVEL (warn). deploy/README.md lists them all.
`

/** The command line. Answers the exit code: 0 done, 1 failed, 2 not understood. */
async function main(words: readonly string[]): Promise<number> {
  const [command = 'help', ...rest] = words
  switch (command) {
    case 'start':
      return (await import('./start-command.ts')).start(process.env)
    case 'runtime':
    case 'gateway':
    case 'projector':
      return (await import('./role-command.ts')).runRole(command, process.env)
    case 'rehearse':
      return (await import('./rehearse-command.ts')).rehearse(rest, process.env)
    case 'rebuild':
      return (await import('./rebuild-command.ts')).rebuild(process.env)
    case 'doctor':
      return (await import('./doctor/doctor-command.ts')).doctor(rest, process.env)
    case 'import':
      return (await import('./import-command.ts')).importFile(rest, process.env)
    case 'backup':
      return (await import('./backup-command.ts')).backUp(rest, process.env)
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(usage)
      return 0
    default:
      process.stderr.write(`There is no command "${command}".\n\n${usage}`)
      return 2
  }
}

// What the sources compile to is kept between starts, in the system's folder for such things: a restart is a third shorter.
enableCompileCache()
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
