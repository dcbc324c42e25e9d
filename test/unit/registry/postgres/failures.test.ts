import { describe, expect, it } from 'vitest';
import { asRegistryError, isTransient, violatedConstraint } from '../../../../src/registry/postgres/failures.ts';

const place = 'postgres://user:secret@db.example:5432/perennial';

function failure(code: string, message = 'failed'): Error {
  return Object.assign(new Error(message), { code });
}

describe('failures of the database', () => {
  it.each([
    failure('ECONNREFUSED'),
    failure('57P01', 'terminating connection due to administrator command'),
    failure('08006'),
    failure('53300', 'too many clients'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new AggregateError([failure('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432')]),
  ])('are retryable when the connection is the problem: %s', (error) => {
    const coded = asRegistryError(error, place);
    expect(coded).toMatchObject({ code: 'PRN-REGISTRY-010', retryable: true, cause: error });
    expect(String(coded)).toContain('db.example:5432/perennial');
    expect(String(coded)).not.toContain('secret');
  });

  it('name the addresses that refused', () => {
    const refused = new AggregateError([failure('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432')]);
    expect(String(asRegistryError(refused, place))).toContain('connect ECONNREFUSED ::1:5432');
  });

  it('tell missing tables from everything else, which passes unchanged', () => {
    expect(asRegistryError(failure('42P01'), place)).toMatchObject({ code: 'PRN-REGISTRY-011' });
    const bug = failure('42601', 'syntax error');
    expect(asRegistryError(bug, place)).toBe(bug);
  });

  it('are worth another transaction after a deadlock only', () => {
    expect(isTransient(failure('40P01'))).toBe(true);
    expect(isTransient(failure('23505'))).toBe(false);
  });

  it('name the constraint that refused a row', () => {
    const refused = Object.assign(failure('23503'), { constraint: 'run_model_fkey' });
    expect(violatedConstraint(refused)).toBe('run_model_fkey');
    expect(violatedConstraint(failure('42601'))).toBe('');
  });
});
