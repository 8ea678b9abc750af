/** A fault of one field. */
export class FaultDto {
  /**
   * JSON Pointer (RFC 6901) into the body, or the name of the parameter or header.
   * @example /items/0/quantity
   */
  pointer: string;
  /** @example quantity must not be less than 1 */
  detail: string;
}

/** A failure, as a problem document (RFC 9457). Some codes add members of their own. */
export class ProblemDto {
  /** @example https://marketplace.example/problems/validation-failed */
  type: string;
  /** @example The request does not fit its schema */
  title: string;
  /** @example 400 */
  status: number;
  /**
   * Stable; made to be branched on.
   * @example validation_failed
   */
  code: string;
  /** @example quantity must not be less than 1 */
  detail?: string;
  /** @example /carts */
  instance?: string;
  errors?: FaultDto[];
}
