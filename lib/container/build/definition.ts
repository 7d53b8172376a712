import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ImageArgs } from "@pulumi/docker-build/image";
import * as pulumi from "@pulumi/pulumi";
import { hashOf } from "../../internal/names";
import { lateRefusal, worded } from "../../internal/refusal";
import { isLater, isPlainObject } from "../../internal/value";
import type { ContainerBuild } from "./arguments";
import { contextHashes, contextOf, located } from "./context";
import { dockerfile, movingImages } from "./dockerfile";

/** Where an image goes: the address of its registry, and its name there. */
export interface Destination {
    url: pulumi.Output<string>;
    image: string;
}

/** The build in the form of the provider; all but the tag that it is pushed with. */
export function definition(
    component: string,
    build: ContainerBuild,
    cache: pulumi.Output<string> | undefined,
): ImageArgs {
    const { context, dockerfile: file, target, args, platforms = ["linux/amd64"], secrets, builder } = build;
    const place = contextOf(context, file);
    return {
        context: { location: located(place.folder) },
        dockerfile: { location: located(place.dockerfile) },
        target,
        buildArgs: args && openArgs(component, args),
        platforms,
        // Each by itself: an output among them would keep the names of all from being known.
        secrets: secrets && mapped(secrets, (value) => pulumi.secret(value)),
        builder: builder === undefined ? undefined : { name: builder },
        ...(cache && cached(cache, build.cache === false ? undefined : build.cache?.mode)),
        push: true,
        // A preview looks at the Dockerfile, and changes nothing: neither a registry nor what a builder keeps.
        buildOnPreview: false,
    };
}

/** What is kept is a manifest as registries know them; that it cannot be kept is no reason not to deploy. */
function cached(ref: pulumi.Output<string>, mode: "min" | "max" = "max"): Pick<ImageArgs, "cacheFrom" | "cacheTo"> {
    return {
        cacheFrom: [{ registry: { ref } }],
        cacheTo: [{ registry: { ref, mode, imageManifest: true, ociMediaTypes: true, ignoreError: true } }],
    };
}

/** The inputs of a build that say how it is made, not what: a change of them makes no other image. */
export const incidental = ["builder", "buildOnPreview", "cacheFrom", "cacheTo", "exec", "secrets", "tags"];

/** What an image is built from. */
export interface Origin {
    /** The SHA-256 of the sources and of all that decides what is built, the same in every environment and checkout. */
    build: pulumi.Output<string>;
    /** What another image is built by: the same, with what a checkout makes different, and where the image goes. */
    trigger: pulumi.Output<string>;
}

/** @param args of the build, after its transform */
export function originOf(build: ContainerBuild, args: ImageArgs, { url, image }: Destination): Origin {
    const { kept, whole } = contextHashes(contextOf(build.context, build.dockerfile));
    const decisive = Object.entries(args).filter(([key]) => !incidental.includes(key));
    const others = decisive.filter(([key]) => key !== "context" && key !== "dockerfile");
    const secrets = Object.keys(build.secrets ?? {}).sort();
    return {
        build: pulumi.all([url, object(others)]).apply(([registry, known]) => {
            // An image of the registry, as a base, is the same in every environment, although each has its own registry.
            return hashOf(canonical([kept, known, secrets]).replaceAll(registry, "registry"));
        }),
        trigger: pulumi.all([url, object(decisive)]).apply(([registry, known]) => {
            return hashOf(canonical([whole, known, secrets, registry, image]));
        }),
    };
}

const object = (entries: [string, unknown][]) => pulumi.output(Object.fromEntries(entries)) as pulumi.Output<object>;

/** JSON in which the order of properties says nothing. */
function canonical(value: unknown): string {
    return JSON.stringify(value, (_, part) =>
        isPlainObject(part)
            ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
            : part,
    );
}

/**
 * A tag that no image had before: in a registry whose tags stay, what is built anew could not be pushed with one that is there.
 * It begins as the hash of what the image is built from, so that people find it.
 */
export function freshTag({ build }: Origin, { url, image }: Destination): pulumi.Output<string> {
    const end = randomBytes(3).toString("hex");
    return pulumi.interpolate`${url}/${image}:${build.apply((hash) => hash.slice(0, 12))}-${end}`;
}

/** Arguments of a build that are outputs must not come from a secret: they stay in the image. */
function openArgs(component: string, args: Record<string, pulumi.Input<string>>): Record<string, pulumi.Input<string>> {
    return mapped(args, (value, key) => {
        const output = pulumi.output(value);
        return !isLater(value)
            ? value
            : output.apply(async (known) => {
                  if (await pulumi.isSecret(output)) {
                      throw lateRefusal(worded(component, [{ path: `build.args.${key}`, reason: shown(key) }]));
                  }
                  return known;
              });
    });
}

const shown = (key: string) =>
    `is a secret, and all who pull the image can read its arguments. Take secrets: { ${key}: … } and RUN --mount=type=secret,id=${key}.`;

/** Warns of images to begin with that may be others tomorrow, so that the same sources make another image. */
export function warnOfMoving(component: string, { context, dockerfile: name, args = {} }: ContainerBuild): void {
    const { dockerfile: file } = contextOf(context, name);
    pulumi.output(args).apply(async (known) => {
        for (const image of movingImages(dockerfile(readFileSync(file, "utf8")), known)) {
            const what = `${component}: build: begins with ${image}, which is another image tomorrow.`;
            await pulumi.log.warn(`${what} Name a version in FROM, best with its digest: @sha256:….`);
        }
    });
}

function mapped<Value, Result>(
    record: Record<string, Value>,
    change: (value: Value, key: string) => Result,
): Record<string, Result> {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
