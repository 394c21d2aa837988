/** What may follow what in JSON, byte by byte and outside of strings. Values themselves are not checked. */
export const quote = 0x22;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;
export const colon = 0x3a;
export const comma = 0x2c;
export const newline = 0x0a;

/** Stands for any byte of a number, `true`, `false` or `null`. */
export const literal = 0x61;

export const isBlank = (byte: number) =>
  byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09;

/** Letters, digits and `+ - .`: what numbers and the three words consist of. */
const isLiteral = (byte: number) =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  byte === 0x2b ||
  byte === 0x2d ||
  byte === 0x2e;

/** The place in an object that is read byte by byte: the brackets open around, and what came last. */
export class Nesting {
  readonly #open: number[] = [];
  /** The last byte that was no blank; a quote for a whole string, `literal` for any of those. */
  #previous = openBrace;
  /** Whether the last string was a key. */
  isKey = false;
  /** Of the last object that began as an item of a list: how deep it is, and how many keys it had so far. */
  #itemDepth = 0;
  #itemKeys = 0;

  /** Begins an object, behind its opening brace. */
  begin(): void {
    this.#open.length = 0;
    this.#open.push(openBrace);
    this.#previous = openBrace;
    this.isKey = false;
    this.#itemDepth = 0;
  }

  get depth(): number {
    return this.#open.length;
  }

  /** How many keys the item of a list had so far that we are in; 0 outside of one. */
  get itemKeys(): number {
    return this.depth === this.#itemDepth ? this.#itemKeys : 0;
  }

  /**
   * Takes the next byte: no blank, and of a string its opening quote only.
   *
   * @returns false if JSON does not allow it here.
   */
  step(byte: number): boolean {
    if (!this.#mayFollow(byte)) return false;
    if (byte === quote) {
      this.isKey = this.#isInObject() && this.#previous !== colon;
      if (this.isKey && this.depth === this.#itemDepth) this.#itemKeys += 1;
    }
    if (byte === openBrace && !this.#isInObject()) {
      this.#itemDepth = this.depth + 1;
      this.#itemKeys = 0;
    }
    if (byte === openBrace || byte === openBracket) this.#open.push(byte);
    if (byte === closeBrace || byte === closeBracket) this.#open.pop();
    this.#previous = isSyntax(byte) ? byte : literal;
    return true;
  }

  #isInObject = () => this.#open[this.#open.length - 1] === openBrace;

  #mayFollow(byte: number): boolean {
    const previous = this.#previous;
    const isInObject = this.#isInObject();
    const endsValue =
      previous === literal ||
      previous === closeBrace ||
      previous === closeBracket ||
      (previous === quote && !this.isKey);
    const awaitsValue = isInObject
      ? previous === colon
      : previous === openBracket || previous === comma;
    switch (byte) {
      case quote:
        return awaitsValue || (isInObject && (previous === openBrace || previous === comma));
      case openBrace:
      case openBracket:
        return awaitsValue;
      case colon:
        return isInObject && previous === quote && this.isKey;
      case comma:
        return endsValue;
      case closeBrace:
        return isInObject && (endsValue || previous === openBrace);
      case closeBracket:
        return !isInObject && (endsValue || previous === openBracket);
      default:
        return isLiteral(byte) && (awaitsValue || previous === literal);
    }
  }
}

const isSyntax = (byte: number) =>
  byte === quote ||
  byte === colon ||
  byte === comma ||
  byte === openBrace ||
  byte === closeBrace ||
  byte === openBracket ||
  byte === closeBracket;
