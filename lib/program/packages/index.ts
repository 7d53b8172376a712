/**
 * What makes Pulumi's SDK and other packages start faster, for `slipway/program/sdk` and for the programs of `slipway local`.
 *
 * @internal
 */
export { cacheCode } from "./codeCache";
export { type Patch, patchSdk } from "./patch";
export { patches } from "./patches";
