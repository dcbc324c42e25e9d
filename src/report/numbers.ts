import type { Interval } from '../evaluation/report.ts';

const minus = '−';
const none = '–';

/** Four figures that matter: `0.7184`, `12.35`, `6,412`; a dash for nothing. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return none;
  return sign(value, '') + magnitude(Math.abs(value));
}

/** With its sign, for differences: `+0.0153`, `−0.001`. */
export function formatSigned(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return none;
  return sign(value, '+') + magnitude(Math.abs(value));
}

/** `(+0.009, +0.022)`; empty without an interval. */
export function formatInterval(interval: Interval | null, signed = true): string {
  if (!interval) return '';
  const format = signed ? formatSigned : formatNumber;
  return `(${format(interval.low)}, ${format(interval.high)})`;
}

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A share of 0 to 1: `25 %`, `0.2 %`. */
export function formatShare(value: number | null): string {
  if (value === null) return none;
  const percent = value * 100;
  const digits = percent === 0 || percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
  return `${Number(percent.toFixed(digits))} %`;
}

const effectNames = { 'w1/sd': 'W1/sd', tvd: 'TVD' } as const;

/** An effect size with its name as it is written: `0.32 W1/sd`. */
export function formatEffect(value: number | null, name: keyof typeof effectNames): string {
  return `${formatNumber(value)} ${effectNames[name]}`;
}

export function formatP(value: number | null): string {
  if (value === null) return none;
  return value < 0.001 ? '<0.001' : value.toFixed(3);
}

/** `8s`, `7m10s`, `2h05m`, `3d04h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h${two((seconds % 3_600) / 60)}m`;
  return `${Math.floor(seconds / 86_400)}d${two((seconds % 86_400) / 3_600)}h`;
}

/** `2026-11-21 06:41`, in UTC, as everything in Perennial. */
export function formatInstant(iso: string | null): string {
  return iso === null ? none : iso.slice(0, 16).replace('T', ' ');
}

/** A day when it is midnight, else an instant. */
export function formatDay(iso: string): string {
  return /T00:00:00(\.0+)?Z$/.test(iso) ? iso.slice(0, 10) : formatInstant(iso);
}

const sign = (value: number, plus: string) => (value < 0 ? minus : plus);

function magnitude(value: number): string {
  if (value === 0) return '0';
  if (value >= 1e12) return value.toExponential(1);
  if (value >= 1_000) return formatCount(value);
  if (value >= 100) return trim(value.toFixed(1));
  if (value >= 1) return trim(value.toFixed(3));
  return value < 0.000_05 ? value.toExponential(1) : trim(value.toFixed(4));
}

const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
