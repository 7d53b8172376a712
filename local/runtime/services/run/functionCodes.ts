import { type Cloud, type Entry, type Inputs, lastPart } from "../../../simulator";
import { messageEvent } from "../../../simulator/services/eventarc";
import { objectName } from "../../../simulator/services/storage";
import type { Code } from "../../emulator/code/code";
import { type CodeFiles, hashOf, unzipped } from "../../emulator/code/files";

/** The code of functions. */
export class FunctionCodes {
    constructor(
        private readonly cloud: Cloud,
        private readonly files: CodeFiles,
    ) {}

    /** The newest code of the function that a service of Cloud Run belongs to; undefined if the function was deleted. */
    of(service: Entry): Code | undefined {
        const found = this.functionOf(service);
        if (!found) {
            return undefined;
        }
        const { buildConfig, eventTrigger }: Inputs = found.state;
        const { runtime, entryPoint } = buildConfig;
        const { hash, ...files } = this.filesOf(buildConfig.source.storageSource);
        return {
            title: lastPart(service.id),
            id: hashOf(runtime, entryPoint, hash),
            runtime,
            start: { kind: "function", target: entryPoint, signature: eventTrigger ? "cloudevent" : "http" },
            ...files,
        };
    }

    /** The type of the events that a function receives, and their topic; undefined if it is called by requests. */
    eventsOf(service: Entry): { events: string; topic?: string } | undefined {
        const { eventType, pubsubTopic }: Inputs = this.functionOf(service)?.state.eventTrigger ?? {};
        const topic = eventType === messageEvent && pubsubTopic;
        return eventType && { events: eventType, ...(topic && { topic }) };
    }

    private functionOf(service: Entry): Entry | undefined {
        const functions = this.cloud.store.list("//cloudfunctions.googleapis.com/");
        return functions.find(({ state }) => (state.serviceConfig as Inputs | undefined)?.service === service.id);
    }

    private filesOf({ bucket, object, generation }: Inputs) {
        const { store } = this.cloud;
        return this.files.of(`${bucket}/${object}#${generation}`, () =>
            unzipped(store.content(store.read(objectName(bucket, object))?.content as string)),
        );
    }
}
