import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Cloud } from "../../../local/simulator/cloud/cloud";
import { immediate } from "../../../local/simulator/cloud/propagation";
import { Attempts } from "../../../local/simulator/provider/attempts";
import { Faults } from "../../../local/simulator/provider/faults";
import { struct, values } from "../../../local/simulator/provider/protocol";
import { handlers } from "../../../local/simulator/provider/server";
import { clock } from "../../../local/simulator/provider/simulatedTime";
import { types } from "../../../local/simulator/rules/catalogue";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { installed, newFolder, World } from "../../../test/unit/local/world";
import {
    inputDifferences,
    isSame,
    isTree,
    outputDifferences,
    previewDifferences,
    treeDifferences,
    withoutSecrets,
} from "./compare";
import type { RecordedCall, Scenario } from "./recorded";

/** A resource of the local Google Cloud. */
interface Made {
    id: string;
    state: Inputs;
}

type Handler = (call: { request: unknown }, done: (error: Error | null, response?: unknown) => void) => void;

/** The first time that a server answered. */
function dateOf({ calls }: Scenario): number {
    const [first = ""] =
        /(?<=")\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)(?=")|(?<=Time":)1\d{12}/.exec(JSON.stringify(calls)) ?? [];
    return first === "" ? Date.now() : new Date(Number(first) || first).getTime();
}

/** The local Google Cloud, with a provider that is called as the engine calls it. */
export class Replay {
    private readonly made = new Map<string, Made>();
    /** What the local server chose, by what the recorded one chose. */
    private readonly chosen = new Map<string, string>();
    private readonly handlers: Record<string, Handler>;

    constructor(private readonly scenario: Scenario) {
        // The project of the recordings is older than the policies of new organizations, and the recorded versions of the provider than the
        // label `goog-pulumi-provisioned`.
        const settings = { ...scenario.settings, addPulumiAttributionLabel: false };
        const folder = newFolder();
        const time = dateOf(scenario);
        const cloud = new Cloud(folder, undefined, () => new Date(time), {}, immediate, "none");
        const world = new World(settings, { folder, generic: true }, cloud);
        const apis = scenario.calls.map(({ type }) => types[type]?.api?.replace(".googleapis.com", ""));
        world.enable(...new Set(["compute", "iam", ...apis.filter((api) => api !== undefined)]));
        // Clusters do not start: no recorded call is about what runs in them.
        if (scenario.calls.some(({ type }) => type.startsWith("gcp:container/"))) {
            world.provider.started = async (_type, _verb, answer) => answer;
            world.provider.ended = async (type, id, state, sent) => world.provider.delete(type, id, state, sent);
        }
        const delays = clock(1000);
        const faults = new Faults({}, () => undefined as never);
        this.handlers = handlers(world.provider, new Attempts(faults, delays), delays, installed.version) as never;
    }

    /** Sends all calls in their order. Returns the differences of each answer. */
    async run(): Promise<Map<RecordedCall, string[]>> {
        const found = new Map<RecordedCall, string[]>();
        for (const call of this.scenario.calls) {
            const { request, response } = withoutSecrets(this.translated(call)) as RecordedCall;
            const differences = await this[call.method]({ ...call, request, response }).catch((error) => [
                `refused: ${error.message}`,
            ]);
            found.set(call, differences);
        }
        return found;
    }

    private async Check({ type, request, response }: RecordedCall): Promise<string[]> {
        const answer = await this.call<messages.CheckResponse>(
            "check",
            resource(new messages.CheckRequest(), type, request)
                .setOlds(struct(request.olds ?? {}))
                .setNews(struct(request.news ?? {}))
                .setRandomseed(request.randomSeed ?? ""),
        );
        const failures = answer.getFailuresList().map((each) => `failure ${each.getProperty()}: ${each.getReason()}`);
        return [...failures, ...inputDifferences(response.inputs, values(answer.getInputs()))];
    }

    private async Create({ type, request, response }: RecordedCall): Promise<string[]> {
        const answer = await this.call<messages.CreateResponse>(
            "create",
            resource(new messages.CreateRequest(), type, request)
                .setProperties(struct(request.properties))
                .setPreview(request.preview === true),
        );
        const [id, state] = [answer.getId(), values(answer.getProperties())];
        if (request.preview) {
            const created = this.scenario.calls.find(
                (call) => call.method === "Create" && call.request.urn === request.urn && !call.request.preview,
            );
            return previewDifferences(response.properties, state, created?.response.properties);
        }
        this.made.set(request.urn, { id, state });
        const all = outputDifferences(type, { ...response.properties, id: response.id }, { ...state, id });
        this.learn(response, { id, properties: state });
        return all;
    }

    private async Diff({ type, request, response }: RecordedCall): Promise<string[]> {
        const made = this.made.get(request.urn);
        const own = made && (await this.diff(type, request, made.state));
        const ofRecorded = await this.diff(type, request, request.olds);
        const recorded = {
            changes: response.changes ?? "DIFF_UNKNOWN",
            replaces: response.replaces ?? [],
            detailedDiff: Object.fromEntries(
                Object.entries<Inputs>(response.detailedDiff ?? {}).map(([path, { kind }]) => [path, kind ?? "ADD"]),
            ),
            deleteBeforeReplace: response.deleteBeforeReplace ?? false,
            stables: [...(response.stables ?? [])].sort(),
        };
        return [
            ...(own ? treeDifferences(recorded, own) : ["the resource does not exist"]),
            ...ofRecorded.replaces.map((path) => `the state that the recorded version stored is replaced: ${path}`),
        ];
    }

    private async diff(type: string, request: Inputs & { urn: string }, state: Inputs) {
        const answer = await this.call<messages.DiffResponse>(
            "diff",
            resource(new messages.DiffRequest(), type, request)
                .setId(request.id)
                .setOlds(struct(state))
                .setNews(struct(request.news))
                .setOldInputs(struct(request.oldInputs))
                .setIgnorechangesList(request.ignoreChanges ?? []),
        );
        const nameOf = (all: Record<string, number>, value: number) =>
            Object.keys(all).find((name) => all[name] === value) as string;
        const { DiffChanges } = messages.DiffResponse;
        return {
            changes: nameOf(DiffChanges as never, answer.getChanges()),
            replaces: answer.getReplacesList(),
            detailedDiff: Object.fromEntries(
                [...answer.getDetaileddiffMap().entries()].map(([path, each]) => [
                    path,
                    nameOf(messages.PropertyDiff.Kind as never, each.getKind()),
                ]),
            ),
            deleteBeforeReplace: answer.getDeletebeforereplace(),
            stables: answer.getStablesList().sort(),
        };
    }

    private async Delete({ type, request }: RecordedCall): Promise<string[]> {
        const made = this.made.get(request.urn);
        if (!made) {
            return ["the resource does not exist"];
        }
        await this.call(
            "delete",
            resource(new messages.DeleteRequest(), type, request).setId(made.id).setProperties(struct(made.state)),
        );
        return [];
    }

    private call<Response>(method: string, request: unknown): Promise<Response> {
        return new Promise((resolve, reject) => {
            this.handlers[method]?.({ request }, (error, response) =>
                error ? reject(error) : resolve(response as Response),
            );
        });
    }

    /** Notes what both servers chose. */
    private learn(recorded: unknown, local: unknown): void {
        if (isTree(recorded) && isTree(local)) {
            for (const [key, value] of Object.entries(recorded)) {
                this.learn(value, local[key]);
            }
        } else if (typeof recorded === "string" && typeof local === "string" && isSame(recorded, local)) {
            this.chosen.set(recorded, local);
        }
    }

    /** A call with what the local server chose in place of what the recorded one did. */
    private translated(call: RecordedCall): RecordedCall {
        return JSON.parse(JSON.stringify(call), (_, value) => this.chosen.get(value) ?? value);
    }
}

/** A request for a resource. */
interface ResourceRequest {
    setUrn(urn: string): unknown;
    setName(name: string): unknown;
    setType(type: string): unknown;
}

function resource<Request extends ResourceRequest>(message: Request, type: string, { urn }: { urn: string }): Request {
    message.setUrn(urn);
    message.setType(type);
    message.setName(urn.split("::").at(-1) as string);
    return message;
}
