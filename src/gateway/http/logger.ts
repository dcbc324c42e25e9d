/** What the gateway tells its operator; a pino logger satisfies it. */
export interface GatewayLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const silentLogger: GatewayLogger = { info() {}, warn() {}, error() {} };
