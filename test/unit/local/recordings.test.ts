import { deliberate, notCompared, refusals } from "./recordings/differences";
import { recordings } from "./recordings/recordings";
import { Replay, type Replayed } from "./recordings/replay";
import { recordedTypes } from "./recordings/types";

interface Run extends Replayed {
    recording: string;
    isSimulated: boolean;
}

let all: Run[] | undefined;

/** The recordings, replayed once for all tests. */
function runs(): Run[] {
    all ??= Object.entries(recordings).map(([path, recording]) => ({
        recording: path.replace(/^basic\//, ""),
        isSimulated: recording.answeredBy === "simulation",
        ...new Replay(recording).run(),
    }));
    return all;
}

/** The replays to compare a type with: those of the simulation only if there are no others. */
function runsOf(token: string): Run[] {
    const compared = runs().filter((run) => run.compared.includes(token));
    const certain = compared.filter(({ isSimulated }) => !isSimulated);
    return certain.length > 0 ? certain : compared;
}

const tokens = [...new Set(recordedTypes.map(({ token }) => token))];

test("the local Google Cloud accepts all recorded requests, except for those with a reason", () => {
    const found = runs().flatMap(({ recording, refused }) => refused.map(({ error }) => ({ recording, error })));
    const reasonOf = (one: { recording: string; error: string }) =>
        refusals.find(([recording, error]) => recording === one.recording && one.error.includes(error));
    expect(found.filter((one) => !reasonOf(one))).toEqual([]);
    const reasons = new Set(found.map(reasonOf));
    expect(refusals.filter((refusal) => !reasons.has(refusal))).toEqual([]);
});

test("every property of recorded requests and answers is converted, or known to be without an equivalent", () => {
    expect(runs().flatMap(({ unknown }) => unknown)).toEqual([]);
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
