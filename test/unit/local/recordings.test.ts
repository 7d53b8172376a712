import { type RunningServer, serve } from "../../../local/emulator/server";
import type { Inputs } from "../../../local/rules/rules";
import { deliberate, deliberateAnswers, notCompared, refusals } from "./recordings/differences";
import { recordings } from "./recordings/recordings";
import { Replay, type Replayed } from "./recordings/replay";
import { recordedTypes } from "./recordings/types";
import type { World } from "./world";

interface Run extends Replayed {
    recording: string;
    isSimulated: boolean;
}

/** The recordings, replayed once for all tests. */
const runs: Run[] = [];

beforeAll(async () => {
    for (const [path, recording] of Object.entries(recordings)) {
        const servers = new Map<World, RunningServer>();
        const ask = async (world: World, request: string) => {
            const server = servers.get(world) ?? (await serve(world.cloud));
            servers.set(world, server);
            const answer = await fetch(`${server.url}${request}`);
            return { status: answer.status, body: (await answer.json()) as Inputs };
        };
        const isSimulated = recording.answeredBy === "simulation";
        const replayed = await new Replay(recording).run(ask);
        runs.push({ recording: path.replace(/^basic\//, ""), isSimulated, ...replayed });
        for (const server of servers.values()) {
            await server.close();
        }
    }
});

/** The replays to compare a type with: those of the simulation only if there are no others. */
function runsOf(token: string): Run[] {
    const compared = runs.filter((run) => run.compared.includes(token));
    const certain = compared.filter(({ isSimulated }) => !isSimulated);
    return certain.length > 0 ? certain : compared;
}

const tokens = [...new Set(recordedTypes.map(({ token }) => token))];

test("the local Google Cloud accepts all recorded requests, except for those with a reason", () => {
    const found = runs.flatMap(({ recording, refused }) => refused.map(({ error }) => ({ recording, error })));
    const reasonOf = (one: { recording: string; error: string }) =>
        refusals.find(([recording, error]) => recording === one.recording && one.error.includes(error));
    expect(found.filter((one) => !reasonOf(one))).toEqual([]);
    const reasons = new Set(found.map(reasonOf));
    expect(refusals.filter((refusal) => !reasons.has(refusal))).toEqual([]);
});

test("every property of recorded requests and answers is converted, or known to be without an equivalent", () => {
    expect(runs.flatMap(({ unknown }) => unknown)).toEqual([]);
});

test.each(tokens.filter((token) => !notCompared[token]))(
    "%s has the values of recorded answers, except for those with a reason",
    (token) => {
        const compared = runsOf(token);
        expect(compared.length).toBeGreaterThan(0);
        const found = compared.flatMap(({ recording, differences }) =>
            differences.filter((each) => each.token === token).map(({ path, values }) => ({ path, values, recording })),
        );
        const reasons = deliberate[token] ?? {};
        expect(found.filter(({ path }) => !reasons[path])).toEqual([]);
        const paths = new Set(found.map(({ path }) => path));
        expect(Object.keys(reasons).filter((path) => !paths.has(path))).toEqual([]);
    },
);

test("other types have no recorded answers, and no reasons for differences", () => {
    expect(tokens.filter((token) => runsOf(token).length === 0)).toEqual(Object.keys(notCompared));
    expect(Object.keys(deliberate).filter((token) => !tokens.includes(token) || notCompared[token])).toEqual([]);
});

/** The types, and codes of errors, that programs can read. */
const readable = [
    "gcp:bigquery/dataset:Dataset",
    "gcp:bigquery/dataset:Dataset 404",
    "gcp:bigquery/table:Table",
    "gcp:bigquery/table:Table 404",
    "gcp:pubsub/subscription:Subscription",
    "gcp:pubsub/subscription:Subscription 404",
    "gcp:pubsub/topic:Topic",
    "gcp:pubsub/topic:Topic 404",
    "gcp:secretmanager/secret:Secret access",
    "gcp:storage/bucket:Bucket",
    "gcp:storage/bucket:Bucket 404",
];

test("all reads of programs that are answered have recordings", () => {
    expect([...new Set(runs.flatMap(({ asked }) => asked))].sort()).toEqual(readable);
});

test.each(readable)("programs that read %s get recorded answers, except for differences with a reason", (api) => {
    const found = runs.flatMap(({ recording, answers }) =>
        answers.filter(({ token }) => token === api).map(({ path, values }) => ({ path, values, recording })),
    );
    const reasons = deliberateAnswers[api] ?? {};
    expect(found.filter(({ path }) => !reasons[path])).toEqual([]);
    const paths = new Set(found.map(({ path }) => path));
    expect(Object.keys(reasons).filter((path) => !paths.has(path))).toEqual([]);
});
