/** gRPC codes and their HTTP codes: `google/rpc/code.proto`. */
export const httpCodes = {
    INVALID_ARGUMENT: 400,
    FAILED_PRECONDITION: 400,
    UNAUTHENTICATED: 401,
    PERMISSION_DENIED: 403,
    NOT_FOUND: 404,
    ALREADY_EXISTS: 409,
    INTERNAL: 500,
    UNIMPLEMENTED: 501,
};
