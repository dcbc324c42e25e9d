/** A failure that the reader can do something about: printed without a stack. */
export class SetupFailure extends Error {
  /**
   * @param {string} code the stable code from src/errors/codes/platform.ts, or an empty string where there is none
   * @param {string} message what went wrong and why
   * @param {string} hint what to do next
   */
  constructor(code, message, hint) {
    super(message);
    this.name = 'SetupFailure';
    this.code = code;
    this.hint = hint;
  }

  toString() {
    return `${this.code ? `${this.code} ` : ''}${this.message}\n  ${this.hint.replaceAll('\n', '\n  ')}`;
  }
}
