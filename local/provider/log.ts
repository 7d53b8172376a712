import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** What the person who deploys is shown. What a provider writes to its own output is not. */
export interface Log {
    warn(text: string): void;
    /** Something about a resource; a status is replaced by the next. */
    say(urn: string, text: string, isStatus: boolean): void;
}

/** @param engine the address of the engine, which it passes to every provider as the first argument */
export function log(engine: string | undefined): Log {
    const client = engine ? new EngineClient(engine, credentials.createInsecure()) : undefined;
    const send = (request: LogRequest) => client?.log(request, () => undefined);
    return {
        warn: (text) => send(new LogRequest().setSeverity(LogSeverity.WARNING).setMessage(text)),
        say: (urn, text, isStatus) =>
            send(new LogRequest().setSeverity(LogSeverity.INFO).setUrn(urn).setMessage(text).setEphemeral(isStatus)),
    };
}
