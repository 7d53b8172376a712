import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Messages to the user through the engine. A provider's own output is not shown. */
export interface Log {
    warn(text: string): void;
    /** Reports a message about a resource; a status replaces the previous one. */
    say(urn: string, text: string, isStatus: boolean): void;
    close(): void;
}

/** @param engine returns the engine's address, the first argument of providers */
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
