import { type RunningServer, serve } from "../../../local/runtime/emulator/server";
import type { Inputs } from "../../../local/simulator/rules/rules";
import type { World } from "../../../test/unit/local/world";
import type { Case } from "../judge";
import { withNames } from "./exchanges";
import { find } from "./find";
import { type Recording, recordings, withoutPlaceholders } from "./recordings";
import { Replay, type Replayed } from "./replay";
import { recordedTypes } from "./types";

/** The answers of a recording for the resources of a type. */
export interface RecordedCase extends Case {
    recording: string;
    token: string;
}

/** The types whose resources a recording creates, and reads. */
function typesIn({ exchanges: all }: Recording): string[] {
    const exchanges = withNames(JSON.parse(withoutPlaceholders(JSON.stringify(all), "123456789")));
    const found = exchanges.flatMap((exchange, index) => {
        const one = exchange.status < 300 && find(exchange, index, exchanges);
        const isWritten = one && (one.isCreated || (one.type.isPut && exchange.method === "PUT"));
        return one ? [{ token: one.type.token, isRead: exchange.method === "GET", isWritten }] : [];
    });
    const read = new Set(found.filter(({ isRead }) => isRead).map(({ token }) => token));
    const written = new Set(found.filter(({ isWritten }) => isWritten).map(({ token }) => token));
    return [...written].filter((token) => read.has(token));
}

const serviceOf = (token: string) => token.split(/[:/]/)[1] as string;

const all = Object.entries(recordings).flatMap(([path, recording]) =>
    typesIn(recording).map((token) => ({
        name: `${path} ${token}`,
        unit: token,
        service: serviceOf(token),
        isKnown: !recordedTypes.some((type) => type.token === token && type.isNew),
        recording: path,
        token,
    })),
);

const isSimulated = ({ recording }: RecordedCase) => recordings[recording]?.answeredBy === "simulation";
/** The logs of the simulation's own tests, and of scenarios, are no evidence that Google Cloud answers so. */
const isEvident = (each: RecordedCase) => !isSimulated(each) && !/^(mockgcp|tests)\//.test(each.recording);
const certain = new Set(all.filter(isEvident).map(({ token }) => token));

/** Recordings of the simulation are only compared for types without others. */
export const cases: RecordedCase[] = all.filter((each) => !isSimulated(each) || !certain.has(each.token));

const replays = new Map<string, Promise<Replayed>>();

/** Each recording is replayed once for all of its types. */
export function replayed(path: string): Promise<Replayed> {
    const known = replays.get(path) ?? replay(recordings[path] as Recording);
    replays.set(path, known);
    return known;
}

async function replay(recording: Recording): Promise<Replayed> {
    const servers = new Map<World, RunningServer>();
    const ask = async (world: World, request: string) => {
        const server = servers.get(world) ?? (await serve(world.cloud));
        servers.set(world, server);
        const answer = await fetch(`${server.url}${request}`);
        return { status: answer.status, body: (await answer.json()) as Inputs };
    };
    try {
        return await new Replay(recording).run(ask);
    } finally {
        for (const server of servers.values()) {
            await server.close();
        }
    }
}

/** What differs in the answers for a type, and what the local Google Cloud refuses. */
export async function differencesOf({ recording, token }: RecordedCase): Promise<string[]> {
    const { refused, compared } = await replayed(recording);
    const errors = refused.filter((each) => each.token === token).map(({ error }) => `refused: ${error}`);
    const found = await fieldsOf({ recording, token });
    const isCompared = errors.length > 0 || compared.has(token);
    return [...new Set([...errors, ...found, ...(isCompared ? [] : ["nothing is compared"])])];
}

/** The fields that differ, once for each answer. */
export async function fieldsOf({ recording, token }: Pick<RecordedCase, "recording" | "token">): Promise<string[]> {
    const { differences } = await replayed(recording);
    return differences.filter((each) => each.token === token).map(({ path, values }) => `${path}: ${values}`);
}
