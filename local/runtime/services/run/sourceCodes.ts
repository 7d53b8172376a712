import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Exported } from "../../../machine/exported";
import { existingStacks, resourcesOf } from "../../../machine/stacks";
import type { Workspace } from "../../../machine/workspace";
import { type Entry, type Inputs, lastPart } from "../../../simulator";
import { buildpackStart } from "../../emulator/code/buildpack";
import type { Code } from "../../emulator/code/code";
import { filesIn, hashOf } from "../../emulator/code/files";
import { ContainersError } from "../../emulator/containers/launch";
import type { Terminal } from "../../emulator/terminal";

/** Sources of images that a program builds, which run as processes where there is no Docker. */
export class SourceCodes {
    /** The resources that built images, by the images. */
    private readonly builds = new Map<string, Exported | undefined>();
    /** The latest code of each service that can be started. */
    private readonly latest = new Map<string, Code>();

    /** @param place the program; undefined if only deployed code runs */
    constructor(
        private readonly place: Workspace | undefined,
        private readonly terminal: Terminal,
    ) {}

    /**
     * The newest code of a service. An edit that cannot be started does not replace the code before it.
     *
     * @throws ContainersError if it needs Docker
     */
    of(service: Entry): Code {
        const known = this.latest.get(service.id);
        try {
            const code = this.newest(service);
            this.latest.set(service.id, code);
            return code;
        } catch (error) {
            if (!known) {
                throw error;
            }
            this.terminal.logOnce(`${known.title}: ${(error as Error).message}: the code before it answers`);
            return known;
        }
    }

    private newest({ id, state }: Entry): Code {
        const { containers = [], volumes = [] }: Inputs = state.template ?? {};
        const [container, ...others] = containers;
        const title = lastPart(id);
        const isFolder = ({ secret, cloudSqlInstance }: Inputs) => secret || cloudSqlInstance;
        if (others.length > 0 || !volumes.every(isFolder) || container?.commands?.length || container?.args?.length) {
            throw new ContainersError(
                "it has sidecars, a command of its own, or volumes other than secrets and Cloud SQL",
            );
        }
        const { context, dockerfile } = this.buildOf(String(container?.image));
        const source = resolve(this.place?.program ?? "", String(context?.location));
        if (!existsSync(source)) {
            throw new ContainersError(`${source} does not exist`);
        }
        const { files, hash } = filesIn(source);
        const { runtime, start } = buildpackStart(files);
        const location = dockerfile?.location
            ? resolve(this.place?.program ?? "", dockerfile.location)
            : join(source, "Dockerfile");
        const version = versionOf(
            runtime,
            dockerfile?.inline ?? (existsSync(location) ? readFileSync(location, "utf8") : ""),
        );
        return {
            title,
            id: hashOf(JSON.stringify([runtime, version, start]), hash),
            runtime: `${runtime}${version}`,
            start,
            files,
            source,
        };
    }

    private buildOf(image: string): Inputs {
        if (!this.builds.has(image)) {
            this.builds.set(image, this.find(image));
        }
        const build = this.builds.get(image);
        if (!build?.inputs) {
            throw new ContainersError("its image is not built of a folder of this program");
        }
        return build.inputs;
    }

    private find(image: string): Exported | undefined {
        const { place } = this;
        const [repository = "", digest] = image.split("@");
        const isBuild = ({ type, inputs, outputs }: Exported) =>
            type === "docker-build:index:Image" &&
            outputs?.digest === digest &&
            namesOf(inputs ?? {}).includes(repository);
        return place && existingStacks(place).flatMap((stack) => resourcesOf(place, stack).filter(isBuild))[0];
    }
}

/** The names that a build pushes to, without tags: those of its exports, and of its tags. */
function namesOf({ exports = [], tags = [] }: Inputs): string[] {
    const exported = (exports as Inputs[]).flatMap(({ registry }): string[] => registry?.names ?? []);
    return [...exported, ...(tags as string[])].map((name) => name.replace(/:[^/:]+$/, ""));
}

/** The version of a language in the last base image of a Dockerfile: `313` of `python:3.13-slim`; empty if it has none. */
function versionOf(runtime: string, dockerfile: string): string {
    const name = runtime === "nodejs" ? "node" : runtime;
    const images = [...dockerfile.matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(([, image]) => image as string);
    const [, version = ""] = new RegExp(`(?:^|/)${name}:(\\d+(?:\\.\\d+)?)`).exec(images.at(-1) ?? "") ?? [];
    return runtime === "nodejs" ? version.replace(/\..*/, "") : version.includes(".") ? version.replace(".", "") : "";
}
