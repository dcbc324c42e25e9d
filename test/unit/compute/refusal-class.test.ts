import { expect, it } from 'vitest';
import { classOf } from '../../../src/compute/refusal-class.ts';

it.each([
  ['InsufficientInstanceCapacity', 'capacity'],
  ['MaxSpotInstanceCountExceeded', 'quota'],
  ['UnfulfillableCapacity', 'capacity'],
  ['InsufficientFreeAddressesInSubnet', 'capacity'],
  ['SpotMaxPriceTooLow', 'capacity'],
  ['Unsupported', 'capacity'],
  ['Server.InsufficientInstanceCapacity', 'capacity'],
  ['VcpuLimitExceeded', 'quota'],
  ['InstanceLimitExceeded', 'quota'],
  ['MaxFleetCountExceeded', 'quota'],
  ['RequestLimitExceeded', 'throttle'],
  ['ServiceUnavailable', 'throttle'],
  ['UnauthorizedOperation', 'auth'],
  ['AuthFailure', 'auth'],
  ['ExpiredToken', 'auth'],
  ['RequestExpired', 'auth'],
  ['IdempotentInstanceTerminated', 'spent-token'],
  ['IdempotentParameterMismatch', 'config'],
  ['InvalidAMIID.NotFound', 'config'],
  ['constructor', 'config'],
  ['NobodyKnowsThis', 'config'],
])('%s is a matter of %s', (code, expected) => {
  expect(classOf(code)).toBe(expected);
});
