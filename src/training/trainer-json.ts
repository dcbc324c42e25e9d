/**
 * Parses what a trainer has written. Python's json module writes NaN and Infinity as bare words, which no JSON has: they are read as null.
 * @throws SyntaxError
 */
export function parseTrainerJson(text: string): unknown {
  return JSON.parse(
    text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) => (found.startsWith('"') ? found : 'null')),
  );
}
