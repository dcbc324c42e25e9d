import { PerennialError } from '../../errors/error.ts';

export function unknownModel(model: string): PerennialError {
  return new PerennialError('PRN-REGISTRY-001', {
    message: `The registry does not know the model "${model}".`,
    details: { model },
  });
}

export function unknownRun(run: string): PerennialError {
  return new PerennialError('PRN-REGISTRY-002', {
    message: `The registry does not know the run "${run}".`,
    details: { run },
  });
}

export function unknownVersion(model: string, version: number): PerennialError {
  return new PerennialError('PRN-REGISTRY-003', {
    message: `The registry does not know version ${version} of the model "${model}".`,
    details: { model, version },
  });
}
