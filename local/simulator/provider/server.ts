import type * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { providerCode } from "../rules/plan/code";
import type { Inputs } from "../rules/rules";
import type { ApiCall, Attempts } from "./attempts";
import type { Change } from "./diff";
import { sendsOnlyChanges } from "./failedUpdate";
import type { Verb } from "./faults";
import { configuration, struct, unaryHandler, values } from "./protocol";
import type { Answer, LocalProvider } from "./provider";
import { missingProject, type Settings } from "./settings";
import type { Clock } from "./simulatedTime";

const { UPDATE, UPDATE_REPLACE, ADD, ADD_REPLACE, DELETE, DELETE_REPLACE } = messages.PropertyDiff.Kind;
const kinds: Record<Change, { update: number; replace: number }> = {
    add: { update: ADD, replace: ADD_REPLACE },
    update: { update: UPDATE, replace: UPDATE_REPLACE },
    delete: { update: DELETE, replace: DELETE_REPLACE },
};

/** The gRPC handlers of the `gcp` provider. */
export function handlers(
    provider: LocalProvider,
    attempts: Attempts,
    clock: Clock,
    version: string,
    warn: (text: string, urn: string) => void = () => undefined,
): grpc.UntypedServiceImplementation {
    let hasWarned = false;
    const reported = (request: ResourceRequest) => (line: string) => attempts.progress(request.getUrn(), line, true);
    return {
        ...configuration,

        checkConfig: unaryHandler((request: messages.CheckRequest) => {
            const text = hasWarned ? undefined : missingProject(settings(values(request.getNews())));
            if (text !== undefined) {
                hasWarned = true;
                warn(text, request.getUrn());
            }
            return new messages.CheckResponse().setInputs(request.getNews());
        }),

        configure: unaryHandler((request: messages.ConfigureRequest) => {
            provider.configure(settings(values(request.getArgs())));
            return new messages.ConfigureResponse().setSupportspreview(true).setAcceptoutputs(false);
        }),

        check: unaryHandler((request: messages.CheckRequest) => {
            const resource = { name: request.getName(), seed: Buffer.from(request.getRandomseed_asU8()) };
            const { inputs, failures } = provider.check(
                request.getType(),
                resource,
                values(request.getNews()),
                values(request.getOlds()),
            );
            return new messages.CheckResponse().setInputs(struct(inputs)).setFailuresList(
                failures.map(({ property, reason }) => {
                    return new messages.CheckFailure().setProperty(property).setReason(reason);
                }),
            );
        }),

        diff: unaryHandler((request: messages.DiffRequest) => {
            const { changed, replaced, deleteFirst, stable } = provider.diff(
                request.getType(),
                values(request.getNews()),
                values(request.getOldInputs()),
                values(request.getOlds()),
                request.getIgnorechangesList(),
            );
            const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
            const response = new messages.DiffResponse()
                .setChanges(changed.size > 0 ? DIFF_SOME : DIFF_NONE)
                .setHasdetaileddiff(true)
                .setReplacesList(replaced)
                .setStablesList(stable)
                .setDeletebeforereplace(deleteFirst);
            for (const [path, change] of changed) {
                const kind = kinds[change][replaced.includes(path) ? "replace" : "update"];
                response.getDetaileddiffMap().set(path, new messages.PropertyDiff().setKind(kind as 0));
            }
            return response;
        }),

        create: unaryHandler(async (request: messages.CreateRequest) => {
            const [type, inputs] = [request.getType(), values(request.getProperties())];
            if (request.getPreview()) {
                const { id, state } = provider.create(type, inputs, true);
                return new messages.CreateResponse().setId(id).setProperties(struct(state));
            }
            const pending = (ms: number) => provider.pending(type, "create", inputs, ms);
            const broken = (made: unknown) => provider.broken(type, "create", made as Answer);
            const created = await attempts.run({ ...asked("create", request), pending, broken }, (sent) =>
                provider.create(type, inputs, false, sent, request.getTimeout()),
            );
            const { id, state } = await provider.started(type, "create", created, reported(request));
            return new messages.CreateResponse().setId(id).setProperties(struct(versioned(type, state)));
        }),

        update: unaryHandler(async (request: messages.UpdateRequest) => {
            const [type, inputs, olds] = [request.getType(), values(request.getNews()), values(request.getOlds())];
            if (request.getPreview()) {
                return new messages.UpdateResponse().setProperties(struct(provider.update(type, inputs, olds, true)));
            }
            const id = request.getId();
            const oldInputs = values(request.getOldInputs());
            const diff = provider.diff(type, inputs, oldInputs, olds, request.getIgnorechangesList());
            if (sendsOnlyChanges(type) && diff.changed.size === 0) {
                const read = await attempts.run(asked("read", request), (sent) => provider.read(type, id, olds, sent));
                if (!read) {
                    throw new Error(`Resource provider reported that the resource did not exist while updating ${id}.`);
                }
                return new messages.UpdateResponse().setProperties(struct(versioned(type, read.state)));
            }
            const pending = (ms: number) => provider.pending(type, "update", inputs, ms);
            const broken = () => provider.broken(type, "update");
            const updated = await attempts
                .run({ ...asked("update", request), pending, broken }, (sent) =>
                    provider.update(type, inputs, olds, false, sent, diff),
                )
                .catch((error) => {
                    throw provider.failedUpdate(type, inputs, { id, state: olds }, error);
                });
            const { state } = await provider.started(type, "update", { id, state: updated }, reported(request));
            return new messages.UpdateResponse().setProperties(struct(versioned(type, state)));
        }),

        read: unaryHandler(async (request: messages.ReadRequest) => {
            const [type, id, state] = [request.getType(), request.getId(), values(request.getProperties())];
            const read = await attempts.run(asked("read", request), (sent) => provider.read(type, id, state, sent));
            if (!read) {
                return new messages.ReadResponse();
            }
            // An interrupted wait is repeated.
            const found = await provider.started(type, "update", read, reported(request));
            const inputs = provider.inputsOf(type, values(request.getInputs()), found.state);
            return new messages.ReadResponse()
                .setId(found.id)
                .setProperties(struct(versioned(type, found.state)))
                .setInputs(struct(inputs));
        }),

        delete: unaryHandler(async (request: messages.DeleteRequest) => {
            const [type, id, state] = [request.getType(), request.getId(), values(request.getProperties())];
            const broken = () => provider.broken(type, "delete");
            await attempts.run({ ...asked("delete", request), broken }, (sent) =>
                provider.ended(type, id, state, sent),
            );
            return new Empty();
        }),

        invoke: unaryHandler((request: messages.InvokeRequest) =>
            new messages.InvokeResponse().setReturn(
                struct(provider.invoke(request.getTok(), values(request.getArgs()))),
            ),
        ),

        getPluginInfo: unaryHandler(() => new PluginInfo().setVersion(version)),
        cancel: unaryHandler(() => {
            clock.stop();
            return new Empty();
        }),
    };
}

/**
 * A state with the version of its schema, as the provider stores it. It upgrades a state without version from the first one, which changes
 * the labels of buckets: `MakeTerraformResult` and `parseMeta` in
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.137.0/pkg/tfbridge/schema.go
 */
function versioned(type: string, state: Inputs): Inputs {
    const version = providerCode()[type]?.schemaVersion;
    return version ? { ...state, __meta: JSON.stringify({ schema_version: String(version) }) } : state;
}

/** The common fields of requests for a resource. */
interface ResourceRequest {
    getUrn(): string;
    getType(): string;
    getTimeout?(): number;
}

function asked(verb: Verb, request: ResourceRequest): ApiCall {
    const urn = request.getUrn();
    const name = urn.split("::").at(-1) as string;
    return { verb, urn, name, token: request.getType(), timeoutSeconds: request.getTimeout?.() ?? 0 };
}

/** Configuration values are strings; other types are JSON. */
export function settings(args: Inputs): Settings {
    const parsed = Object.entries(args).map(([key, value]) => {
        return [key, typeof value === "string" && /^(\{|\[|true$|false$)/.test(value) ? JSON.parse(value) : value];
    });
    return Object.fromEntries(parsed);
}
