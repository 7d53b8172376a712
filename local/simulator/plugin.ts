/** What plugins of the engine use of the simulator: Pulumi's protocol. */
export { configuration, Endpoint, endWithParent, struct, unaryHandler, values } from "./provider/protocol";
export { printProgram } from "./provider/refusing";
