import type { RefusalClass } from './machines.ts';

/**
 * What to do about an EC2 error code. Codes that we do not know count as `config`: they are told to a person at once, since
 * trying again what nobody understands only hides it.
 */
export function classOf(code: string): RefusalClass {
  // The same words come as state reasons of a machine that died while it started: "Server.InsufficientInstanceCapacity".
  const bare = code.replace(/^(Client|Server)\./, '');
  return classByCode.get(bare) ?? 'config';
}

const codes: Readonly<Record<Exclude<RefusalClass, 'config'>, readonly string[]>> = {
  capacity: [
    'InsufficientInstanceCapacity',
    'InsufficientCapacity',
    'InsufficientHostCapacity',
    'InsufficientReservedInstanceCapacity',
    'InsufficientVolumeCapacity',
    'ReservationCapacityExceeded',
    'UnfulfillableCapacity',
    'InsufficientFreeAddressesInSubnet',
    'SpotMaxPriceTooLow',
    // The type is not offered in this zone: another zone may have it.
    'Unsupported',
  ],
  quota: [
    'VcpuLimitExceeded',
    // What the quota of spot vCPUs answers.
    'MaxSpotInstanceCountExceeded',
    'InstanceLimitExceeded',
    'MaxFleetCountExceeded',
    'VolumeLimitExceeded',
    'NetworkInterfaceLimitExceeded',
    'ResourceLimitExceeded',
    'ResourceCountExceeded',
  ],
  // Trouble inside AWS stands here as well: the answer proves nothing, and the same order with the same token settles it.
  throttle: [
    'RequestLimitExceeded',
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'EC2ThrottledException',
    'RequestThrottled',
    'RequestThrottledException',
    'TooManyRequestsException',
    'BandwidthLimitExceeded',
    'SlowDown',
    'InternalError',
    'InternalFailure',
    'Unavailable',
    'ServiceUnavailable',
  ],
  auth: [
    'AuthFailure',
    'UnauthorizedOperation',
    'AccessDenied',
    'AccessDeniedException',
    'Blocked',
    'OptInRequired',
    'PendingVerification',
    'InvalidClientTokenId',
    'UnrecognizedClientException',
    'SignatureDoesNotMatch',
    'InvalidSignatureException',
    'IncompleteSignature',
    'MissingAuthenticationToken',
    'ExpiredToken',
    'ExpiredTokenException',
    'RequestExpired',
    'TokenRefreshRequired',
    'CredentialsProviderError',
  ],
  'spent-token': ['IdempotentInstanceTerminated'],
};

const classByCode = new Map(
  Object.entries(codes).flatMap(([refusalClass, list]) => list.map((code) => [code, refusalClass as RefusalClass])),
);
