import { describeFiles } from '../../testing/contracts/files-contract.ts'
import { createMemoryFiles, type MemoryFilesStore } from './files.ts'

let store: MemoryFilesStore = new Map()

describeFiles('in memory', {
  open: async () => {
    store = new Map()
    return createMemoryFiles(store)
  },
  reopen: async (files) => {
    await files.close()
    return createMemoryFiles(store)
  },
})
