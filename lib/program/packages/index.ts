/**
 * What makes Pulumi's SDK and other packages start faster, for `slipway/program` and for the programs of `slipway local`.
 *
 * @internal
 */
export { cacheCode } from "./codeCache";
export { startSdkFaster } from "./sdk";
