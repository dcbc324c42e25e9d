/** The beginning of what a caller sent. JSON.parse takes lists within lists of any depth, JSON.stringify does not. */
export function shortJson(value: unknown, letters: number): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? typeof value;
  } catch {
    return 'something nested too deeply';
  }
  return text.length > letters ? `${text.slice(0, letters)}...` : text;
}
