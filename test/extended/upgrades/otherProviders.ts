import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { packageVersion } from "../../../local/commands/engine/plugins";
import { recordImage } from "../../../local/commands/manual/image";
import type { Workspace } from "../../../local/machine/workspace";
import { cloudOf } from "../../../local/simulator/cloudOf";
import { configuration, Endpoint, struct, unaryHandler, values } from "../../../local/simulator/provider/protocol";
import type { Inputs } from "../../../local/simulator/rules/rules";

const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;

/** The providers of resources outside of Google Cloud, which need a builder of images, or a cluster. */
const names = ["docker-build", "kubernetes"];

/**
 * Stands in for other providers: a resource has its inputs, and each changed input is a change. Returns the environment variables with which
 * the engine uses it.
 */
export async function otherProviders(place: Workspace): Promise<{ environment: NodeJS.ProcessEnv; close(): void }> {
    const endpoints = await Promise.all(names.map((name) => Endpoint.listen(handlers(name, place))));
    const ports = names.map((name, index) => `${name}:${endpoints[index]?.port}`);
    return {
        environment: { PULUMI_DEBUG_PROVIDERS: ports.join() },
        close: () => {
            for (const endpoint of endpoints) {
                endpoint.destroy();
            }
        },
    };
}

const handlers = (name: string, place: Workspace) => ({
    ...configuration,

    getPluginInfo: unaryHandler(() =>
        new PluginInfo().setVersion(packageVersion(place.program, `@pulumi/${name}`) ?? ""),
    ),
    attach: unaryHandler(() => new Empty()),
    cancel: unaryHandler(() => new Empty()),
    configure: unaryHandler(() => new messages.ConfigureResponse()),
    check: unaryHandler((request: messages.CheckRequest) => new messages.CheckResponse().setInputs(request.getNews())),

    diff: unaryHandler((request: messages.DiffRequest) => {
        const [olds, news] = [values(request.getOldInputs()), values(request.getNews())];
        const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
            (key) => !isDeepStrictEqual(olds[key], news[key]),
        );
        return new messages.DiffResponse().setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE).setDiffsList(changed);
    }),

    delete: unaryHandler(() => new Empty()),

    read: unaryHandler((request: messages.ReadRequest) =>
        new messages.ReadResponse()
            .setId(request.getId())
            .setProperties(request.getProperties())
            .setInputs(request.getInputs()),
    ),

    create: unaryHandler((request: messages.CreateRequest) => {
        const [urn, inputs] = [request.getUrn(), values(request.getProperties())];
        const outputs = request.getType() === "docker-build:index:Image" ? pushed(urn, inputs, place) : inputs;
        return new messages.CreateResponse()
            .setId(outputs.ref ?? urn.split("::").at(-1))
            .setProperties(struct(outputs));
    }),
});

/** The outputs of a built image, which the local Google Cloud records as pushed. */
function pushed(urn: string, inputs: Inputs, place: Workspace): Inputs {
    const name = inputs.exports?.[0]?.registry?.names?.[0] ?? inputs.tags[0].replace(/:[^/]*$/, "");
    const ref = `${name}@sha256:${createHash("sha256").update(urn).digest("hex")}`;
    return { ...inputs, digest: recordImage(cloudOf(place), ref), ref };
}
