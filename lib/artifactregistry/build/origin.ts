import { randomBytes } from "node:crypto";
import type { ImageArgs } from "@pulumi/docker-build/image";
import * as pulumi from "@pulumi/pulumi";
import { hashOf } from "../../internal/arguments/names";
import { isPlainObject } from "../../internal/arguments/value";
import type { ResolvedBuild } from "./build";
import { contextHashes, resolveContext } from "./context";

/** Where an image is pushed: the URL of its registry, and its name there. */
export interface Destination {
    url: pulumi.Output<string>;
    image: string;
}

/** The inputs that affect how the image is built but not its content: changing them does not rebuild it. */
export const ignoredInputs = ["builder", "buildOnPreview", "cacheFrom", "cacheTo", "exec", "secrets", "tags"];

/** What an image is built from. */
export interface Origin {
    /** The SHA-256 of the sources and of all inputs that affect the content, equal in all environments and checkouts. */
    build: pulumi.Output<string>;
    /** Changing this rebuilds the image: `build`, plus what differs between checkouts, plus the destination. */
    trigger: pulumi.Output<string>;
}

/** @param args of the build resource, after its transform */
export function buildOrigin(build: ResolvedBuild, args: ImageArgs, { url, image }: Destination): Origin {
    const { portable, exact } = contextHashes(resolveContext(build.context, build.dockerfile));
    const contentInputs = Object.entries(args).filter(([key]) => !ignoredInputs.includes(key));
    const others = contentInputs.filter(([key]) => key !== "context" && key !== "dockerfile");
    const secrets = Object.keys(build.secrets ?? {}).sort();
    return {
        build: pulumi.all([url, object(others)]).apply(([registry, known]) => {
            // An image of the registry, such as a base image, is the same in all environments, although each has its own
            // registry.
            return hashOf(canonical([portable, known, secrets]).replaceAll(registry, "registry"));
        }),
        trigger: pulumi.all([url, object(contentInputs)]).apply(([registry, known]) => {
            return hashOf(canonical([exact, known, secrets, registry, image]));
        }),
    };
}

const object = (entries: [string, unknown][]) => pulumi.output(Object.fromEntries(entries)) as pulumi.Output<object>;

/** JSON with sorted properties. */
function canonical(value: unknown): string {
    return JSON.stringify(value, (_, part) =>
        isPlainObject(part)
            ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
            : part,
    );
}

/** The inputs of how an image is pushed. A change of only these does not push it again. */
export const pushInputs = ["exports", "labels", "push"];

/**
 * The arguments with which the image is pushed: by its digest, without a tag. A registry with immutable tags never deletes a tagged
 * version, so that images would accumulate. Each build gets an ID as a label, and therefore its own digest: built again from earlier
 * inputs, it would otherwise be an old version, which a cleanup policy deletes while it runs. The ID starts with the hash of the
 * sources, so that people can find it. Tags of a transform are pushed as well.
 */
export function pushedArgs(args: ImageArgs, { build }: Origin, { url, image }: Destination): ImageArgs {
    const id = pulumi.interpolate`${build.apply((hash) => hash.slice(0, 12))}-${randomBytes(3).toString("hex")}`;
    const name = pulumi.interpolate`${url}/${image}`;
    const labels = pulumi.all([args.labels, id]).apply(([others, known]) => ({ ...others, "slipway.build": known }));
    if (args.tags !== undefined) {
        return { ...args, labels };
    }
    const byDigest = { registry: { names: [name], pushByDigest: true } };
    const exports = pulumi.output(args.exports).apply((others) => [byDigest, ...(others ?? [])]);
    // `push` requires a tag.
    return { ...args, labels, push: false, exports };
}
