import { type Options, text } from './command.ts';
import { usageError } from './failure.ts';

/** The instant of an option, as it was given. @throws PRN-CLI-002 it is none */
export function instantOf(options: Options, name: string): string | undefined {
  const given = text(options, name);
  if (given === undefined || !Number.isNaN(Date.parse(given))) return given;
  throw usageError(
    `--${flagOf(name)} is "${given}", which is no instant.`,
    'Give a day (2026-11-21) or an ISO instant (2026-11-21T06:00:00Z).',
  );
}

/** `minimumEffect` as it is typed: `minimum-effect`. */
export function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
