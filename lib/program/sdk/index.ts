/**
 * Starts programs like `slipway/program`, and changes functions of Pulumi's SDK so that programs start faster and programs with many
 * resources take less time and memory. Only programs that name it are changed: `nodeargs: "--require slipway/program/sdk"`.
 *
 * @packageDocumentation
 */
import "../index";
import { isMainThread } from "node:worker_threads";
import { isProgram } from "../invocation";
import { patches, patchSdk } from "../packages";
import { sayOnce } from "./skipped";

if (isProgram(process.argv[1]) && isMainThread) {
    patchSdk(patches, sayOnce);
}
