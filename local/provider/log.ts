import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/**
 * Warns the person who deploys. What a provider writes to its own output is not shown.
 *
 * @param engine the address of the engine, which it passes to every provider as the first argument
 */
export function warnings(engine: string | undefined): (text: string) => void {
    const client = engine ? new EngineClient(engine, credentials.createInsecure()) : undefined;
    return (text) => {
        client?.log(new LogRequest().setSeverity(LogSeverity.WARNING).setMessage(text), () => undefined);
    };
}
