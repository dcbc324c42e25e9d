import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PerennialError } from '../../errors/error.ts';
import type { Actor, Registry } from '../../registry/registry.ts';
import { mayDo, type Permission, rolesFor } from '../roles.ts';
import { hashToken } from './token.ts';

export interface Caller {
  readonly name: string;
  readonly roles: readonly string[];
  readonly via: Actor['via'];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller must be allowed to do; 'public' needs no token. */
    permission?: Permission | 'public';
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

/** Route options by what they demand. A route that forgets them is open to admins only. */
export const needs = {
  nothing: { config: { permission: 'public' } },
  reading: { config: { permission: 'read' } },
  operating: { config: { permission: 'operate' } },
  approving: { config: { permission: 'approve' } },
  administering: { config: { permission: 'administer' } },
} as const;

/** Looks the bearer token up on every request, so that a revoked token stops working at once. */
export function registerAuth(app: FastifyInstance, registry: Registry): void {
  // Only routes that are open to everybody run without a caller, and none of them looks at it.
  app.decorateRequest('caller', null as never);
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    const permission = request.routeOptions.config.permission ?? 'administer';
    if (permission === 'public') return;
    // Makes a browser ask; programs do not look at it.
    if (request.method === 'GET')
      reply.header('www-authenticate', 'Basic realm="Perennial: your token is the password"');
    request.caller = await authorise(request, registry, permission);
    reply.removeHeader('www-authenticate');
  });
}

/** @throws PRN-API-001 no token, or an unknown one · PRN-API-002 its roles may not */
export async function authorise(request: FastifyRequest, registry: Registry, permission: Permission): Promise<Caller> {
  const caller = await authenticate(request, registry);
  requirePermission(caller, permission);
  return caller;
}

/** For what only some requests to a route need. @throws PRN-API-002 its roles may not */
export function requirePermission(caller: Caller, permission: Permission): void {
  if (!mayDo(permission, caller.roles)) throw forbidden(caller, permission);
}

async function authenticate(request: FastifyRequest, registry: Registry): Promise<Caller> {
  const token = bearer(request) ?? (request.method === 'GET' ? passwordOf(request) : undefined);
  if (!token) throw new PerennialError('PRN-API-001', { message: 'The request carries no bearer token.' });
  const found = await registry.findToken(hashToken(token));
  if (!found) throw new PerennialError('PRN-API-001', { message: 'This server does not know the token.' });
  return { ...found, via: via(request.headers['x-perennial-via']) };
}

function bearer({ headers }: FastifyRequest): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/**
 * A browser that opens a report asks its user for a name and a password: the password is the token. Only to read: a browser sends it with
 * every request, also with one that another site has made it send.
 */
function passwordOf({ headers }: FastifyRequest): string | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  return Buffer.from(encoded, 'base64').toString('utf8').split(':').slice(1).join(':');
}

/** Only tells the audit trail which of our own surfaces was used; it gives no right. */
function via(header: unknown): Actor['via'] {
  return header === 'cli' || header === 'client' ? header : 'api';
}

function forbidden(caller: Caller, permission: Permission): PerennialError {
  const held = caller.roles.join(', ') || 'no role';
  return new PerennialError('PRN-API-002', {
    message: `${caller.name} holds ${held}; this needs ${rolesFor[permission]}.`,
  });
}

export function actorOf(request: FastifyRequest): Actor {
  return { name: request.caller.name, via: request.caller.via };
}
