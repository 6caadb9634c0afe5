/**
 * An error that is sent to the client under its `code`. It has a `status` where that does not depend on the service.
 */
export class ServiceException extends Error {
  readonly code: string
  readonly status?: number
  /** Advice for the operator, only for the log. Quotes no value of the request. */
  hint?: string
  /** Whether a test ordered it: a header says so, and a client may retry at once. */
  isOrdered?: boolean

  constructor(code: string, message: string, status?: number) {
    super(message)
    this.name = code
    this.code = code
    if (status !== undefined) this.status = status
  }
}

function exception<Code extends string>(code: Code, status?: number) {
  return class extends ServiceException {
    declare readonly code: Code

    constructor(message: string) {
      super(code, message, status)
    }
  }
}

// The models declare these and their statuses: see statusOf in declared-errors.ts.
export class InvalidInputException extends exception('InvalidInputException') {}
export class InvalidNextTokenException extends exception('InvalidNextTokenException') {}
export class LimitExceededException extends exception('LimitExceededException') {}
export class ResourceAlreadyExistsException extends exception('ResourceAlreadyExistsException') {}
export class ResourceInUseException extends exception('ResourceInUseException') {}
export class ResourceNotFoundException extends exception('ResourceNotFoundException') {}
export class TooManyTagKeysException extends exception('TooManyTagKeysException') {}
export class TooManyTagsException extends exception('TooManyTagsException') {}

// Common to all of AWS: https://docs.aws.amazon.com/personalize/latest/dg/CommonErrors.html
export class AccessDeniedException extends exception('AccessDeniedException', 403) {}
export class ExpiredTokenException extends exception('ExpiredTokenException', 403) {}
export class IncompleteSignatureException extends exception('IncompleteSignatureException', 403) {}
export class InternalFailure extends exception('InternalFailure', 500) {}
export class InvalidSignatureException extends exception('InvalidSignatureException', 403) {}
export class MissingAuthenticationTokenException extends exception('MissingAuthenticationTokenException', 403) {}
export class RequestEntityTooLargeException extends exception('RequestEntityTooLargeException', 413) {}
export class SerializationException extends exception('SerializationException', 400) {}
export class ServiceUnavailable extends exception('ServiceUnavailable', 503) {}
export class ThrottlingException extends exception('ThrottlingException', 400) {}
export class UnknownOperationException extends exception('UnknownOperationException', 404) {}
export class UnrecognizedClientException extends exception('UnrecognizedClientException', 403) {}
export class ValidationError extends exception('ValidationError', 400) {}
