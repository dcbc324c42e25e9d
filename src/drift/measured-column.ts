/** Share of a whole; 0 of 0 is 0. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Three significant digits, with a real minus sign. */
export function short(value: number): string {
  return shortTo(value, 3);
}

/** So many significant digits. */
export function shortTo(value: number, digits: number): string {
  const text = String(Number(value.toPrecision(digits)));
  return text.startsWith('-') ? `−${text.slice(1)}` : text;
}

export function percent(share: number): string {
  return `${short(share * 100)} %`;
}
