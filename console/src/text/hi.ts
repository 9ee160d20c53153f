/** Hindi words of the console. */
export const hi: Readonly<Record<string, string>> = {
  'nav.inbox': 'इनबॉक्स',
}
