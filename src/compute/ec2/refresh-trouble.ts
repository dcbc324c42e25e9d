import { PerennialError } from '../../errors/error.ts';
import { classOf } from '../refusal-class.ts';
import { failureOf, troubleOf } from './answers.ts';

/**
 * What went wrong while types and prices were read, for the person who waits for them.
 *
 * @param action as a policy names it, e.g. "ec2:DescribeInstanceTypes".
 */
export function refreshTrouble(error: unknown, action: string, region: string): PerennialError {
  if (isNameless(error)) return unknownRegion(region, `no server has the name of its endpoint (${action})`, error);
  const failure = failureOf(error);
  if (failure.kind === 'lost' || classOf(failure.code) !== 'auth') return troubleOf(error, `answer ${action}`);
  const { code, message } = failure;
  const about = { cause: error, details: { action, region, code } };
  if (/^(UnauthorizedOperation|AccessDenied)/.test(code))
    return new PerennialError('PRN-COMPUTE-032', { ...about, message: `AWS does not permit ${action}: ${message}` });
  const because = reasons.find(([codes]) => codes.test(code))?.[1] ?? `AWS in ${region} does not accept them`;
  const text = `${action} was not answered, as ${because} (${code}): ${message}`;
  return new PerennialError('PRN-COMPUTE-033', { ...about, message: text });
}

/** @throws PRN-COMPUTE-034 for what cannot be the name of a region, before anybody is asked. */
export function requireRegion(region: string): void {
  if (!/^[a-z]{2}(-[a-z]+){1,3}-\d+$/.test(region)) throw unknownRegion(region, 'regions are called like us-east-1');
}

export function unknownRegion(region: string, why: string, cause?: unknown): PerennialError {
  const message = `There is no AWS region ${JSON.stringify(region)}: ${why}.`;
  return new PerennialError('PRN-COMPUTE-034', { message, cause, details: { region } });
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^(ExpiredToken|RequestExpired|TokenRefreshRequired)/, 'the credentials have expired'],
  [/^(CredentialsProviderError|MissingAuthenticationToken)/, 'no AWS credentials were found'],
];

function isNameless(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTFOUND';
}
