/** What customers of a crowd say: each is answered by the offline model, or handed to people. */
export const sayings: readonly string[] = [
  '3 bhk in whitefield under 1.2 crore',
  "what's the emi on the first one with 20% down",
  '2 bhk chahiye 80 lakh ke andar',
  'hello there',
  'any villa in pune',
  'is it near a school',
  'what is rera?',
]

/** One of several; `random` is in [0, 1). Throws a `RangeError` on an empty list. */
export function pick<T>(from: readonly T[], random: () => number): T {
  const [first, ...others] = from
  if (first === undefined) throw new RangeError('nothing to pick from')
  return others[Math.floor(random() * from.length) - 1] ?? first
}
