import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** What the person who deploys is shown. What a provider writes to its own output is not. */
export interface Log {
    warn(text: string): void;
    /** Something about a resource; a status is replaced by the next. */
    say(urn: string, text: string, isStatus: boolean): void;
    close(): void;
}

/** @param engine gives the address of the engine, which it passes to every provider as the first argument */
export function log(engine: () => string | undefined): Log {
    let client: EngineClient | undefined;
    const send = (request: LogRequest) => {
        const address = engine();
        if (address) {
            client ??= new EngineClient(address, credentials.createInsecure());
            client.log(request, () => undefined);
        }
    };
    return {
        warn: (text) => send(new LogRequest().setSeverity(LogSeverity.WARNING).setMessage(text)),
        say: (urn, text, isStatus) =>
            send(new LogRequest().setSeverity(LogSeverity.INFO).setUrn(urn).setMessage(text).setEphemeral(isStatus)),
        close: () => client?.close(),
    };
}
