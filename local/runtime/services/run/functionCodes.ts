import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { filesOf, oncePerFiles } from "../../../../lib/internal/sources/listing";
import { type Cloud, type Entry, type Inputs, lastPart } from "../../../simulator";
import { messageEvent } from "../../../simulator/services/eventarc";
import { objectName } from "../../../simulator/services/storage";
import type { Code } from "../../emulator/code/code";

/** The code of a function. */
export interface FunctionCode {
    deployed: Code;
    /** The files of this machine, if they differ from those that were deployed. */
    edited?: Code;
}

/** Files by their paths, and what they have in common with the same ones. */
interface Files {
    files: Code["files"];
    hash: string;
}

interface Archive extends Files {
    /** The folder of this machine that it was made of. */
    source: string | undefined;
}

/** The code of functions: what was deployed, and the files of this machine that it was made of. */
export class FunctionCodes {
    private readonly archives = new Map<string, Archive>();

    /** @param program the folder in which sources are looked for; undefined if only deployed code runs */
    constructor(
        private readonly cloud: Cloud,
        private readonly program: string | undefined,
    ) {}

    /** The code of the function that a service of Cloud Run belongs to; undefined if the function was deleted. */
    of(service: Entry): FunctionCode | undefined {
        const found = this.functionOf(service);
        if (!found) {
            return undefined;
        }
        const { buildConfig, eventTrigger }: Inputs = found.state;
        const archive = this.archive(buildConfig.source.storageSource);
        const { source } = archive;
        const codeOf = ({ files, hash }: Files): Code => ({
            title: lastPart(service.id),
            id: hashOf(buildConfig.runtime, buildConfig.entryPoint, hash),
            runtime: buildConfig.runtime,
            target: buildConfig.entryPoint,
            signature: eventTrigger ? "cloudevent" : "http",
            files,
            ...(source && { source }),
        });
        const deployed = codeOf(archive);
        const edited = source && existsSync(source) ? codeOf(contents(filesOf(source))) : deployed;
        return { deployed, ...(edited.id !== deployed.id && { edited }) };
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

    private archive({ bucket, object, generation }: Inputs): Archive {
        const key = `${bucket}/${object}#${generation}`;
        const known = this.archives.get(key);
        if (known) {
            return known;
        }
        const entry = this.cloud.store.read(objectName(bucket, object));
        const all = unzipSync(this.cloud.store.content(entry?.content as string));
        const files = Object.fromEntries(
            Object.entries(all)
                .filter(([path]) => !path.endsWith("/"))
                .sort(([one], [other]) => (one < other ? -1 : 1)),
        );
        const archive = { ...hashed(files), source: this.program && sourceOf(this.program, files) };
        this.archives.set(key, archive);
        return archive;
    }
}

const contents = oncePerFiles((files) =>
    hashed(Object.fromEntries(files.map(({ path, file }) => [path, readFileSync(file)]))),
);

/** Each request asks for the code, so that files are hashed once. */
const hashed = (files: Code["files"]): Files => ({ files, hash: hashOf(...Object.entries(files).flat()) });

function hashOf(...parts: (string | Uint8Array)[]): string {
    const made = createHash("sha256");
    for (const part of parts) {
        made.update(`${part.length} `).update(part);
    }
    return made.digest("hex");
}

/** How deep folders are in which sources are looked for. */
const maxDepth = 4;

/** The folder of a program, or in it, that has these files. */
function sourceOf(folder: string, files: Code["files"], depth = 0): string | undefined {
    const isSame = Object.entries(files).every(([path, content]) => {
        const found = statSync(join(folder, path), { throwIfNoEntry: false });
        return found?.isFile() && found.size === content.length && readFileSync(join(folder, path)).equals(content);
    });
    if (isSame && Object.keys(files).length > 0) {
        return folder;
    }
    const below = depth < maxDepth ? readdirSync(folder, { withFileTypes: true }) : [];
    for (const entry of below) {
        if (entry.isDirectory() && !/^(\.|node_modules$|__pycache__$)/.test(entry.name)) {
            const found = sourceOf(join(folder, entry.name), files, depth + 1);
            if (found) {
                return found;
            }
        }
    }
    return undefined;
}
