/** The bytes of an answer, read as they come; absent when there are more than `bytesMax`, of which no more is read. */
export async function readBounded(response: Response, bytesMax: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let count = 0
  for await (const chunk of response.body ?? []) {
    count += chunk.byteLength
    if (count > bytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
